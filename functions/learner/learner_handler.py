"""The learner Lambda: invoked by the schedule, by the wake after a save, and by hand. It runs the learner once."""

import logging
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from voice_engine import fault
from voice_engine.bootstrap import engine
from voice_engine.errors import Unavailable
from voice_engine.learner import Learned
from voice_engine.redis_connection import RedisUnavailable
from voice_engine.settings import settings

# Kept back from the function's time: to finish what is begun and to answer.
_RESERVE_SECONDS = 10.0

engine()
logger = Logger(service="learner", level=settings().log_level)
# What the adapters log goes the same way, as JSON.
logging.getLogger("voice_engine")
copy_config_to_registered_loggers(logger, include={"voice_engine"})


class RunFailed(Exception):
    """Names the kind and the place of the error that ended the run."""


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Drains the queue until it is empty or time is out. `event` may name its `source`; it changes nothing.

    With `retry` in it, an edit's id or "all", edits that had failed are pending again first. With
    `relearn`, a user's id or "all", profiles are learned anew by the rules of today. Returns counts of what was
    done. Raises when MongoDB or Redis is away, so that the invocation counts as failed; RunFailed for what nobody
    expected.
    """

    def time_left() -> float:
        return context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS

    try:
        report = _run(event, time_left)
    except (Unavailable, RedisUnavailable):
        raise
    except Exception as error:  # noqa: BLE001 - it is raised on, without its message
        # Lambda logs the message of what leaves the handler.
        raise RunFailed(fault.description(error)) from None
    logger.info("run", extra={"source": event.get("source", "unknown"), "requestId": context.aws_request_id, **report})
    return report


def _run(event: dict[str, Any], time_left: Callable[[], float]) -> dict[str, Any]:
    run = engine().learning_run(report=_log_learned)
    retried = run.retry(event["retry"]) if "retry" in event else 0
    asked = run.relearn(event["relearn"]) if "relearn" in event else 0
    return {"retried": retried, "askedToRelearn": asked, **asdict(run.run(time_left))}


def _log_learned(learned: Learned) -> None:
    logger.info(
        "learned",
        extra={"version": learned.version, "edits": learned.edits, "oldestSeconds": round(learned.oldest_seconds, 3)},
    )
