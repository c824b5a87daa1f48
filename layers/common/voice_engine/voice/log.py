"""A profile is a fold over its log: the events, and what each does to the state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce

from voice_engine.voice.fields import Values
from voice_engine.voice.learning import LEARNER_VERSION, Edit, learn
from voice_engine.voice.profile import ProfileState, neutral


@dataclass(frozen=True, slots=True)
class ValuesSet:
    """A person set these values by hand."""

    values: Values


@dataclass(frozen=True, slots=True)
class EditsLearned:
    """The learner applied these edits, in this order, by the rules of this version."""

    edits: tuple[Edit, ...]
    learner_version: int


Event = ValuesSet | EditsLearned


class UnknownLearner(ValueError):
    """A log holds edits learned by rules that this code does not have."""


def apply(state: ProfileState, event: Event) -> ProfileState:
    """The state after one more event. Raises UnknownLearner for edits learned by other rules than these."""
    match event:
        case ValuesSet(values):
            return replace(state, overrides={**state.overrides, **values})
        case EditsLearned(edits, version):
            if version != LEARNER_VERSION:
                raise UnknownLearner(f"learned by rules {version}; this code has rules {LEARNER_VERSION}")
            return replace(state, learned=reduce(learn, edits, state.learned))


def fold(events: Iterable[Event]) -> ProfileState:
    """The state that a log gives, from the neutral profile on."""
    return reduce(apply, events, neutral())
