"""Every learned value can answer for itself: its votes, its edits, how sure it is, and why it has not moved."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

from voice_engine.voice import evidence, observations, samples
from voice_engine.voice.evidence import Past, Seen, Votes
from voice_engine.voice.learned import LearnedState, LearnedTrait
from voice_engine.voice.prediction import predicted
from voice_engine.voice.profile import ProfileState
from voice_engine.voice.traits import MILLION, TRAITS, Choice, Level, Switch

Reason = Literal[
    "moved",
    "settled",
    "told by own texts",
    "locked by hand",
    "paused",
    "unmeasured",
    "too few votes",
    "votes conflict",
    "mostly left as it is",
    "taken out",
]
Certainty = Literal["none", "low", "medium", "high"]
_BORNE_OUT = "Edits bear out what held before."
MEDIUM, HIGH = 0.35, 0.65  # least confidence that is called so


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the writer is expected to do to a trait of the next drafts, in the trait's unit: the mean change and its
    standard deviation, the level where it leaves them and that of this. drafts: how many of theirs it rests on."""

    change: float
    deviation: float
    level: float
    level_deviation: float
    drafts: int


@dataclass(frozen=True, slots=True)
class TraitSummary:
    """One trait's evidence.

    trait, path: its name, and the field that shows it, or `""` where none does. learned: what was learned, as the field
    shows it, or None; whatever was set by hand stands above it.
    up, down, hold: votes of the newest drafts: that raised a level or turned a switch on, did the reverse, or left it;
    of a choice, for the leading one, for others, or none. needed: how many votes one way are still missing, 0 where
    votes are not what is missing. edits: ids of the edits behind the value, oldest first; while there is none, of those
    that voted so far. samples: ids of the own texts that tell it, where edits do not.
    confidence: from 0 to 1 (`_confidence`), and certainty says it in a word. deviation: of a level learned from edits,
    the standard deviation of the estimate, in its unit. reason: why the trait stands where it does after the newest
    edit, and why says it in a sentence. expected: None for a trait that is not predicted, or that no draft told yet.
    """

    trait: str
    path: str
    learned: float | bool | str | None
    up: int
    down: int
    hold: int
    needed: int
    edits: tuple[str, ...]
    samples: tuple[str, ...]
    confidence: float
    certainty: Certainty
    deviation: float | None
    reason: Reason
    why: str
    expected: Expectation | None


def evidence_summary(state: ProfileState) -> tuple[TraitSummary, ...]:
    """The evidence of every trait, in the order of the table."""
    return tuple(_summary(state, position) for position in range(len(TRAITS)))


def _summary(state: ProfileState, position: int) -> TraitSummary:
    trait, learned = TRAITS[position], state.learned.traits[position]
    history = evidence.seen(state.learned.observations, position)
    cast = evidence.votes(trait, history)
    value = state.learned.known(position)
    own = value if learned.value is None else None
    confidence = 0.0 if value is None else _confidence(trait, learned, history, cast, state.learned, position)
    reason = _reason(state, trait, learned, cast, told=own is not None)
    return TraitSummary(
        trait=trait.name,
        path=trait.path,
        learned=None if value is None else trait.shown(value),
        up=cast.up,
        down=cast.down,
        hold=cast.hold,
        needed=max(0, trait.least_votes - max(cast.up, cast.down)) if learned.value is None else 0,
        edits=learned.edits or cast.edits,
        samples=() if own is None else tuple(item.id for item in state.learned.own_texts),
        confidence=round(confidence, 2),
        certainty=_certainty(confidence),
        deviation=_deviation(trait, learned, history),
        reason=reason,
        why=_BORNE_OUT if _is_borne_out(state, position, reason) else _why(reason, trait, cast),
        expected=_expected(state.learned, trait),
    )


def _expected(state: LearnedState, trait: Level | Switch | Choice) -> Expectation | None:
    """What `prediction` says, where it says something of this writer and not of people in general alone."""
    if not isinstance(trait, Level):
        return None
    told = predicted(state, trait.name)
    if told is None or not told.drafts:
        return None
    numbers = (told.change, told.deviation, trait.bounded(told.level), told.level_deviation)
    change, deviation, level, level_deviation = (round(number / MILLION, trait.digits) for number in numbers)
    return Expectation(change, deviation, level, level_deviation, told.drafts)


def _confidence(
    trait: Level | Switch | Choice,
    learned: LearnedTrait,
    history: tuple[Seen, ...],
    cast: Votes,
    state: LearnedState,
    position: int,
) -> float:
    """How much of a value is the writer's own. Of a level, the weight that the estimate gives to their drafts against
    the prior (w / (w + kappa), w in drafts of 200 words). Of a switch or a choice, its leading votes and what was left
    as it is, over all and as many again as it takes to move it. Of what own texts tell, the weight that those have
    against the prior."""
    if learned.value is None:
        texts = sum(observations.measured(item.measures, position) is not None for item in state.own_texts)
        return texts / (texts + samples.PRIOR_TEXTS)
    if isinstance(trait, Level):
        weight = _weight(trait, learned, history)
        return weight / (weight + trait.kappa)
    return (max(cast.up, cast.down) + cast.hold) / (cast.all + trait.least_votes)


def _deviation(trait: Level | Switch | Choice, learned: LearnedTrait, history: tuple[Seen, ...]) -> float | None:
    """Of an estimate shrunk by w / (w + kappa), s / sqrt(w + kappa), with s the deviation within writers: half of the
    clip."""
    if not isinstance(trait, Level) or learned.value is None:
        return None
    within = trait.clip / 2 / MILLION
    return round(within / sqrt(_weight(trait, learned, history) + trait.kappa), 2)


def _weight(trait: Level, learned: LearnedTrait, history: tuple[Seen, ...]) -> float:
    heard = tuple(item for item in history if item.number >= learned.start)
    return evidence.weight(trait, heard, learned.past or Past()) / MILLION


def _is_borne_out(state: ProfileState, position: int, reason: Reason) -> bool:
    """Whether edits taught a level to be what it was before they taught anything."""
    trait, value = TRAITS[position], state.learned.traits[position].value
    if not isinstance(trait, Level) or reason not in {"moved", "settled"}:
        return False
    return value == state.learned.anchor(position, trait)


def _certainty(confidence: float) -> Certainty:
    if not confidence:
        return "none"
    return "low" if confidence < MEDIUM else "medium" if confidence < HIGH else "high"


def _reason(
    state: ProfileState, trait: Level | Switch | Choice, learned: LearnedTrait, cast: Votes, *, told: bool
) -> Reason:
    lead, against = max(cast.up, cast.down), min(cast.up, cast.down)
    if trait.path in state.overrides:
        return "locked by hand"
    if learned.value is not None:
        return "moved" if learned.since == state.learned.edits else "settled"
    if told:
        return "told by own texts"
    if learned.refused or (cast.none and lead >= trait.least_votes and lead >= 2 * against):
        return "taken out"
    if not state.learning:
        return "paused"
    if not cast.all:
        return "unmeasured"
    if lead < trait.least_votes:
        return "too few votes"
    return "votes conflict" if lead < 2 * against else "mostly left as it is"


def _why(reason: Reason, trait: Level | Switch | Choice, cast: Votes) -> str:
    lead, against = max(cast.up, cast.down), min(cast.up, cast.down)
    return {
        "moved": "The newest edit moved it.",
        "settled": "Edits moved it before; the newest one gave no reason to move it again.",
        "told by own texts": "Texts of your own tell it; edits have not moved it yet.",
        "locked by hand": "It was set by hand, which learning never touches.",
        "paused": "Learning is paused.",
        "unmeasured": "No edit so far could tell it.",
        "too few votes": f"{lead} of {trait.least_votes} edits needed agree so far.",
        "votes conflict": f"{lead} edits moved it one way and {against} another.",
        "taken out": "Edits take it out of drafts, and put no other kind in its place.",
        "mostly left as it is": f"{lead} edits moved it, but {cast.hold} left it as it was.",
    }[reason]
