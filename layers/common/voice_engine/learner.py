"""Learning: one profile's pending edits, folded into its state and stored in one transaction."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby

from pymongo.errors import OperationFailure, PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Erasing, Unavailable
from voice_engine.lease import Leases
from voice_engine.profiles import forget_cached, next_version
from voice_engine.queue import Done, Gone, Later, LearningJob, Outcome
from voice_engine.store.commits import Commits, EditsGone, Superseded
from voice_engine.store.contents import Contents
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits, PendingEdit, SavedEdit
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.voice.delta import distance, measure
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.learning import Edit as MeasuredEdit
from voice_engine.voice.log import EditsLearned
from voice_engine.windows import Windows

BATCH = 200
ATTEMPTS = 3
DIED = "learner died while learning it"

# Another learner holds the profile: wait for it a little, then put the job off.
_WAIT_SECONDS = 2.0
_PUT_OFF = timedelta(seconds=1)
_ROUNDS = 20


class EditFailed(Exception):
    """An edit could not be learned; it is tried again until its third failure. Names ids and the kind of fault only."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What one transaction learned, for logs and metrics."""

    profile: str
    version: int
    edits: int
    oldest_seconds: float


class Learner:
    def __init__(
        self,
        edits: Edits,
        contents: Contents,
        profiles: Profiles,
        commits: Commits,
        leases: Leases,
        cache: ReadThroughCache,
        windows: Windows,
        *,
        detect_language: Callable[[str], str | None],
        clock: Clock,
        report: Callable[[Learned], None],
        batch: int = BATCH,
    ) -> None:
        """`batch`: at most so many edits are learned in one transaction."""
        self._edits = edits
        self._contents = contents
        self._profiles = profiles
        self._commits = commits
        self._leases = leases
        self._cache = cache
        self._windows = windows
        self._detect_language = detect_language
        self._clock = clock
        self._report = report
        self._batch = batch

    def learn(self, job: LearningJob, time_left: Callable[[], float]) -> Outcome:
        """Learn all pending edits of the profile that `job` names, if they are due.

        The job is a hint: what is learned is what MongoDB holds as pending, so a job that is late, doubled or out of
        order does no harm. Later when the profile's window is open, another learner is at work, or time is short.
        Gone when there is nothing to learn and the job's own edit is no more, or its person is being erased.
        Raises EditFailed when an edit could not be learned and has attempts left, Unavailable when MongoDB is away.
        """
        with answering(), self._leases.hold(job.profile, wait_seconds=_WAIT_SECONDS) as lease:
            if lease is None:
                return Later(self._clock() + _PUT_OFF)
            try:
                if self._edits.oldest_pending(job.profile) is None and not self._edits.exists(job.edit_id):
                    return Gone()
                return self._learn_all(job.profile, lambda: time_left() <= 0 or lease.lost)
            except Erasing:
                return Gone()

    def _learn_all(self, profile: str, must_stop: Callable[[], bool]) -> Done | Later:
        """Batch after batch while edits are due, leaving out what failed just now.

        More than a batch waits for no window, and neither does what is left of it.
        """
        failed: list[str] = []
        backlog = False
        while pending := self._edits.pending(profile, limit=self._batch + 1, without=failed):
            more = len(pending) > self._batch
            due = self._due(profile, pending[0].saved_at)
            if due > self._clock() and not (more or backlog):
                return Later(due)
            for group in _groups(pending[: self._batch]):
                if must_stop():
                    return Later(self._clock())
                failed += self._attempt(profile, group)
            backlog = more
        if failed:
            raise EditFailed(f"could not learn {len(failed)} edits, the first is {failed[0]}")
        return Done()

    def _due(self, profile: str, oldest_saved_at: datetime) -> datetime:
        learned_at = self._profiles.learned_at(profile)
        return self._windows.due(learned_at=learned_at, oldest_saved_at=oldest_saved_at, now=self._clock())

    def _attempt(self, profile: str, group: Sequence[PendingEdit]) -> list[str]:
        """Learn `group` in one transaction, or each of its edits in one of its own; the ids of those left to retry.

        Attempts are counted before the work begins, so that an edit which kills its learner is counted too.
        """
        spent = [edit for edit in group if edit.attempts >= ATTEMPTS]
        for edit in spent:
            self._edits.fail(edit.id, DIED, self._clock())
        group = [edit for edit in group if edit not in spent]
        ids = [edit.id for edit in group]
        self._edits.count_attempt(ids)
        try:
            if group:
                self._learn_together(profile, group)
        except (Unavailable, OperationFailure, Erasing):
            # Neither MongoDB's failure nor an erasure is the edit's.
            with suppress(PyMongoError):
                self._edits.count_attempt(ids, by=-1)
            raise
        except EditsGone:
            self._edits.count_attempt(ids, by=-1)
        except Exception as error:  # noqa: BLE001 - whatever an edit raises is that edit's failure and nobody else's
            return self._after_failure(profile, group, type(error).__name__)
        return []

    def _after_failure(self, profile: str, group: Sequence[PendingEdit], reason: str) -> list[str]:
        tried = [replace(edit, attempts=edit.attempts + 1) for edit in group]
        if len(tried) > 1:
            return [id_ for edit in tried for id_ in self._attempt(profile, [edit])]
        if tried[0].attempts < ATTEMPTS:
            return [tried[0].id]
        self._edits.fail(tried[0].id, reason, self._clock())
        return []

    def _learn_together(self, key: str, group: Sequence[PendingEdit]) -> None:
        """Raises EditsGone where one of `group` is pending no more, Unavailable, or whatever measuring it raises."""
        with answering():
            edits = [edit for edit in self._edits.whole([edit.id for edit in group]) if edit.status == "pending"]
            if len(edits) < len(group):
                raise EditsGone
            drafts = self._contents.drafts([edit.content_id for edit in edits if edit.rev > 1])
            measured = tuple(self._measured(edit, drafts.get(edit.content_id)) for edit in edits)
            event = EditsLearned(edits=measured, learner_version=LEARNER_VERSION)
            # The edits say whose profile it is: a job may come from anywhere.
            profile = self._store(key, group[0].user_id, event)
            forget_cached(self._cache, self._profiles, profile.key, profile.incarnation, profile.version)
        age = (profile.updated_at - group[0].saved_at).total_seconds()
        self._report(Learned(profile.key, profile.version, len(group), age))

    def _measured(self, edit: SavedEdit, draft: tuple[str, ...] | None) -> MeasuredEdit:
        """`draft`: of a later save, what the first one began with; None where it is gone."""
        language = self._detect_language("\n".join(edit.text))
        delta = measure(edit.base, edit.text, language)
        apart = delta.changed if edit.rev == 1 else None if draft is None else distance(draft, edit.text)
        return MeasuredEdit(
            id=edit.id,
            content_id=edit.content_id,
            saved_at=edit.saved_at,
            delta=delta,
            format=edit.format,
            distance=apart,
        )

    def _store(self, key: str, user_id: str, event: EditsLearned) -> Profile:
        """Fold `event` into the newest state and commit it; folded anew each time that somebody else was first."""
        for _ in range(_ROUNDS):
            before = self._profiles.find(key)
            after = next_version(before, key, user_id, event, self._clock)
            after = replace(after, learned_at=after.updated_at)
            try:
                self._commits.commit(after, event)
            except Superseded:
                continue
            return after
        raise Unavailable("the profile keeps moving")


def _groups(edits: Sequence[PendingEdit]) -> Iterator[Sequence[PendingEdit]]:
    """Edits in their order: those never tried together, each other one alone, so that one bad edit stops no other."""
    for fresh, run in groupby(edits, key=lambda edit: edit.attempts == 0):
        if fresh:
            yield list(run)
        else:
            yield from ([edit] for edit in run)
