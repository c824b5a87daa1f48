"""Whether the service can do its work, told without secrets and cheaply enough to be public."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pymongo.errors import PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Unavailable
from voice_engine.queue import LearningQueue, QueueStats
from voice_engine.redis_connection import RedisUnavailable
from voice_engine.store.database import Database, answering
from voice_engine.store.edits import Edits

_KEPT_SECONDS = 5.0
# An edit that waits longer than this beyond its window means that nobody learns.
_STALLED_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["ok", "degraded", "down"]
    mongodb: Literal["connected", "disconnected"]
    redis: Literal["connected", "disconnected"]
    gemini: Literal["available", "unavailable", "offline"]
    queue: Literal["healthy", "stalled", "unknown"]
    queue_length: int | None
    active_jobs: int | None
    cache_hit_rate: float | None
    oldest_pending_edit_seconds: float | None


class HealthCheck:
    def __init__(
        self,
        database: Database,
        edits: Edits,
        queue: LearningQueue,
        cache: ReadThroughCache,
        *,
        window_seconds: float,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._edits = edits
        self._queue = queue
        self._cache = cache
        self._stalled_seconds = window_seconds + _STALLED_SECONDS
        self._clock = clock
        self._monotonic = monotonic
        self._last: tuple[float, Health] | None = None

    def check(self) -> Health:
        """The state of every part, at most 5 seconds old, so that nobody can load the servers by asking."""
        now = self._monotonic()
        if self._last is None or now - self._last[0] >= _KEPT_SECONDS:
            self._last = (now, self._look())
        return self._last[1]

    def _look(self) -> Health:
        mongodb, oldest = self._ask_mongodb()
        stats, hit_rate = self._ask_redis()
        queue: Literal["healthy", "stalled", "unknown"] = "unknown"
        if stats is not None and oldest is not None:
            queue = "stalled" if oldest > self._stalled_seconds else "healthy"
        return Health(
            status="down" if not mongodb else "ok" if queue == "healthy" else "degraded",
            mongodb="connected" if mongodb else "disconnected",
            redis="connected" if stats is not None else "disconnected",
            gemini="offline",
            queue=queue,
            queue_length=stats.waiting + stats.delayed if stats else None,
            active_jobs=stats.active if stats else None,
            cache_hit_rate=hit_rate,
            oldest_pending_edit_seconds=oldest,
        )

    def _ask_mongodb(self) -> tuple[bool, float | None]:
        """Whether MongoDB answers, and the age in seconds of the oldest pending edit."""
        try:
            self._database.ping()
            with answering():
                pending = self._edits.all_pending(1)
        except (Unavailable, PyMongoError):
            return False, None
        if not pending:
            return True, 0.0
        return True, max(0.0, (self._clock() - pending[0].saved_at).total_seconds())

    def _ask_redis(self) -> tuple[QueueStats | None, float | None]:
        try:
            return self._queue.stats(), self._cache.hit_rate()
        except RedisUnavailable:
            return None, None
