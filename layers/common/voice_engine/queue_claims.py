"""Claims on jobs: taken, kept alive, and given back, each by one script that first checks whose claim it is."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import RedisClient

_COMPLETED_KEPT = 1_000
_COMPLETED_KEPT_MS = 24 * 60 * 60 * 1_000
# Dead letters wait for an operator; the bound only keeps a poisonous producer from filling the memory.
FAILED_KEPT = 10_000

_SCRIPTS = Path(__file__).parent / "queue_scripts"


@dataclass(frozen=True, slots=True)
class Claim:
    """A job that is ours as long as its lock in Redis holds `token`."""

    job_id: str
    token: str
    name: str
    data: str


@dataclass(frozen=True, slots=True)
class Claimed:
    claim: Claim | None
    dropped: int


class QueueScripts:
    """The queue's scripts. All their keys begin with `base`, which holds braces on a cluster: they lie in one slot."""

    def __init__(self, redis: RedisClient, breaker: CircuitBreaker, base: str) -> None:
        self._redis = redis
        self._breaker = breaker
        self._base = base

    def run(self, name: str, *arguments: str | int) -> Any:
        source = _source(name)
        return self._breaker.call(
            lambda: self._redis.run(
                self._base, lambda node: node.register_script(source)(keys=[self._base], args=arguments)
            )
        )


@cache
def _source(name: str) -> str:
    return "\n".join((_SCRIPTS / file).read_text("utf-8") for file in ("layout.lua", f"{name}.lua"))


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1_000)


class Claims:
    """Takes and settles claims. Times of jobs come from `clock`; that a claim expires is the server's own time."""

    def __init__(
        self,
        scripts: QueueScripts,
        *,
        claim_seconds: float,
        extend_seconds: float,
        attempts: int,
        backoff_seconds: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._scripts = scripts
        self.extend_seconds = extend_seconds
        self._claim_seconds = claim_seconds
        self._attempts = attempts
        self._backoff_ms = round(backoff_seconds * 1_000)
        self._clock = clock

    def take(self) -> Claimed:
        """The next job that is due, as ours; no claim when none is due or the queue is paused."""
        token = secrets.token_hex(16)
        dropped, *job = self._scripts.run("claim", token, self._claim_ms(), self._now())
        if not job:
            return Claimed(None, dropped)
        job_id, name, data, _ = job
        return Claimed(Claim(job_id, token, name, data), dropped)

    def extend(self, claims: Sequence[Claim]) -> None:
        """Prolong the claims that are still ours."""
        self._scripts.run("extend", self._claim_ms(), *(word for c in claims for word in (c.job_id, c.token)))

    def complete(self, claim: Claim) -> bool:
        """False when the claim is no longer ours; nothing is acknowledged then. So for the others below."""
        now = self._now()
        kept_since = now - _COMPLETED_KEPT_MS
        return bool(self._scripts.run("complete", claim.job_id, claim.token, now, _COMPLETED_KEPT, kept_since))

    def discard(self, claim: Claim) -> bool:
        """As `complete`, with nothing left of the job."""
        return bool(self._scripts.run("discard", claim.job_id, claim.token))

    def postpone(self, claim: Claim, until: datetime) -> bool:
        return bool(self._scripts.run("postpone", claim.job_id, claim.token, self._now(), milliseconds(until)))

    def fail(self, claim: Claim, reason: str, *, final: bool = False) -> Literal["delayed", "failed", "lost"]:
        """Try again after 1, 2, 4 … times the backoff; end as failed when the attempts are used up or it is `final`."""
        attempts = 1 if final else self._attempts
        answer: Literal["delayed", "failed", "lost"] = self._scripts.run(
            "fail", claim.job_id, claim.token, self._now(), reason, attempts, self._backoff_ms, FAILED_KEPT
        )
        return answer

    def recover(self) -> int:
        """Jobs whose claim has expired wait again; one that let as many expire as it has attempts ends as failed."""
        return int(self._scripts.run("recover", self._now(), self._attempts, FAILED_KEPT))

    def _now(self) -> int:
        return milliseconds(self._clock())

    def _claim_ms(self) -> int:
        return round(self._claim_seconds * 1_000)
