"""Whole numbers of requests: JSON has one kind of number, so that 8.0 is as whole as 8."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.openapi_document import followed

# Up to here every reader of JSON holds each whole number exactly (RFC 8259, section 6).
EXACT = 2**53 - 1


def pointed(value: Any) -> Any:
    """The same value, each whole number in it written with a point."""
    if isinstance(value, Mapping):
        return {name: pointed(part) for name, part in value.items()}
    if isinstance(value, list):
        return [pointed(part) for part in value]
    is_whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= EXACT
    return float(value) if is_whole else value


def places(schema: Mapping[str, Any], at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Where a body that has this schema may hold a value, with the schema of each."""
    whole = followed(dict(schema))
    if "type" in whole:
        yield at, whole
    for option in (*whole.get("anyOf", ()), *whole.get("oneOf", ()), *whole.get("allOf", ())):
        yield from places(option, at)
    for name, part in whole.get("properties", {}).items():
        yield from places(part, (*at, name))


def put(body: Any, place: tuple[str, ...], value: Any) -> Any:
    """`body` with `value` in a place, whose objects are made where they are missing."""
    if not place:
        return value
    first, *others = place
    return {**body, first: put(body.get(first, {}), tuple(others), value)}
