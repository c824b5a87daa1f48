"""The stable codes of problems, which programs rely on."""

from typing import Literal

# docs/errors.md tells of each; a test compares them.
type Code = Literal[
    "already_exists",
    "body_too_large",
    "erasing",
    "forbidden",
    "idempotency_in_progress",
    "idempotency_key_reused",
    "internal",
    "invalid_json",
    "invalid_request",
    "limit_reached",
    "no_such_route",
    "not_found",
    "rate_limited",
    "stale",
    "unauthorized",
    "unavailable",
    "unsupported_media_type",
    "wrong_form",
]
