"""Edit distance per draft over time: what the writer changed, beside what was to be expected of the writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from voice_engine.voice import progress
from voice_engine.voice.progress import LEAST_SIDE, NEWEST, Band, Change

SHOWN = 100  # newest drafts
READ = SHOWN + NEWEST  # newest drafts that these, each with its band, are told from


@dataclass(frozen=True, slots=True)
class DraftDistance:
    """One draft as it was given, against what the writer last made of it.

    content_id, edit_id, saved_at: the draft, the newest of its saves that was learned, and when that was saved.
    distance: the share of words and marks changed, in millionths (`delta.distance`).
    """

    content_id: str
    edit_id: str
    saved_at: datetime
    distance: int


@dataclass(frozen=True, slots=True)
class Told:
    """A draft, with the size that the writer's earlier drafts made one expect."""

    draft: DraftDistance
    expected: Band


@dataclass(frozen=True, slots=True)
class Distances:
    """drafts: the newest, oldest first. change: the newest LEAST_SIDE drafts against the writer's own first ones, which
    are the baseline; `change.before` is its mean."""

    drafts: tuple[Told, ...]
    change: Change


def distances(first: Sequence[DraftDistance], newest: Sequence[DraftDistance]) -> Distances:
    """What `first`, the writer's first LEAST_SIDE drafts, and `newest`, their newest READ, tell; both oldest first, and
    the same drafts where the writer has few. No draft is on both sides of the comparison, so nothing is claimed of
    fewer than 2 * LEAST_SIDE."""
    sizes = [item.distance for item in newest]
    start = max(0, len(newest) - SHOWN)
    told = tuple(Told(item, progress.band(sizes[:place])) for place, item in enumerate(newest) if place >= start)
    before = [item.distance for item in first[:LEAST_SIDE]]
    later = min(LEAST_SIDE, max(0, len(newest) - len(before)))
    return Distances(told, progress.change(before, sizes[len(sizes) - later :]))
