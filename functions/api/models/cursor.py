"""Cursors: opaque names for places in lists that are sorted by a moment, then by an id."""

import base64
import binascii
from datetime import UTC, datetime
from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

from voice_engine.errors import Invalid, Violation

Cursor = Annotated[str | None, Query(alias="cursor", max_length=200, description="the `nextCursor` of the page before")]


def cursor(moment: datetime, id_: str) -> str:
    """An opaque name for the place behind this entry."""
    return base64.urlsafe_b64encode(f"{int(moment.timestamp() * 1000)}.{id_}".encode()).decode()


def place(cursor: str) -> tuple[datetime, str]:
    """Raises Invalid for what `cursor` did not make."""
    try:
        milliseconds, _, id_ = base64.b64decode(cursor, altchars="-_", validate=True).decode().partition(".")
        seconds, rest = divmod(int(milliseconds), 1000)
        moment = datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)
    except (binascii.Error, UnicodeDecodeError, ValueError, OverflowError, OSError):
        raise Invalid(Violation("cursor", "must be a nextCursor of this list", repr(cursor[:60]))) from None
    return moment, id_
