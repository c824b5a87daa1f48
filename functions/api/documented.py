"""What a route answers, where its signature cannot tell: for the OpenAPI document alone, nothing runs by it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.wire import Wire
from problem_codes import Code

EXTENSION = "x-answers"


@dataclass(frozen=True, slots=True)
class Answers:
    body: type[Wire] | None
    media_type: str
    headers: Sequence[str]
    also: Mapping[int, type[Wire] | None]
    refuses: Mapping[Code, int] = field(default_factory=dict)


def answers(
    body: type[Wire] | None = None,
    *,
    media_type: str = "application/json",
    headers: Sequence[str] = (),
    also: Mapping[int, type[Wire] | None] | None = None,
    refuses: Mapping[Code, int] | None = None,
) -> dict[str, Any]:
    """For a route's `openapi_extensions`.

    `body`: what a good answer holds, where the route returns it ready to send. `headers`: those of a good answer.
    `also`: other statuses that are no problem, with their body. `refuses`: the problems of this route alone, each code
    with its status; those that every route may have need no word.
    """
    return {EXTENSION: Answers(body, media_type, headers, also or {}, refuses or {})}
