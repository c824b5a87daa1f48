"""Cross-origin requests: pages of the configured origins may call the API, and read what its answers say in headers.

Tokens are sent in a header and never by the browser itself, so credentials are never allowed.
"""

from functools import wraps
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

from access_log import Handler
from voice_engine.settings import settings

_SENT = "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key"
_READ = (
    "ETag, Location, Retry-After, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, RateLimit-Policy, "
    "Idempotent-Replayed"
)
_METHODS = "GET, POST, PUT, DELETE"
# Browsers ask again after two hours at most.
_PREFLIGHT_SECONDS = "7200"


def cross_origin(handler: Handler) -> Handler:
    """Answers preflights, and names the caller's origin on each answer when it is one of those configured."""

    @wraps(handler)
    def wrapped(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        request = APIGatewayProxyEventV2(event)
        is_preflight = request.http_method == "OPTIONS"
        result = _no_content() if is_preflight else handler(event, context)
        return {**result, "headers": result["headers"] | _headers(request, is_preflight=is_preflight)}

    return wrapped


def _no_content() -> dict[str, Any]:
    status = HTTPStatus.NO_CONTENT.value
    return {"statusCode": status, "headers": {}, "body": "", "isBase64Encoded": False, "cookies": []}


def _headers(request: APIGatewayProxyEventV2, *, is_preflight: bool) -> dict[str, str]:
    allowed = settings().cors_allowed_origins
    if not allowed:
        return {}
    origin = request.headers.get("origin", "")
    # A cache must not give one origin what was answered to another.
    vary = {"Vary": "Origin"}
    if origin not in allowed:
        return vary
    named = vary | {"Access-Control-Allow-Origin": origin}
    if not is_preflight:
        return named | {"Access-Control-Expose-Headers": _READ}
    return named | {
        "Access-Control-Allow-Methods": _METHODS,
        "Access-Control-Allow-Headers": _SENT,
        "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
    }
