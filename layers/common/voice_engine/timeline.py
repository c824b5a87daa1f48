"""How a profile came to be what it is, told from its log alone: what happened, when, and the score that it left."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voice_engine.profile_key import ProfileId
from voice_engine.profiles import check_made
from voice_engine.store.database import answering
from voice_engine.store.events import Events, LogRow
from voice_engine.store.profiles import Profiles


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """A row of the log, how many points of score it brought, and the milestones that were reached with it."""

    row: LogRow
    score_change: int
    milestones: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReachedMilestone:
    """A milestone, and the version (at this time, UTC) that reached it first."""

    name: str
    version: int
    at: datetime


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """entries: newest first. milestones: all that were reached so far, oldest first. next_before: the next page holds
    what is older than this version; None on the last one."""

    entries: tuple[TimelineEntry, ...]
    milestones: tuple[ReachedMilestone, ...]
    next_before: int | None


class Timeline:
    def __init__(self, profiles: Profiles, events: Events) -> None:
        self._profiles = profiles
        self._events = events

    @answering()
    def page(self, profile: ProfileId, *, before: int | None, limit: int) -> TimelinePage:
        """At most `limit` rows, those older than version `before` where given. Rows are only ever added as the newest,
        so pages that follow each other hold each row once. Raises NotFound for a voice that was never made."""
        # One more: what came before the last one tells what that one changed.
        rows = self._events.newest(profile.key, before=before, limit=limit + 1)
        if not rows:
            check_made(self._profiles, profile)
        scores = [row.score for row in rows[1:]] + [0]
        entries = tuple(_entry(row, older) for row, older in zip(rows, scores, strict=False))[:limit]
        more = len(rows) > limit
        return TimelinePage(entries, self._milestones(profile.key), entries[-1].row.version if more else None)

    def _milestones(self, key: str) -> tuple[ReachedMilestone, ...]:
        newest: Sequence[LogRow] = self._events.newest(key, before=None, limit=1)
        versions = {name: version for row in newest for name, version in row.milestones.items() if version is not None}
        dates = self._events.dates(key, set(versions.values()))
        # Rows may go between the two reads, while the voice is erased.
        reached = [(name, version) for name, version in versions.items() if version in dates]
        found = [ReachedMilestone(name, version, dates[version]) for name, version in reached]
        return tuple(sorted(found, key=lambda item: item.version))


def _entry(row: LogRow, older_score: int) -> TimelineEntry:
    names = tuple(name for name, version in row.milestones.items() if version == row.version)
    return TimelineEntry(row, row.score - older_score, names)
