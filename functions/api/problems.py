"""Every error answer, told once: RFC 9457 problem details with a stable code, the failing fields and the request id."""

import binascii
import json
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from access_log import logger
from problem_codes import Code
from voice_engine import fault
from voice_engine.errors import (
    AlreadyExists,
    Erasing,
    ImportRunning,
    Invalid,
    LimitReached,
    NotEmpty,
    NotFound,
    OutOfOrder,
    Stale,
    Unavailable,
    Violation,
    WrongForm,
)
from voice_engine.rate_limit import Quota
from voice_engine.store.requests import AnsweredAlready
from voice_engine.tokens import TokenRefused

CONTENT_TYPE = "application/problem+json"
BODY_BYTES = 5_000_000

_JSON = "application/json"

_MOST_TOLD = 100  # violations in one answer, which must fit into what Lambda returns
_CHALLENGE = 'Bearer realm="voice-engine"'
_RETRY_SECONDS = 5
# A value longer than this is told by its length: it is text, and nobody needs it back.
_SHOWN_CHARACTERS = 60


def problem(
    status: HTTPStatus,
    code: Code,
    detail: str,
    *,
    violations: Sequence[Violation] = (),
    headers: dict[str, str] | None = None,
) -> Response[str]:
    body: dict[str, Any] = {
        "type": f"urn:voice-engine:problem:{code}",
        "title": status.phrase,
        "status": status.value,
        "code": code,
        "detail": detail,
    }
    if violations:
        body["errors"] = [{"field": v.field, "limit": v.limit, "given": v.given} for v in violations[:_MOST_TOLD]]
    return Response(
        status_code=status.value,
        content_type=CONTENT_TYPE,
        body=json.dumps(body, ensure_ascii=False),
        headers=dict(headers or {}),
    )


def no_token() -> Response[str]:
    """Nothing was wrong with a token that was not sent: the challenge names no error (RFC 6750, section 3.1)."""
    detail = "send a bearer token: Authorization: Bearer <token>"
    return problem(HTTPStatus.UNAUTHORIZED, "unauthorized", detail, headers={"WWW-Authenticate": _CHALLENGE})


def token_refused(refused: TokenRefused) -> Response[str]:
    challenge = f'{_CHALLENGE}, error="invalid_token"'
    return problem(HTTPStatus.UNAUTHORIZED, "unauthorized", str(refused), headers={"WWW-Authenticate": challenge})


def forbidden(scope: str) -> Response[str]:
    """The token is good, and does not give leave: RFC 6750 names the scope that would."""
    challenge = f'{_CHALLENGE}, error="insufficient_scope", scope="{scope}"'
    detail = f"this needs the scope {scope} in the token"
    return problem(HTTPStatus.FORBIDDEN, "forbidden", detail, headers={"WWW-Authenticate": challenge})


def unreadable(request: APIGatewayProxyEventV2, limit: int) -> Response[str] | None:
    """The refusal of a body that no route could read: of another type, over `limit` bytes, or not text."""
    if not request.body:
        return None
    kind = request.headers.get("content-type", _JSON).partition(";")[0].strip().lower()
    if kind != _JSON:
        return _unsupported()
    try:
        body = request.decoded_body or ""
    except (UnicodeDecodeError, binascii.Error):
        return problem(HTTPStatus.BAD_REQUEST, "invalid_json", "the body is not JSON")
    return _too_large(body, limit)


def json_body(text: str) -> Any:
    """The JSON of a body. Raises JSONDecodeError for all that is none, numbers and nesting beyond reason included."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise json.JSONDecodeError("not JSON", "", 0) from None


def _too_large(body: str, limit: int) -> Response[str] | None:
    size = len(body.encode("utf-8", "surrogatepass"))
    if size <= limit:
        return None
    violation = Violation("body", f"at most {limit} bytes", f"{size} bytes")
    return problem(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large", "the body is too large", violations=[violation]
    )


def as_result(response: Response[str], request: APIGatewayProxyEventV2) -> dict[str, Any]:
    """A problem answered before the resolver was asked, as Lambda returns it."""
    headers = {name: value for name, value in response.headers.items() if isinstance(value, str)}
    return {
        "statusCode": response.status_code,
        "headers": headers | {"Content-Type": CONTENT_TYPE},
        "body": _with_request_id(response, request),
        "isBase64Encoded": False,
        "cookies": [],
    }


def handle_with(app: APIGatewayHttpResolver) -> None:
    """Register the answer for each way in which a request can fail."""
    for kind, answer in _ANSWERS.items():
        app.exception_handler(kind)(_naming_the_request(app, answer))


def _naming_the_request(
    app: APIGatewayHttpResolver, answer: Callable[[Any], Response[str]]
) -> Callable[[Any], Response[str]]:
    def named(error: Exception) -> Response[str]:
        response = answer(error)
        response.body = _with_request_id(response, app.current_event)
        return response

    return named


def _with_request_id(response: Response[str], request: APIGatewayProxyEventV2) -> str:
    body = json.loads(response.body or "{}") | {"requestId": request.request_context.request_id}
    return json.dumps(body, ensure_ascii=False)


def _invalid_request(error: RequestValidationError) -> Response[str]:
    errors = error.errors()
    if any(detail["type"] == "json_invalid" for detail in errors):
        return problem(HTTPStatus.BAD_REQUEST, "invalid_json", "the body is not JSON")
    return invalid([Violation(_field(detail["loc"]), _limit(detail), _given(detail)) for detail in errors])


def invalid(violations: Sequence[Violation]) -> Response[str]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(status, "invalid_request", "the request is not valid", violations=violations)


def _unsupported(*_: RequestUnsupportedContentType) -> Response[str]:
    return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type", f"send the body as {_JSON}")


def not_found(error: NotFound) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "not_found", f"there is no such {error.kind}")


def no_route(*_: NotFoundError) -> Response[str]:
    return problem(HTTPStatus.NOT_FOUND, "no_such_route", "there is no such route")


def _stale(error: Stale) -> Response[str]:
    # A profile's version comes as If-Match, a content's in the body: 412 is for preconditions of HTTP alone.
    status = HTTPStatus.PRECONDITION_FAILED if error.kind == "profile" else HTTPStatus.CONFLICT
    return problem(status, "stale", str(error))


def _wrong_form(error: WrongForm) -> Response[str]:
    return problem(HTTPStatus.CONFLICT, "wrong_form", str(error), violations=[error.violation])


def _erasing(error: Erasing) -> Response[str]:
    return problem(HTTPStatus.CONFLICT, "erasing", f"{error}: GET /api/erasure tells when it is done")


def unavailable(error: Unavailable) -> Response[str]:
    logger.error("unavailable", extra={"reason": str(error)})
    detail = "a part of the service does not answer; try again"
    headers = {"Retry-After": str(_RETRY_SECONDS)}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, headers=headers)


def key_reused(header: str) -> Response[str]:
    violation = Violation(header, "a key of its own for each request", "the key of another one")
    detail = "this key was used with another route, query or body"
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail, violations=[violation])


def answer_deleted() -> Response[str]:
    detail = "this was carried out, and what it was answered has been deleted since"
    return problem(HTTPStatus.NOT_FOUND, "not_found", detail)


def rate_limited(quota: Quota) -> Response[str]:
    detail = f"at most {quota.limit} {quota.operations} a minute; there is one again in {quota.reset_seconds} s"
    headers = {"Retry-After": str(quota.reset_seconds)}
    return problem(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", detail, headers=headers)


def importing(error: ImportRunning) -> Response[str]:
    return problem(HTTPStatus.CONFLICT, "importing", str(error), headers={"Retry-After": str(_RETRY_SECONDS)})


def in_progress(*_: AnsweredAlready) -> Response[str]:
    detail = "a request with this key is under way; ask again for its answer"
    return problem(HTTPStatus.CONFLICT, "idempotency_in_progress", detail, headers={"Retry-After": "1"})


def internal(error: Exception) -> Response[str]:
    logger.error("internal error", extra={"error": type(error).__name__, "place": fault.place(error)})
    detail = "this is a fault of the service; the request id helps to find it"
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal", detail)


_ANSWERS: dict[type[Exception], Callable[[Any], Response[str]]] = {
    RequestValidationError: _invalid_request,
    Invalid: lambda error: invalid(error.violations),
    RequestUnsupportedContentType: _unsupported,
    NotFound: not_found,
    NotFoundError: no_route,
    Stale: _stale,
    WrongForm: _wrong_form,
    AlreadyExists: lambda error: problem(HTTPStatus.CONFLICT, "already_exists", str(error)),
    LimitReached: lambda error: problem(HTTPStatus.CONFLICT, "limit_reached", str(error)),
    Erasing: _erasing,
    NotEmpty: lambda error: problem(HTTPStatus.CONFLICT, "not_empty", str(error)),
    OutOfOrder: lambda error: problem(HTTPStatus.CONFLICT, "out_of_order", str(error)),
    ImportRunning: importing,
    AnsweredAlready: in_progress,
    Unavailable: unavailable,
    Exception: internal,
}


def _field(location: Sequence[str | int]) -> str:
    """The path of a field as the caller knows it: without the place where the framework found it."""
    path = ".".join(str(part) for part in location[1:])
    return path or str(location[0])


def _limit(error: dict[str, Any]) -> str:
    message: str = error["msg"]
    if error["type"] == "extra_forbidden":
        return "no such field"
    return message.removeprefix("Value error, ").removeprefix("Input ")


def _given(error: dict[str, Any]) -> str:
    match error.get("input"):
        case None:
            return "nothing"
        case str() as text:
            return repr(text) if len(text) <= _SHOWN_CHARACTERS else f"{len(text)} characters"
        case bool() | int() | float() as value:
            return json.dumps(value)
        case list() as items:
            return f"a list of {len(items)}"
        case _ if error["type"] == "missing":
            return "nothing"
        case _:
            return "an object"
