"""What Schemathesis cannot know of the requests that it makes up: each has a key of its own, a cursor is one that
a page gave, a file is one, a text has words, and what is imported was exported."""

import base64
import copy
import re
import uuid
from typing import Any

import schemathesis

from tests.whole_numbers import EXACT

_KEY = re.compile(r"[!-~]{1,255}")
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_CURSOR = re.compile(r"(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-]{2}==|[A-Za-z0-9_-]{3}=)?")
_CURSOR_CHARACTERS = 2_000
_IMPORTED = 1_000
_SOURCES = ("neutral", "inherited", "archetype", "learned", "manual", "mixed")
_TEXT = "I mend bicycles on Saturdays, and people wait outside with a coffee. " * 4
# A file that is one, in UTF-8, with enough words.
_FILE = base64.b64encode(_TEXT.encode() * 3).decode()


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    # It may be an example of the document itself, which others read.
    case.body = copy.deepcopy(case.body)
    for name, value in dict(case.headers or {}).items():
        if name.lower() == "idempotency-key" and isinstance(value, str) and _KEY.fullmatch(value):
            case.headers[name] = str(uuid.uuid4())
    cursor = (case.query or {}).get("cursor")
    if case.operation.path == "/api/profile/export" and _is_cursor(cursor):
        del case.query["cursor"]
    if case.operation.path == "/api/profile/analyze-text" and isinstance(case.body, dict):
        _give_words(case.body)
    if case.operation.path == "/api/profile/import" and isinstance(case.body, dict):
        _leave_items_out(case.body)
    if case.operation.path == "/api/profile/style" and isinstance(case.body, dict):
        _leave_out_what_is_worked_out(case.body)
    return case


def _is_cursor(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _CURSOR_CHARACTERS and _CURSOR.fullmatch(value) is not None


def _leave_out_what_is_worked_out(body: dict[str, Any]) -> None:
    """It may be sent back as it holds, and only so."""
    number = body.get("learningIterations")
    is_number = isinstance(number, int | float) and not isinstance(number, bool)
    if is_number and 0 <= number <= EXACT and number == int(number):
        del body["learningIterations"]
    if body.get("profileSource") in _SOURCES:
        del body["profileSource"]
    if isinstance(body.get("archetypeBase", 0), str | None):
        del body["archetypeBase"]


def _leave_items_out(body: dict[str, Any]) -> None:
    items = body.get("items")
    if isinstance(items, list) and len(items) <= _IMPORTED and all(isinstance(item, dict) for item in items):
        body["items"] = []


def _give_words(body: dict[str, Any]) -> None:
    text, file = body.get("text"), body.get("file")
    if isinstance(text, str) and len(text) > len(_TEXT):
        body["text"] = _TEXT + text[len(_TEXT) :]
    if isinstance(file, dict) and isinstance(file.get("content"), str) and _BASE64.fullmatch(file["content"]):
        if isinstance(file.get("name"), str):
            file["name"] = re.sub(r"\.pdf$", ".txt", file["name"])
        file["content"] = _FILE
