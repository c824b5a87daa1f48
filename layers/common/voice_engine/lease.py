"""A lease on one profile's learning, so that two learners do not do the same work at once.

It only saves work that would be done twice: whether a result counts is decided by compare-and-set in MongoDB.
"""

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from redis import Redis
from redis.exceptions import LockError
from redis.lock import Lock

from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import RedisClient, RedisUnavailable

logger = logging.getLogger(__name__)

# One learning takes some tens of milliseconds.
_LOOK_AGAIN_SECONDS = 0.02


def lease_key(profile: str) -> str:
    return f"profile:lock:{profile}"


class Lease:
    """A lease that is held, and extended by a thread of its own until it is released."""

    def __init__(
        self,
        redis: RedisClient,
        breaker: CircuitBreaker,
        key: str,
        lock: Lock,
        *,
        ttl_seconds: float,
        extend_seconds: float,
    ) -> None:
        self._redis = redis
        self._breaker = breaker
        self._key = key
        self._lock = lock
        self._ttl_seconds = ttl_seconds
        self._extend_seconds = extend_seconds
        self._taken_over = False
        self._safe_until = 0.0
        self._released = threading.Event()
        self._extender = threading.Thread(target=self._keep, name=f"lease of {key}", daemon=True)

    @property
    def lost(self) -> bool:
        """True once somebody else may hold it: it was taken over, or Redis has not confirmed it for its whole life."""
        return self._taken_over or time.monotonic() >= self._safe_until

    def start(self, taken_at: float) -> None:
        self._safe_until = taken_at + self._ttl_seconds
        self._extender.start()

    def release(self) -> None:
        self._released.set()
        self._extender.join()
        try:
            self._if_ours(self._lock.release)
        except RedisUnavailable as error:
            logger.info("a lease was not released, it ends by itself", extra={"cause": str(error)})

    def _keep(self) -> None:
        while not self._released.wait(self._extend_seconds):
            asked_at = time.monotonic()
            try:
                if not self._if_ours(self._lock.reacquire):
                    self._taken_over = True
                    return
            except RedisUnavailable:
                continue  # it may answer before the time to live is over; `lost` watches that
            self._safe_until = asked_at + self._ttl_seconds

    def _if_ours(self, operation: Callable[[], object]) -> bool:
        """Both operations of the lock are scripts that first compare its token."""

        def attempt(_: Redis) -> bool:
            try:
                operation()
            except LockError:
                return False
            return True

        return self._breaker.call(lambda: self._redis.run(self._key, attempt))


class Leases:
    def __init__(
        self,
        redis: RedisClient,
        *,
        ttl_ms: int = 5000,
        extend_seconds: float | None = None,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """`ttl_ms`: how long a lease outlives a holder that died. `extend_seconds`: how often the holder extends it, by
        default three times within its life. Without a `breaker` each call is tried."""
        self._redis = redis
        self._ttl_seconds = ttl_ms / 1000
        self._extend_seconds = self._ttl_seconds / 3 if extend_seconds is None else extend_seconds
        self._breaker = breaker or CircuitBreaker(open_seconds=0)

    @contextmanager
    def hold(self, profile: str, *, wait_seconds: float = 0.0) -> Iterator[Lease | None]:
        """The lease on `profile`, extended until the block ends; None when somebody else keeps it for `wait_seconds`.

        Raises RedisUnavailable when Redis cannot be asked.
        """
        key = lease_key(profile)
        give_up_at = time.monotonic() + wait_seconds
        while True:
            taken_at = time.monotonic()
            lock = self._breaker.call(lambda: self._redis.run(key, lambda node: self._acquired(node, key)))
            if lock is not None or time.monotonic() >= give_up_at:
                break
            time.sleep(_LOOK_AGAIN_SECONDS)
        if lock is None:
            yield None
            return
        lease = Lease(
            self._redis,
            self._breaker,
            key,
            lock,
            ttl_seconds=self._ttl_seconds,
            extend_seconds=self._extend_seconds,
        )
        lease.start(taken_at)
        try:
            yield lease
        finally:
            lease.release()

    def drop(self, profile: str) -> None:
        """End whichever lease there is on `profile`. Raises RedisUnavailable."""
        key = lease_key(profile)
        self._breaker.call(lambda: self._redis.run(key, lambda node: node.delete(key)))

    def _acquired(self, node: Redis, key: str) -> Lock | None:
        # Not thread_local: it is extended by another thread than the one that holds it.
        lock = Lock(node, key, timeout=self._ttl_seconds, thread_local=False)
        # The token is drawn here: redis-py would make it of clock and host, which clones of one image share.
        return lock if lock.acquire(blocking=False, token=secrets.token_hex(16)) else None
