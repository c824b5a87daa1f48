"""How often a person may do something: a moving window over the last minute, counted in Redis by the library `limits`.

Every 60 seconds that one can cut out hold at most the limit, so no window has an edge at which twice as much passes.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal
from urllib.parse import quote

from redis import ConnectionPool, Redis

from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import Command, RedisClient, RedisUnavailable

if TYPE_CHECKING:
    from limits import RateLimitItem
    from limits.strategies import MovingWindowRateLimiter

type Operations = Literal["writes", "drafts"]

WINDOW_SECONDS = 60

_PREFIX = "rate"


@dataclass(frozen=True, slots=True)
class Quota:
    """What one person has left of a limit. `reset_seconds`: until the oldest operation that counts counts no more."""

    operations: Operations
    limit: int
    remaining: int
    reset_seconds: int
    admitted: bool


class RateLimiter:
    """Safe to share between threads and processes: the count is in Redis, one key a person and kind of operation."""

    def __init__(self, redis: RedisClient, breaker: CircuitBreaker, *, per_minute: Mapping[Operations, int]) -> None:
        self._redis = redis
        self._breaker = breaker
        self._per_minute = per_minute

    def admit(self, operations: Operations, user_id: str) -> Quota | None:
        """Count one operation, unless the person has none left; what is left then.

        None without Redis: nobody is refused because it is away.
        """
        item, person, key = self._counted(operations, user_id)
        try:
            return self._breaker.call(lambda: self._redis.run(key, lambda node: _admit(node, item, person, operations)))
        except RedisUnavailable:
            return None

    def forget(self, user_id: str) -> None:
        """Delete what was counted of one person. Raises RedisUnavailable."""
        commands: list[Command] = [("DEL", self._counted(operations, user_id)[2]) for operations in self._per_minute]
        self._breaker.call(lambda: self._redis.ask(commands))

    def _counted(self, operations: Operations, user_id: str) -> "tuple[RateLimitItem, str, str]":
        """The limit, the person as they stand in the key, and the key."""
        from limits import RateLimitItemPerMinute  # takes longer to import than a cached read takes; reads need none

        item = RateLimitItemPerMinute(self._per_minute[operations], namespace=operations)
        # Encoded, nothing in a person's id can end it early or move the key to another slot.
        person = quote(user_id, safe="")
        return item, person, f"{_PREFIX}:{item.key_for(person)}"


def _admit(node: Redis, item: "RateLimitItem", person: str, operations: Operations) -> Quota:
    window = _moving_window(node.connection_pool)
    admitted = window.hit(item, person)
    left = window.get_window_stats(item, person)
    # One more than the whole seconds: who waits so long is not a moment early.
    seconds = int(max(0.0, left.reset_time - time.time())) + 1
    return Quota(operations, item.amount, left.remaining, seconds, admitted)


@lru_cache(maxsize=16)
def _moving_window(pool: ConnectionPool) -> "MovingWindowRateLimiter":
    """The library over one node's connections, which have our timeouts and credentials. Made once: it takes a
    millisecond."""
    from limits.storage import RedisStorage
    from limits.strategies import MovingWindowRateLimiter

    return MovingWindowRateLimiter(RedisStorage("redis://", connection_pool=pool, key_prefix=_PREFIX))
