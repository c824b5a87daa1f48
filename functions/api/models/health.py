"""The health answer on the wire."""

from typing import Literal, Self

from models.wire import Wire
from voice_engine.health import Health


class Services(Wire):
    mongodb: Literal["connected", "disconnected"]
    redis: Literal["connected", "disconnected"]
    gemini: Literal["available", "unavailable", "offline"]
    queue: Literal["healthy", "stalled", "unknown"]


class Metrics(Wire):
    queue_length: int | None
    active_jobs: int | None
    cache_hit_rate: float | None
    oldest_pending_edit_seconds: float | None


class HealthView(Wire):
    status: Literal["ok", "degraded", "down"]
    services: Services
    metrics: Metrics

    @classmethod
    def of(cls, health: Health) -> Self:
        return cls(
            status=health.status,
            services=Services(mongodb=health.mongodb, redis=health.redis, gemini=health.gemini, queue=health.queue),
            metrics=Metrics(
                queue_length=health.queue_length,
                active_jobs=health.active_jobs,
                cache_hit_rate=health.cache_hit_rate,
                oldest_pending_edit_seconds=health.oldest_pending_edit_seconds,
            ),
        )
