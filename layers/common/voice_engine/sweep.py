"""What puts right, every minute, what a crash or a lost Redis left undone."""

from dataclasses import dataclass
from itertools import batched, takewhile

from voice_engine.cache import ReadThroughCache
from voice_engine.profiles import forget_cached
from voice_engine.queue import LearningJob, LearningQueue
from voice_engine.store.edits import Edits, PendingEdit
from voice_engine.store.profiles import Profiles

# One sweep looks at so many pending edits, oldest first, and at so many marked profiles; the next one goes on.
_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Swept:
    recovered: int
    requeued: int
    settled: int
    cleaned: int


class Sweep:
    def __init__(self, queue: LearningQueue, edits: Edits, profiles: Profiles, cache: ReadThroughCache) -> None:
        self._queue = queue
        self._edits = edits
        self._profiles = profiles
        self._cache = cache

    def run(self) -> Swept:
        """Expired claims go back to the list, pending edits without a job get one, failed jobs end whose edit is done
        with, stale cached profiles are dropped.

        Raises RedisUnavailable and the driver's errors: the next run repeats all of it.
        """
        recovered = self._queue.recover()
        requeued, settled = self._requeue(), self._settle()
        return Swept(recovered=recovered, requeued=requeued, settled=settled, cleaned=self._clean())

    def _requeue(self) -> int:
        """One job for each profile that has pending edits and no live job: a job takes all edits of its profile."""
        pending = self._edits.all_pending(_LIMIT)
        known = self._queue.known([edit.id for edit in pending])
        served = {edit.profile for edit in pending if edit.id in known}
        orphans: dict[str, PendingEdit] = {}
        for edit in pending:
            if edit.profile not in served:
                orphans.setdefault(edit.profile, edit)
        jobs = [LearningJob(edit.user_id, edit.profile, edit.content_id, edit.id) for edit in orphans.values()]
        return sum(self._queue.enqueue(job) for job in jobs)

    def _settle(self) -> int:
        """A job takes all edits of its profile: those of failed jobs, too, which then would ring an alarm for ever."""
        failed = self._queue.failed()
        return sum(self._queue.settle(self._edits.settled(ids)) for ids in batched(failed, _LIMIT, strict=False))

    def _clean(self) -> int:
        """Up to the first that Redis does not take: each further one could cost a timeout."""
        cleaned = (
            forget_cached(self._cache, self._profiles, key, incarnation, version)
            for key, incarnation, version in self._profiles.dirty(_LIMIT)
        )
        return sum(takewhile(bool, cleaned))
