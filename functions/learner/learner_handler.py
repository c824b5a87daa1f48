"""The learner Lambda: invoked by the schedule, by the wake after a save, and by hand. It runs the learner once."""

import logging
from dataclasses import asdict
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.logging.utils import copy_config_to_registered_loggers
from aws_lambda_powertools.utilities.typing import LambdaContext

from voice_engine.bootstrap import engine
from voice_engine.learner import Learned
from voice_engine.settings import settings

# Kept back from the function's time: to finish what is begun and to answer.
_RESERVE_SECONDS = 10.0

engine()
logger = Logger(service="learner", level=settings().log_level)
# What the adapters log goes the same way, as JSON.
logging.getLogger("voice_engine")
copy_config_to_registered_loggers(logger, include={"voice_engine"})


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Drains the queue until it is empty or time is out. `event` may name its `source`; it changes nothing.

    With `retry` in it, an edit's id or "all", edits that had failed are pending again first. With
    `relearn`, a user's id or "all", profiles are learned anew by the rules of today. Returns counts of what was
    done. Raises when MongoDB or Redis is away, so that the invocation counts as failed.
    """

    def time_left() -> float:
        return context.get_remaining_time_in_millis() / 1000 - _RESERVE_SECONDS

    run = engine().learning_run(report=_log_learned)
    retried = run.retry(event["retry"]) if "retry" in event else 0
    asked = run.relearn(event["relearn"]) if "relearn" in event else 0
    report = {"retried": retried, "askedToRelearn": asked, **asdict(run.run(time_left))}
    logger.info("run", extra={"source": event.get("source", "unknown"), "requestId": context.aws_request_id, **report})
    return report


def _log_learned(learned: Learned) -> None:
    logger.info(
        "learned",
        extra={"version": learned.version, "edits": learned.edits, "oldestSeconds": round(learned.oldest_seconds, 3)},
    )
