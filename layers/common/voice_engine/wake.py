"""Waking the learner after a save: one asynchronous invocation, however many saves ask for it."""

import logging
from collections.abc import Callable

from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import RedisClient, RedisUnavailable

logger = logging.getLogger(__name__)

KEY = "learner:wake"


class Wake:
    def __init__(
        self,
        redis: RedisClient,
        breaker: CircuitBreaker,
        invoke: Callable[[], None] | None,
        *,
        ttl_seconds: int = 30,
    ) -> None:
        """`invoke` starts the learner and returns at once; None where only the schedule starts it.

        `ttl_seconds`: after this a wake that led to no learner no longer holds back the next one.
        """
        self._redis = redis
        self._breaker = breaker
        self._invoke = invoke
        self._ttl_seconds = ttl_seconds

    def request(self) -> bool:
        """True when this call invoked the learner; False when it was asked before, or cannot be asked.

        Best effort: the schedule starts the learner anyway, so no failure is raised.
        """
        if self._invoke is None:
            return False
        try:
            if not self._arm():
                return False
        except RedisUnavailable:
            return False
        try:
            self._invoke()
        except Exception as error:  # noqa: BLE001 (whatever the transport raises, the save has happened and is answered)
            logger.warning("the learner was not woken", extra={"cause": type(error).__name__})
            self.disarm()
            return False
        return True

    def disarm(self) -> None:
        """Let the next request invoke again. The learner calls it before it drains, so a push during a drain counts."""
        try:
            self._breaker.call(lambda: self._redis.run(KEY, lambda node: node.delete(KEY)))
        except RedisUnavailable:
            logger.info("a wake was not disarmed, it ends by itself", extra={"ttl_seconds": self._ttl_seconds})

    def _arm(self) -> bool:
        return self._breaker.call(
            lambda: self._redis.run(KEY, lambda node: bool(node.set(KEY, "1", nx=True, ex=self._ttl_seconds)))
        )
