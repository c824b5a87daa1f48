"""Who did what as an administrator: one line in the log for each such call, refused ones included."""

from contextvars import ContextVar
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.typing import LambdaContext

from access_log import Handler
from voice_engine.pseudonym import pseudonym

# At its own level: LOG_LEVEL must not be a way to act unseen.
_logger = Logger(service="audit", level="INFO")

_facts: ContextVar[dict[str, str | int | None]] = ContextVar("facts of an administrator's call")


def by(user_id: str) -> None:
    """Make the request in hand an administrator's call. The log names who it is by a pseudonym."""
    _facts.get().update(by=pseudonym(user_id))


def note(**facts: str | int | None) -> None:
    """Add what the call does or did to its line: ids and counts alone."""
    _facts.get().update(facts)


def audited(handler: Handler) -> Handler:
    @wraps(handler)
    def wrapped(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        facts: dict[str, str | int | None] = {}
        token = _facts.set(facts)
        try:
            result = handler(event, context)
        finally:
            _facts.reset(token)
        if facts:
            request = {"requestId": event["requestContext"]["requestId"], "route": event["routeKey"]}
            _logger.info("administration", extra={**request, "status": result["statusCode"], **facts})
        return result

    return wrapped
