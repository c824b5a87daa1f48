"""What every answer tells a browser: that it is private, and nothing to be guessed at, framed or run."""

from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from access_log import Handler

# OWASP's REST Security Cheat Sheet. A route's own value wins.
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=63072000",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def protected(handler: Handler) -> Handler:
    @wraps(handler)
    def wrapped(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        result = handler(event, context)
        given = {name.lower() for name in result["headers"]}
        missing = {name: value for name, value in HEADERS.items() if name.lower() not in given}
        return {**result, "headers": result["headers"] | missing}

    return wrapped
