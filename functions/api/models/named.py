"""What the path of a request names. Whatever has another form names nothing: it is 404, as what is not there."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Path
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from models.voices import SLUG
from voice_engine.voice.fields import FIELDS

ID = r"^[0-9a-f]{24}$"
_FIELDS = [field.path for field in FIELDS if field.settable]


def _settable(path: str) -> str:
    if path not in _FIELDS:
        raise PydanticCustomError("field", "must be a field that a person may set")
    return path


ContentId = Annotated[str, Path(pattern=ID, description="the content's `id`")]
EditId = Annotated[str, Path(pattern=ID, description="the `editId` that the save answered")]
ArchetypeSlug = Annotated[str, Path(pattern=SLUG, description="the archetype's slug")]
VoiceSlug = Annotated[str, Path(pattern=SLUG, description="the voice's `slug`")]
FieldPath = Annotated[
    str, AfterValidator(_settable), Path(json_schema_extra={"enum": [*_FIELDS]}, description="the field")
]
