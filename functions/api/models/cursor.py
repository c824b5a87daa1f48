"""Cursors: opaque names for places in lists that are sorted by a moment, then by an id."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

# Milliseconds in hex, enough of them until the year 2527, then the id's 24 digits: whatever has this form is a place.
_MOMENT_DIGITS = 11
_FORM = rf"^[0-9a-f]{{{_MOMENT_DIGITS + 24}}}$"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

Cursor = Annotated[str | None, Query(alias="cursor", pattern=_FORM, description="the `nextCursor` of the page before")]


def cursor(moment: datetime, id_: str) -> str:
    """An opaque name for the place behind this entry."""
    milliseconds = (moment - _BEGINNING) // timedelta(milliseconds=1)
    return f"{milliseconds:0{_MOMENT_DIGITS}x}{id_}"


def place(cursor: str) -> tuple[datetime, str]:
    """What `cursor` was made of."""
    milliseconds, id_ = int(cursor[:_MOMENT_DIGITS], 16), cursor[_MOMENT_DIGITS:]
    return _BEGINNING + timedelta(milliseconds=milliseconds), id_
