"""The pages of an export on the wire."""

import base64
import binascii
import json
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from models.portable import AnyItem, Slug, item_json
from models.wire import Wire
from voice_engine.errors import Invalid, Violation
from voice_engine.exporting import Place
from voice_engine.store.portable import Item, Section

FORMAT = "voice-engine-export"
SCHEMA = 1
ITEMS = 1_000
# A client that writes all but ASCII as escapes makes three times as much of it, and a page has to pass as a body of at
# most 5 MB again. The largest item is one edit: two texts of 50,000 characters, and what was measured of it.
PAGE_BYTES = 1_600_000
CURSOR_CHARACTERS = 2_000
# Base64 for addresses: RFC 4648, section 5.
CURSOR_FORM = "^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?$"


class ExportPage(Wire):
    """One page of everything that a person has. `nextCursor` leads to the next one; null on the last."""

    format: Literal["voice-engine-export"]
    schema_: Annotated[Literal[1], Field(alias="schema")]
    page: int
    items: list[AnyItem]
    next_cursor: str | None


class _Cursor(Wire):
    page: Annotated[int, Field(ge=1, le=1_000_000)]
    stamp: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    versions: Annotated[dict[Slug, Annotated[int, Field(ge=1, le=2**31)]], Field(max_length=100)]
    section: Section
    after: Annotated[str, Field(pattern=r"^(?:[0-9a-f]{24}|[a-z0-9-]{1,40}(?:\.[0-9]{1,10})?|)$")]


def page_number(cursor: str | None) -> int:
    return 1 if cursor is None else _read(cursor).page + 1


def place(cursor: str) -> Place:
    """Raises Invalid for what no export gave."""
    read = _read(cursor)
    if read.section == "event" and read.after and "." not in read.after:
        raise _unknown(cursor)
    return Place(read.stamp, read.versions, read.section, read.after)


def page_json(number: int, found: Iterator[tuple[Item, Place]]) -> str:
    """An ExportPage of as many of the items as fit, the first one in any case."""
    rendered: list[str] = []
    size, behind, cursor = 0, None, None
    for item, place_behind in found:
        one = item_json(item)
        size += len(one.encode()) + 1
        if behind is not None and (size > PAGE_BYTES or len(rendered) == ITEMS):
            cursor = _cursor(number, behind)
            break
        rendered.append(one)
        behind = place_behind
    head = f'{{"format":"{FORMAT}","schema":{SCHEMA},"page":{number},"items":['
    return f'{head}{",".join(rendered)}],"nextCursor":{json.dumps(cursor)}}}'


def _cursor(page: int, place: Place) -> str:
    told = _Cursor(
        page=page, stamp=place.stamp, versions=dict(place.versions), section=place.section, after=place.after
    )
    return base64.urlsafe_b64encode(told.model_dump_json().encode()).decode()


def _read(cursor: str) -> _Cursor:
    try:
        return _Cursor.model_validate_json(base64.b64decode(cursor, altchars="-_", validate=True))
    except (binascii.Error, ValidationError, ValueError):
        raise _unknown(cursor) from None


def _unknown(cursor: str) -> Invalid:
    return Invalid(Violation("cursor", "must be a nextCursor of an export", f"{len(cursor)} characters"))
