"""A person's own text, given to be analysed, on the wire."""

import base64
import re
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.wire import Wire, exactly_one_of
from voice_engine.analysis import TEXT_CHARACTERS as LEAST_CHARACTERS
from voice_engine.errors import Invalid, Violation
from voice_engine.file_text import KINDS

TEXT_CHARACTERS = 50_000
FILE_BYTES = 4_000_000
_FILE_CHARACTERS = -(-FILE_BYTES // 3) * 4
# RFC 4648, section 4.
_BASE64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"
_NAMES = "[^./](" + "|".join(re.escape(kind) for kind in KINDS) + ")$"


class UploadedFile(Wire):
    """`name` ends in .txt, .md or .pdf; `content` is base64, at most 4 MB decoded: a PDF that holds text, or text in
    UTF-8."""

    name: Annotated[str, Field(min_length=1, max_length=255, json_schema_extra={"pattern": _NAMES})]
    content: Annotated[
        str,
        Field(
            min_length=1,
            json_schema_extra={"contentEncoding": "base64", "pattern": _BASE64, "maxLength": _FILE_CHARACTERS},
        ),
    ]

    def decoded(self) -> bytes:
        """Raises Invalid for what is not base64, or is too large."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except ValueError:
            raise Invalid(Violation("file.content", "must be base64", f"{len(self.content)} characters")) from None
        if len(content) > FILE_BYTES:
            raise Invalid(Violation("file.content", f"at most {FILE_BYTES} bytes decoded", f"{len(content)} bytes"))
        return content


class AnalyzeText(Wire):
    """A text of 300 characters at least, or a file with 500 of them; half of these at least can be seen, and they hold
    8 words. A text that is remembered already changes nothing."""

    model_config = exactly_one_of("text", "file")

    text: Annotated[str, Field(min_length=LEAST_CHARACTERS, max_length=TEXT_CHARACTERS)] | None = None
    file: UploadedFile | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.text is None) == (self.file is None):
            raise PydanticCustomError("one_of", "must have exactly one of text and file")
        return self
