"""Idempotency-Key: a POST that is sent again gets the first answer, and its effect happens once.

The answer commits with the effect: a route gives `keep=remember(router.context, render)` to its use case. A POST
without an effect needs nothing; its answer is kept when it is known. Only answers that are no errors are kept.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import problems
from access_log import logger
from identity import identity_of
from models.wire import Wire
from voice_engine.bootstrap import engine
from voice_engine.clock import utc_now
from voice_engine.errors import Erasing, Unavailable, Violation
from voice_engine.store.database import Session, answering
from voice_engine.store.requests import Answer, AnsweredAlready, Keep, Request

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"

_ATTEMPT = "idempotency"
_KEY = re.compile(r"[!-~]{1,255}")
# The others belong to the moment: how much of a rate is left, for instance.
_KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control")

type Result = dict[str, Any]


class _Attempt:
    """A request with a key, being carried out. `body` is what its transaction kept last."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.body: str | None = None

    def keep(self, answer: Answer, session: Session | None = None) -> None:
        engine().requests.insert(self.request, answer, utc_now(), session=session)
        self.body = answer.body


def remember[Found](
    context: Mapping[str, object],
    render: Callable[[Found], Response[Any] | Wire],
    *,
    about: Callable[[Found], Sequence[str]] = lambda _: (),
) -> Keep[Found] | None:
    """What a use case calls in its transaction, so that the answer `render` makes of its result commits with it.

    `about`: what holds the words that the answer repeats, as `requests.Answer` has it; they are deleted together.
    None where the request in hand named no key.
    """
    attempt = context.get(_ATTEMPT)
    if not isinstance(attempt, _Attempt):
        return None
    return lambda found, session: attempt.keep(replace(_rendered(render(found)), about=about(found)), session)


def once(request: APIGatewayProxyEventV2, app: APIGatewayHttpResolver, resolve: Callable[[], Result]) -> Result:
    """The answer to `request`: the first one, where its key has one, else that of `resolve`.

    Of two that are under way at once the second to commit is undone, and answered as the first was.
    """
    key = request.headers.get(HEADER.lower())
    if key is None or request.http_method != "POST":
        return resolve()
    if _KEY.fullmatch(key) is None:
        violation = Violation(HEADER, "1 to 255 visible ASCII characters, no blanks", f"{len(key)} characters")
        return problems.as_result(problems.invalid([violation]), request)
    attempt = _Attempt(Request(identity_of(app.context).user_id, key, _fingerprint(request)))
    try:
        first = _first_result(attempt.request, request)
    except Unavailable as unavailable:
        return problems.as_result(problems.unavailable(unavailable), request)
    if first is not None:
        return first
    app.append_context(**{_ATTEMPT: attempt})
    return _settled(attempt, resolve(), request)


def _settled(attempt: _Attempt, result: Result, request: APIGatewayProxyEventV2) -> Result:
    """`result`, kept; or the first answer, where another request with the same key was faster."""
    status = result["statusCode"]
    try:
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.TOO_MANY_REQUESTS:
            return result
        if status >= HTTPStatus.BAD_REQUEST:
            # It may be refused only because the other one was carried out.
            return _first_result(attempt.request, request) or result
        with answering():
            _keep_sent(attempt, result)
    except AnsweredAlready:
        return _first_result(attempt.request, request) or problems.as_result(problems.in_progress(), request)
    except Erasing:
        logger.info("the answer to a key was not kept: its person is being erased")
    except Unavailable as unavailable:
        logger.warning("the answer to a key was not kept as it was sent", extra={"reason": str(unavailable)})
    return result


def _keep_sent(attempt: _Attempt, result: Result) -> None:
    body = result["body"]
    if attempt.body is None:
        headers = {name: value for name, value in result["headers"].items() if name in _KEPT_HEADERS}
        attempt.keep(Answer(result["statusCode"], headers, body))
    elif attempt.body != body:
        # What came after the commit is told, too: that the job of a saved edit is queued.
        engine().requests.amend(attempt.request, body)


def _first_result(asked: Request, request: APIGatewayProxyEventV2) -> Result | None:
    """The first answer to the key, or the refusal where that was to another request. Raises Unavailable."""
    with answering():
        found = engine().requests.find(asked.user_id, asked.key)
    if found is None:
        return None
    first, answer = found
    if first != asked:
        return problems.as_result(problems.key_reused(HEADER), request)
    if answer.body is None:
        return problems.as_result(problems.answer_deleted(), request)
    return {
        "statusCode": answer.status,
        "headers": {**answer.headers, REPLAYED: "true"},
        "body": answer.body,
        "isBase64Encoded": False,
        "cookies": [],
    }


def _fingerprint(request: APIGatewayProxyEventV2) -> str:
    """SHA-256, in hex, of all that says what is asked for: method, path, query and body."""
    asked = [
        request.http_method,
        request.raw_path,
        sorted(request.query_string_parameters.items()),
        request.decoded_body or "",
    ]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _rendered(answer: Response[Any] | Wire) -> Answer:
    """As the resolver sends it."""
    if isinstance(answer, Wire):
        answer = Response(HTTPStatus.OK.value, "application/json", answer)
    body = answer.body
    if isinstance(body, Wire):
        body = json.dumps(body.model_dump(mode="json", by_alias=True), separators=(",", ":"))
    headers = {"Content-Type": answer.content_type, **answer.headers}
    kept = {name: value for name, value in headers.items() if name in _KEPT_HEADERS and isinstance(value, str)}
    return Answer(answer.status_code, kept, body or "")
