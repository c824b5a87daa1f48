"""Answers as a page shows them, held against those that came: `"…"` stands for what is left out or differs."""

import json
import re
from collections.abc import Iterator
from typing import Any

_ELIDED = "…"


def differences(shown: Any, came: Any, place: str = "answer") -> Iterator[str]:
    """What of the answer that came is not as it is shown.

    In place of a value `"…"` is any; as a name of a field, or an item of a list, any number of them.
    """
    if shown == _ELIDED:
        return
    if isinstance(shown, dict) and isinstance(came, dict):
        more = _ELIDED in shown
        named = {name: value for name, value in shown.items() if name != _ELIDED}
        if missing := named.keys() - came.keys():
            yield f"{place} lacks {sorted(missing)}"
        if not more and (extra := came.keys() - named.keys()):
            yield f"{place} has {sorted(extra)} besides"
        for name in named.keys() & came.keys():
            yield from differences(named[name], came[name], f"{place}.{name}")
    elif isinstance(shown, list) and isinstance(came, list):
        yield from _differences_of_items(shown, came, place)
    elif shown != came:
        yield f"{place} is {came!r}, and {shown!r} is shown"


def _differences_of_items(shown: list[Any], came: list[Any], place: str) -> Iterator[str]:
    if _ELIDED not in shown and len(shown) != len(came):
        yield f"{place} has {len(came)} items, and {len(shown)} are shown"
        return
    rest = list(came)
    for item in shown:
        if item == _ELIDED:
            continue
        found = next((one for one in rest if not list(differences(item, one))), None)
        if found is None:
            yield f"{place} has no item like {item!r}: {came!r}"
        else:
            rest.remove(found)


def differences_of_exchange(shown: str, came: str) -> Iterator[str]:
    """The same for a whole answer: status, the headers that are shown, and the body."""
    status, headers, body = _parts(shown)
    came_status, came_headers, came_body = _parts(came)
    if status != came_status:
        yield f"the status is {came_status}, and {status} is shown: {came_body}"
    for name, value in headers.items():
        if name not in came_headers or value not in (_ELIDED, came_headers[name]):
            yield f"{name} is {came_headers.get(name)}, and {value} is shown"
    if body:
        yield from differences(json.loads(body), json.loads(came_body))
    elif came_body:
        yield f"a body came: {came_body}"


def _parts(text: str) -> tuple[str, dict[str, str], str]:
    head, _, body = text.replace("\r\n", "\n").strip().partition("\n\n")
    first, *lines = head.split("\n")
    status = re.match(r"HTTP/[\d.]+ (\d{3})", first)
    assert status, text
    pairs = (line.partition(":") for line in lines)
    return status[1], {name.lower(): value.strip() for name, _, value in pairs}, body.strip()
