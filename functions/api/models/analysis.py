"""A person's own text, given to be analysed, on the wire."""

import base64
import binascii
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.wire import Wire
from voice_engine.errors import Invalid, Violation

TEXT_CHARACTERS = 50_000
FILE_BYTES = 4_000_000


class UploadedFile(Wire):
    """`name` ends in .txt, .md or .pdf; `content` is base64, at most 4 MB decoded."""

    name: Annotated[str, Field(min_length=1, max_length=255)]
    content: Annotated[str, Field(min_length=1)]

    def decoded(self) -> bytes:
        """Raises Invalid for what is not base64, or is too large."""
        try:
            content = base64.b64decode(self.content, validate=True)
        except binascii.Error:
            raise Invalid(Violation("file.content", "must be base64", f"{len(self.content)} characters")) from None
        if len(content) > FILE_BYTES:
            raise Invalid(Violation("file.content", f"at most {FILE_BYTES} bytes decoded", f"{len(content)} bytes"))
        return content


class AnalyzeText(Wire):
    """A text, or a file that holds one."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS)] | None = None
    file: UploadedFile | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        if (self.text is None) == (self.file is None):
            raise PydanticCustomError("one_of", "must have exactly one of text and file")
        return self
