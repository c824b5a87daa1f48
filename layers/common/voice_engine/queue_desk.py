"""What an operator sees of the learning queue and can do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voice_engine.clock import Clock
from voice_engine.errors import NotFound
from voice_engine.ids import is_id
from voice_engine.pseudonym import pseudonym
from voice_engine.queue import LearningQueue, QueueStats
from voice_engine.redis_connection import RedisUnavailable
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.edits import Edits
from voice_engine.store.requests import Keep
from voice_engine.wake import Wake

type Place = tuple[datetime, str]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An edit that failed for good. `profile` is a pseudonym: it tells which edits are of one voice, not whose."""

    edit_id: str
    profile: str
    attempts: int
    reason: str
    failed_at: datetime


@dataclass(frozen=True, slots=True)
class QueueView:
    """`jobs` is None when Redis cannot be asked. `dead_letters` is one page of the `failed_edits`."""

    jobs: QueueStats | None
    oldest_pending_seconds: float
    failed_edits: int
    dead_letters: Sequence[DeadLetter]


@dataclass(frozen=True, slots=True)
class Retried:
    """How many edits are pending again, and how many failed jobs wait again; None when Redis cannot be asked."""

    edits: int
    jobs: int | None


class QueueDesk:
    def __init__(self, database: Database, edits: Edits, queue: LearningQueue, wake: Wake, *, clock: Clock) -> None:
        self._database = database
        self._edits = edits
        self._queue = queue
        self._wake = wake
        self._clock = clock

    @answering()
    def look(self, *, after: Place | None, limit: int) -> QueueView:
        """The queue's counts, and at most `limit` dead letters behind the place `after`, the newest first."""
        return QueueView(
            jobs=self._jobs(),
            oldest_pending_seconds=self._oldest_pending_seconds(),
            failed_edits=self._edits.failed_count(),
            dead_letters=[
                DeadLetter(edit.id, pseudonym(edit.profile), edit.attempts, edit.reason, edit.failed_at)
                for edit in self._edits.failed(after=after, limit=limit)
            ],
        )

    @answering()
    def retry(self, edit_id: str | None, *, keep: Keep[Retried] | None = None) -> Retried:
        """Make one failed edit, or all of them, pending again with all attempts, and wake the learner.

        Raises NotFound when `edit_id` is no failed edit. With Redis away the next sweep makes the jobs. `keep` is told
        before Redis is asked.
        """
        if edit_id is not None and not is_id(edit_id):
            raise NotFound("failed edit", edit_id)

        def work(session: Session) -> int:
            edits = self._edits.retry(edit_id, session=session)
            if edit_id is not None and not edits:
                raise NotFound("failed edit", edit_id)
            if keep is not None:
                keep(Retried(edits, None), session)
            return edits

        edits = self._database.transaction(work)
        try:
            jobs = self._queue.retry(edit_id)
        except RedisUnavailable:
            return Retried(edits, None)
        # Its sweep makes the jobs that are missing.
        self._wake.request()
        return Retried(edits, jobs)

    def _jobs(self) -> QueueStats | None:
        try:
            return self._queue.stats()
        except RedisUnavailable:
            return None

    def _oldest_pending_seconds(self) -> float:
        pending = self._edits.all_pending(1)
        return max(0.0, (self._clock() - pending[0].saved_at).total_seconds()) if pending else 0.0
