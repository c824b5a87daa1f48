"""One structured line for each request: ids, route, status and time, and nothing that a person wrote or carries."""

import logging
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from voice_engine.settings import settings

logger = Logger(service="api", level=settings().log_level)
# What the adapters log goes the same way, as JSON.
logging.getLogger("voice_engine")
copy_config_to_registered_loggers(logger, include={"voice_engine"})

type Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def logged(handler: Handler) -> Handler:
    @wraps(handler)
    def wrapped(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        started = time.perf_counter()
        with logger.append_context_keys(requestId=event["requestContext"]["requestId"]):
            result = handler(event, context)
            milliseconds = round((time.perf_counter() - started) * 1000, 1)
            # The route's pattern, not the path: a path is what a caller wrote.
            logger.info(
                "request", extra={"route": event["routeKey"], "status": result["statusCode"], "ms": milliseconds}
            )
        return result

    return wrapped
