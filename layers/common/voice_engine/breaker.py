"""A circuit breaker: after one failed call to Redis none is tried until a pause has passed, then one probe."""

import logging
import threading
import time
from collections.abc import Callable

from voice_engine.redis_connection import RedisRefused, RedisUnavailable

logger = logging.getLogger(__name__)


class CircuitOpen(RedisUnavailable):
    """The circuit is open: nothing was tried."""


class CircuitBreaker:
    """Shared by all that use one Redis. Safe to share between threads."""

    def __init__(self, *, open_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        """`open_seconds`: how long nothing is tried after a failure. 0 keeps the circuit closed."""
        self._open_seconds = open_seconds
        self._clock = clock
        self._lock = threading.Lock()
        self._open_until: float | None = None
        self._probing = False

    def call[T](self, operation: Callable[[], T]) -> T:
        """The result of `operation`. Raises CircuitOpen, without calling it, while the circuit is open.

        RedisUnavailable opens the circuit and is raised on; a result and RedisRefused close it; any other error says
        nothing of Redis and leaves it as it is.
        """
        probe = self._admit()
        try:
            return self.attempt(operation)
        finally:
            if probe:
                with self._lock:
                    self._probing = False

    def attempt[T](self, operation: Callable[[], T]) -> T:
        """Like `call`, but tried even while the circuit is open: for what must not be left out."""
        try:
            result = operation()
        except RedisRefused:
            self._close()
            raise
        except RedisUnavailable as error:
            self._open(error)
            raise
        self._close()
        return result

    def _admit(self) -> bool:
        """True when the caller is the probe after a pause."""
        with self._lock:
            if self._open_until is None:
                return False
            if self._probing or self._clock() < self._open_until:
                raise CircuitOpen("Redis did not answer a moment ago")
            self._probing = True
            return True

    def _open(self, error: RedisUnavailable) -> None:
        if self._open_seconds <= 0:
            return
        with self._lock:
            was_closed = self._open_until is None
            self._open_until = self._clock() + self._open_seconds
        if was_closed:
            logger.warning("redis is unavailable, the circuit opens", extra={"cause": str(error)})

    def _close(self) -> None:
        with self._lock:
            was_open = self._open_until is not None
            self._open_until = None
        if was_open:
            logger.info("redis answers again, the circuit closes")
