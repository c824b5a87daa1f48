"""The headers of answers: what each one says."""

from collections.abc import Iterable, Sequence
from typing import Any

from contract.incomplete import Incomplete

_TEXT = {"type": "string"}
_COUNT = {"type": "integer", "minimum": 0}
_SECONDS = _COUNT

HEADERS: dict[str, dict[str, Any]] = {
    "Cache-Control": {"description": "How long the answer may be kept.", "schema": _TEXT},
    "ETag": {"description": "Names this state of the profile, for `If-Match` and `If-None-Match`.", "schema": _TEXT},
    "Idempotent-Replayed": {"description": "`true`: an earlier answer to this key.", "schema": {"const": "true"}},
    "Location": {"description": "The path of what was made.", "schema": _TEXT},
    "RateLimit-Limit": {"description": "What one person may send of this kind in any 60 seconds.", "schema": _COUNT},
    "RateLimit-Policy": {"description": "The limit and its window in seconds, as in `120;w=60`.", "schema": _TEXT},
    "RateLimit-Remaining": {"description": "How much of the limit is left.", "schema": _COUNT},
    "RateLimit-Reset": {"description": "Seconds until more is left.", "schema": _SECONDS},
    "Retry-After": {"description": "Seconds after which to try again.", "schema": _SECONDS},
    "WWW-Authenticate": {"description": "What kind of token is asked for.", "schema": _TEXT},
}

# Of every answer to a request that does more than read; without Redis they are left out.
RATE_LIMIT = ("RateLimit-Limit", "RateLimit-Policy", "RateLimit-Remaining", "RateLimit-Reset")

# By code.
_OF_PROBLEMS = {
    "forbidden": ("WWW-Authenticate",),
    "idempotency_in_progress": ("Retry-After",),
    "rate_limited": ("Retry-After", *RATE_LIMIT),
    "unauthorized": ("WWW-Authenticate",),
    "unavailable": ("Retry-After",),
}

# A POST takes it before any route is asked, so no route's signature names it.
IDEMPOTENCY_KEY: dict[str, Any] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "a key of the caller's choice: the same request again gets the first answer and does nothing",
    "schema": {"type": "string", "pattern": "^[!-~]{1,255}$"},
}


def of(names: Iterable[str]) -> dict[str, Any]:
    unknown = [name for name in names if name not in HEADERS]
    if unknown:
        raise Incomplete(f"contract/headers.py has no description of {unknown[0]}")
    return {name: HEADERS[name] for name in names}


def of_problems(codes: Sequence[str]) -> dict[str, Any]:
    """The headers of an answer that has one of these codes: one is required where each of them has it."""
    named = [name for code in codes for name in _OF_PROBLEMS.get(code, ())]
    found = of(dict.fromkeys(named))
    return {name: told | {"required": named.count(name) == len(codes)} for name, told in found.items()}
