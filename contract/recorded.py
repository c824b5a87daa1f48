"""A request and its answer as a text that a person can read, in the syntax of HTTP, and that stays the same from run to
run: what differs by nature stands in it as a placeholder."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

BEARER = "TOKEN"
KEY = "KEY"
_WHEN = "2026-11-25T09:30:00.000Z"
_WINDOW = "60"
_REQUEST_ID = "JKJaXmPLvHcESHA="

_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_ID = re.compile(r"\b[0-9a-f]{24}\b")
_JSON = re.compile(r"application/(problem\+)?json")
# Headers that say something of this service. Those of security are alike on every answer.
_SHOWN = re.compile(r"content-type|location|etag|cache-control|retry-after|ratelimit-.*|idempotent-.*", re.IGNORECASE)
# What is published whole in a file of its own.
_ELSEWHERE = {"/openapi.json": "(docs/openapi.json)", "/docs": "(the page)"}


@dataclass(frozen=True, slots=True)
class Exchange:
    """`target`: path and query. `answer_body`: as it came."""

    name: str
    method: str
    target: str
    request_headers: Mapping[str, str]
    request_body: Any | None
    status: int
    answer_headers: Mapping[str, str]
    answer_body: str


class Placeholders:
    """One id is the same placeholder wherever it stands in a recording."""

    def __init__(self) -> None:
        self._ids: dict[str, str] = {}

    def put_into(self, text: str) -> str:
        return _ID.sub(self._id, _MOMENT.sub(_WHEN, text))

    def _id(self, found: re.Match[str]) -> str:
        return self._ids.setdefault(found[0], f"65f0c0ffee{len(self._ids) + 1:014d}")


def written(exchange: Exchange, placeholders: Placeholders) -> str:
    """The text of docs/recorded/, the request first, then the answer from its status line on."""
    asked = [f"{exchange.method.upper()} {exchange.target} HTTP/1.1"]
    asked += [f"{name}: {value}" for name, value in exchange.request_headers.items()]
    parts = ["\n".join(asked)]
    if exchange.request_body is not None:
        parts.append(_pretty(exchange.request_body))
    answered = [f"HTTP/1.1 {exchange.status}"]
    answered += [_header(name, value) for name, value in exchange.answer_headers.items() if _SHOWN.fullmatch(name)]
    parts.append("\n".join(answered))
    if body := _body(exchange):
        parts.append(body)
    return placeholders.put_into("\n\n".join(parts)) + "\n"


def _header(name: str, value: str) -> str:
    return f"{name}: {_WINDOW if name == 'RateLimit-Reset' else value}"


def _body(exchange: Exchange) -> str:
    if exchange.target in _ELSEWHERE:
        return _ELSEWHERE[exchange.target]
    kind = exchange.answer_headers.get("Content-Type", "")
    if not exchange.answer_body or not _JSON.match(kind):
        return exchange.answer_body
    body = json.loads(exchange.answer_body)
    if isinstance(body, dict) and "requestId" in body:
        body["requestId"] = _REQUEST_ID
    return _pretty(body)


def _pretty(body: Any) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)
