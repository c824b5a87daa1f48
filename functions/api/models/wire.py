"""How every model is written on the wire: camelCase, each value of its own JSON type, nothing unknown accepted."""

import calendar
import re
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, JsonValue, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel
from pydantic_core import PydanticCustomError

from voice_engine.clock import iso
from voice_engine.voice import visible

_TIMESTAMP = WithJsonSchema({"type": "string", "format": "date-time"})


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def wholes(value: Any) -> Any:
    """A value of JSON with each whole number in it as an int; a float takes that, too."""
    match value:
        case dict():
            return {name: wholes(part) for name, part in value.items()}
        case list():
            return [wholes(part) for part in value]
        case _:
            return _whole(value)


# For each int of a request: JSON has one kind of number, so 8.0 is as whole as 8.
WHOLE = BeforeValidator(_whole)
# For an int without a bound of its own: up to here every reader of JSON holds it exactly (RFC 8259, section 6).
EXACT = 2**53 - 1


def _flag(value: Any) -> Any:
    if not isinstance(value, bool):
        raise PydanticCustomError("flag", "should be true")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool):
        raise PydanticCustomError("number", "should be a number")
    return value


# Python holds 1 and True to be equal; JSON does not.
Yes = Annotated[Literal[True], BeforeValidator(_flag)]
One = Annotated[Literal[1], BeforeValidator(_number)]


def _seen(text: str) -> str:
    if visible.is_blank(text):
        raise PydanticCustomError("blank", "must hold a visible character, not white space or marks of format alone")
    return text


# For a str that is never blank; beside it goes SEEN_SCHEMA, as the `json_schema_extra` of its Field.
SEEN = AfterValidator(_seen)
SEEN_SCHEMA: dict[str, JsonValue] = {"pattern": visible.PATTERN}

type Moment = Annotated[datetime, PlainSerializer(iso, return_type=str), _TIMESTAMP]


# RFC 3339, section 5.6: leap seconds, small letters, fractions of any length and the year 0 are in it, which `datetime`
# has not. A space, which it lets stand for the T, comes from programs that write times for people.
_DATE_TIME = re.compile(
    r"(?P<year>[0-9]{4})-(?P<month>0[1-9]|1[0-2])-(?P<day>[0-9]{2})[Tt ]"
    r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])"
)


def _timestamp(value: str) -> str:
    """Raises ValueError for what names no moment."""
    found = _DATE_TIME.fullmatch(value)
    if found is None or not 1 <= int(found["day"]) <= calendar.monthrange(int(found["year"]), int(found["month"]))[1]:
        raise PydanticCustomError("timestamp", "must be a date and a time with its offset, as in RFC 3339")
    return value


# A moment in a request, as text: nothing is done with it.
type Timestamp = Annotated[str, AfterValidator(_timestamp), _TIMESTAMP]


def exactly_one_of(*names: str) -> ConfigDict:
    """For the `model_config` of a body that must hold one of these fields: its schema says so, too."""
    given: list[JsonValue] = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in names]
    return ConfigDict(json_schema_extra={"oneOf": given})


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, strict=True)
