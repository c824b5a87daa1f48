"""The text of a file that a person uploads: .txt, .md or .pdf."""

import io
from pathlib import PurePath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdf import PdfReader

# A page of prose has about 3,000 characters; what is beyond either limit is no text that somebody wants analysed.
PAGES = 200
CHARACTERS = 200_000

_PLAIN = (".txt", ".md")
_PDF = ".pdf"
KINDS = (*_PLAIN, _PDF)


class UnreadableFile(Exception):
    """The file cannot be read as what its name says. The message tells why and repeats nothing of it."""


def file_text(name: str, content: bytes) -> str:
    """The text of a file, at most 200,000 characters of it. Raises UnreadableFile."""
    kind = PurePath(name).suffix.lower()
    if kind in _PLAIN:
        return _plain(content)[:CHARACTERS]
    if kind == _PDF:
        return _pdf(content)
    raise UnreadableFile(f"must be one of {', '.join(KINDS)}")


def _plain(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableFile("must be UTF-8 text") from None
    if "\x00" in text:
        raise UnreadableFile("must be text, and holds NUL characters")
    return text


def _pdf(content: bytes) -> str:
    # Every function starts with this module, and few files are PDFs.
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    if content.lstrip()[:5] != b"%PDF-":
        raise UnreadableFile("must be a PDF file, and does not begin like one")
    try:
        reader = PdfReader(io.BytesIO(content))
        is_locked = reader.is_encrypted and not reader.decrypt("")
        text = "" if is_locked else _text_of(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError):
        # A broken file breaks pypdf in many ways, all of them the file's.
        raise UnreadableFile("must be a PDF that can be read: this one is damaged") from None
    if is_locked:
        raise UnreadableFile("must be a PDF without a password")
    return text


def _text_of(reader: "PdfReader") -> str:
    found: list[str] = []
    for page in reader.pages[:PAGES]:
        found.append(page.extract_text())
        if sum(map(len, found)) >= CHARACTERS:
            break
    return "\n\n".join(found)[:CHARACTERS]
