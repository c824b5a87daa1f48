"""Milestones on the way of a profile: what has been reached, told from a state when it is committed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.voice import lists
from voice_engine.voice.profile import ProfileState
from voice_engine.voice.score import Score
from voice_engine.voice.traits import TRAITS

_EDITS = (10, 50, 100)
_SCORES = (25, 50, 75)


@dataclass(frozen=True, slots=True)
class Milestone:
    """name: as the log keeps it, for ever. is_reached: whether a state, with its score, has come so far."""

    name: str
    is_reached: Callable[[ProfileState, Score], bool]


def reached(state: ProfileState, score: Score) -> tuple[str, ...]:
    """The names of the milestones that a state has come to, whether or not an earlier one had."""
    return tuple(item.name for item in MILESTONES if item.is_reached(state, score))


def _edits(least: int) -> Callable[[ProfileState, Score], bool]:
    return lambda state, _: state.learned.edits >= least


def _score(least: int) -> Callable[[ProfileState, Score], bool]:
    return lambda _, score: score.total >= least


def _trait_moved(state: ProfileState, _: Score) -> bool:
    traits = zip(TRAITS, state.learned.traits, strict=True)
    return any(trait.path and learned.value is not None for trait, learned in traits)


def _phrase_learned(state: ProfileState, _: Score) -> bool:
    return bool(lists.shown(state.learned, state.overrides, state.tombstones).values())


MILESTONES: tuple[Milestone, ...] = (
    Milestone("firstEditLearned", _edits(1)),
    Milestone("firstTraitMoved", _trait_moved),
    Milestone("firstPhraseLearned", _phrase_learned),
    *(Milestone(f"editsLearned{least}", _edits(least)) for least in _EDITS),
    *(Milestone(f"score{least}", _score(least)) for least in _SCORES),
)
