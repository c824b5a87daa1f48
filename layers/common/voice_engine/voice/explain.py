"""Every learned value can answer for itself: its votes, the edits behind it, and why it has not moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice_engine.voice import evidence, phrases
from voice_engine.voice.evidence import LEAST_VOTES, Votes
from voice_engine.voice.learning import LearnedState
from voice_engine.voice.phrases import PhraseEvidence
from voice_engine.voice.traits import TRAITS

Reason = Literal["moved", "unmeasured", "too few votes", "votes conflict", "mostly left as it is", "settled"]


@dataclass(frozen=True, slots=True)
class TraitSummary:
    """One trait's evidence.

    trait, path: its name, and the field that shows it. value: what was learned, as the field shows it, or None.
    up, down, hold: votes of the newest drafts. edits: ids of the edits behind the value, oldest first; while there
    is none, of those that voted so far. reason: why the trait stands where it does after the newest edit. needed: how
    many votes one way are still missing, 0 where votes are not what is missing.
    """

    trait: str
    path: str
    value: float | bool | None
    up: int
    down: int
    hold: int
    edits: tuple[str, ...]
    reason: Reason
    needed: int


@dataclass(frozen=True, slots=True)
class PhraseSummary:
    """One phrase in a list: `path` is bannedPhrases or commonPhrases. The counts are distinct drafts."""

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int
    edits: tuple[str, ...]


def evidence_summary(state: LearnedState) -> tuple[TraitSummary, ...]:
    """The evidence of every trait, in the order of the table."""
    return tuple(_summary(state, position) for position in range(len(TRAITS)))


def phrase_summary(state: LearnedState) -> tuple[PhraseSummary, ...]:
    """The phrases learned, those removed first. Tombstones and lists set by hand are the profile's part."""
    removed = [_phrase("bannedPhrases", item) for item in phrases.banned(state.phrases)]
    return (*removed, *(_phrase("commonPhrases", item) for item in phrases.liked(state.phrases)))


def _summary(state: LearnedState, position: int) -> TraitSummary:
    trait, learned = TRAITS[position], state.traits[position]
    cast = evidence.votes(trait, evidence.seen(state.observations, position))
    return TraitSummary(
        trait=trait.name,
        path=trait.path,
        value=None if learned.value is None else trait.shown(learned.value),
        up=cast.up,
        down=cast.down,
        hold=cast.hold,
        edits=learned.edits or cast.edits,
        reason=_reason(cast, moved=learned.value is not None, just_now=learned.since == state.edits),
        needed=max(0, LEAST_VOTES - max(cast.up, cast.down)) if learned.value is None else 0,
    )


def _reason(cast: Votes, *, moved: bool, just_now: bool) -> Reason:
    lead, against = max(cast.up, cast.down), min(cast.up, cast.down)
    if moved:
        return "moved" if just_now else "settled"
    if not cast.all:
        return "unmeasured"
    if lead < LEAST_VOTES:
        return "too few votes"
    return "votes conflict" if lead < 2 * against else "mostly left as it is"


def _phrase(path: str, item: PhraseEvidence) -> PhraseSummary:
    return PhraseSummary(path, item.surface, item.removed_in, item.kept_in, item.added_in, item.edits)
