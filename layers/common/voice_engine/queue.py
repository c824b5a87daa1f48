"""The learning queue: jobs in Redis in BullMQ's layout, at most one live job an edit."""

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime

from voice_engine import queue_drain
from voice_engine.breaker import CircuitBreaker
from voice_engine.clock import Clock, utc_now
from voice_engine.ids import is_id
from voice_engine.learning_job import (
    NAME,
    Done,
    DrainReport,
    Gone,
    JobState,
    Later,
    LearningJob,
    Outcome,
    QueueStats,
    is_of,
)
from voice_engine.queue_claims import Claims, QueueScripts, milliseconds
from voice_engine.redis_connection import Command, RedisClient

__all__ = ["Done", "DrainReport", "Gone", "JobState", "Later", "LearningJob", "LearningQueue", "Outcome", "QueueStats"]

_PAGE = 10_000
_CHUNK = 500
# In the order in which a job moves on.
_EVERYWHERE = (
    ("LRANGE", "paused"),
    ("LRANGE", "wait"),
    ("ZRANGE", "prioritized"),
    ("ZRANGE", "delayed"),
    ("LRANGE", "active"),
    ("ZRANGE", "completed"),
    ("ZRANGE", "failed"),
)


class LearningQueue:
    """Safe to share between threads. Every method raises RedisUnavailable when Redis cannot be asked."""

    def __init__(
        self,
        redis: RedisClient,
        *,
        prefix: str,
        claim_seconds: float = 30,
        extend_seconds: float | None = None,
        attempts: int = 3,
        backoff_seconds: float = 2.0,
        clock: Clock = utc_now,
        breaker: CircuitBreaker | None = None,
    ) -> None:
        """`prefix` stands in braces on a cluster, so that the whole queue lies in one slot.

        `claim_seconds`: after this a job whose owner died is free again. `extend_seconds`: how often its owner extends
        the claim, by default three times within its life. `attempts` and `backoff_seconds`: of a job
        that fails, with twice the pause each time. Without a `breaker` each call is tried.
        """
        self._redis = redis
        self._breaker = breaker or CircuitBreaker(open_seconds=0)
        self._base = f"{prefix}:learning:"
        self._scripts = QueueScripts(redis, self._breaker, self._base)
        self._claims = Claims(
            self._scripts,
            claim_seconds=claim_seconds,
            extend_seconds=claim_seconds / 3 if extend_seconds is None else extend_seconds,
            attempts=attempts,
            backoff_seconds=backoff_seconds,
            clock=clock,
        )
        self._clock = clock
        backoff = {"type": "exponential", "delay": round(backoff_seconds * 1_000)}
        self._options = json.dumps({"attempts": attempts, "backoff": backoff})

    def enqueue(self, job: LearningJob, *, at: datetime | None = None) -> bool:
        """Add a job, due at once or `at` a time. Its id is the edit's.

        False when that id is waiting, active or delayed; one that completed or failed may be added again.
        """
        if not is_id(job.edit_id):
            raise ValueError(f"edit_id is 24 hex digits, given {job.edit_id!r}")
        due = milliseconds(at) if at else 0
        now = milliseconds(self._clock())
        return bool(self._scripts.run("enqueue", job.edit_id, NAME, job.as_json(), self._options, now, due))

    def drain(
        self,
        handle: Callable[[LearningJob], Outcome],
        *,
        concurrency: int,
        time_left: Callable[[], float],
    ) -> DrainReport:
        """Hand over every job that is due, `concurrency` at a time, until none is due or `time_left` gives no seconds.

        What is being handled then is finished. Done ends a job, Later delays it, an exception counts as a failed
        attempt: the job is tried again after a pause, and ends as failed after the last attempt.
        """
        return queue_drain.drain(self._claims, handle, concurrency=concurrency, time_left=time_left)

    def recover(self) -> int:
        """Put jobs whose claim has expired back, as the next ones; returns how many."""
        return self._claims.recover()

    def position(self, edit_id: str) -> JobState:
        """Where the job of an edit is now."""
        state, *due = self._scripts.run("position", edit_id)
        return JobState(state, datetime.fromtimestamp(int(due[0]) / 1_000, UTC) if due else None)

    def known(self, edit_ids: Iterable[str]) -> set[str]:
        """Those of the edits whose job is waiting, active or delayed.

        One round trip for up to 10,000 waiting jobs. A job that moves meanwhile may be missed, which does no harm: an
        edit that is added again is refused.
        """
        asked = sorted(set(edit_ids))
        known: set[str] = set()
        start, more = 0, bool(asked)
        while more:
            lists, scores = self._look(asked, start)
            known.update(job_id for page in lists for job_id in page)
            known.update(
                edit for found in scores for edit, score in zip(asked, found, strict=True) if score is not None
            )
            start, more = start + _PAGE, any(len(page) == _PAGE for page in lists)
        return known.intersection(asked)

    def _look(self, ids: list[str], start: int) -> tuple[list[list[str]], list[list[float | None]]]:
        """A page of each list, and the scores of `ids` in each sorted set, of the jobs that are live."""
        # In the order in which a job moves on, so that one that moves is rather met twice than missed.
        lists: list[Command] = [
            ("LRANGE", self._base + name, start, start + _PAGE - 1) for name in ("wait", "paused", "active")
        ]
        sets: list[Command] = [("ZMSCORE", self._base + name, *ids) for name in ("prioritized", "delayed")]
        answers = self._breaker.call(lambda: self._redis.ask([*lists, *sets]))
        return answers[: len(lists)], answers[len(lists) :]

    def failed(self) -> list[str]:
        """Ids of the jobs that ended as failed, as many as are kept."""
        return self._read("ZRANGE", "failed", 0)

    def settle(self, edit_ids: Iterable[str]) -> int:
        """Remove the failed jobs of these edits, of which nothing is left to do; returns how many there were."""
        ids = list(edit_ids)
        return int(self._scripts.run("settle", *ids)) if ids else 0

    def forget(self, user_id: str, profile: str | None = None) -> int:
        """Remove every job of a person, or of one voice of theirs, whatever its state; returns how many there were.

        A job that moves meanwhile may be missed. What is looked at last are the sets where jobs stay.
        """
        forgotten = 0
        for ids in self._pages():
            theirs = [id_ for id_, data in self._data(ids) if is_of(data, user_id, profile)]
            if theirs:
                forgotten += int(self._scripts.run("forget", *theirs))
        return forgotten

    def _pages(self) -> Iterator[list[str]]:
        """The ids of all jobs, all of one set or list being read before the first of it is handed out."""
        for command, name in _EVERYWHERE:
            ids: list[str] = []
            while True:
                page = self._read(command, name, len(ids))
                ids += page
                if len(page) < _PAGE:
                    break
            yield from (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))

    def _data(self, ids: list[str]) -> Iterator[tuple[str, str | None]]:
        asked: list[Command] = [("HGET", self._base + id_, "data") for id_ in ids]
        return zip(ids, self._breaker.call(lambda: self._redis.ask(asked)), strict=True)

    def _read(self, command: str, name: str, start: int) -> list[str]:
        asked: list[Command] = [(command, self._base + name, start, start + _PAGE - 1)]
        found: list[str] = self._breaker.call(lambda: self._redis.ask(asked))[0]
        return found

    def stats(self) -> QueueStats:
        waiting, active, delayed, failed, completed, since = self._scripts.run("stats")
        oldest = max(0.0, (milliseconds(self._clock()) - int(since)) / 1_000) if since else None
        return QueueStats(waiting, active, delayed, failed, completed, oldest)

    def retry(self, edit_id: str | None = None) -> int:
        """Put one failed job, or all of them, back with all their attempts; returns how many."""
        if edit_id is not None:
            return int(self._scripts.run("retry", milliseconds(self._clock()), edit_id)[0])
        retried, left = 0, 1
        while left:
            again, left = self._scripts.run("retry", milliseconds(self._clock()))
            retried += again
        return retried
