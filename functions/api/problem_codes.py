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
    "importing",
    "internal",
    "invalid_json",
    "invalid_request",
    "limit_reached",
    "no_such_route",
    "not_empty",
    "not_found",
    "out_of_order",
    "rate_limited",
    "stale",
    "unauthorized",
    "unavailable",
    "unsupported_media_type",
    "wrong_form",
]
