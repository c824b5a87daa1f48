"""A profile is a fold over its log: the events, and what each does to the state."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from voice_engine.voice.fields import Values
from voice_engine.voice.learning import LEARNER_VERSION, Edit, LearnedState, add_sample, learn
from voice_engine.voice.profile import ProfileState, forget, neutral, unlock
from voice_engine.voice.samples import Sample

Learn = Callable[[LearnedState, Edit], LearnedState]

# The rules by which logs were written. Old ones stay here for as long as a log names them.
LEARNERS: Mapping[int, Learn] = {LEARNER_VERSION: learn}


@dataclass(frozen=True, slots=True)
class ValuesSet:
    """A person set these values by hand."""

    values: Values


@dataclass(frozen=True, slots=True)
class EditsLearned:
    """The learner applied these edits, in this order, by the rules of this version."""

    edits: tuple[Edit, ...]
    learner_version: int


@dataclass(frozen=True, slots=True)
class PhraseForgotten:
    """A person deleted a phrase: it leaves every list, and learning never brings it back."""

    phrase: str


@dataclass(frozen=True, slots=True)
class OverrideRemoved:
    """A person unlocked one field: what was learned shows again."""

    path: str


@dataclass(frozen=True, slots=True)
class LearningSwitched:
    """A person paused learning, or went on with it."""

    on: bool


@dataclass(frozen=True, slots=True)
class SampleAdded:
    """A person gave a text of their own to be analysed."""

    sample: Sample


@dataclass(frozen=True, slots=True)
class Relearned:
    """All edits so far were learned anew, from the first one on, by the rules of this version."""

    learner_version: int


Event = ValuesSet | EditsLearned | PhraseForgotten | OverrideRemoved | LearningSwitched | SampleAdded | Relearned


class UnknownLearner(ValueError):
    """A log holds edits learned by rules that this code does not have."""


def apply(state: ProfileState, event: Event) -> ProfileState:
    """The state after one more event. Raises UnknownLearner for edits learned by rules that are in no LEARNERS."""
    return _apply(state, event, _rules)


def fold(events: Iterable[Event]) -> ProfileState:
    """The state that a log gives, from the neutral profile on. Raises UnknownLearner as `apply` does."""
    state = neutral()
    # What each of the known rules would have made of the log so far: one of them holds after a Relearned.
    anew = {version: neutral() for version in LEARNERS}
    for event in events:
        if isinstance(event, Relearned):
            _rules(event.learner_version)
            state = anew[event.learner_version]
            continue
        state = apply(state, event)
        anew = {version: _told(anew[version], event, rules) for version, rules in LEARNERS.items()}
    return state


def refold(events: Iterable[Event], learn: Learn = learn) -> ProfileState:
    """The state that a log gives had these rules learned all its edits, whichever rules did. What was set, deleted
    and switched by hand comes out as it was."""
    return reduce(lambda state, event: _told(state, event, learn), events, neutral())


def _told(state: ProfileState, event: Event, learn: Learn) -> ProfileState:
    return _apply(state, event, lambda _: learn)


def _rules(version: int) -> Learn:
    if version not in LEARNERS:
        known = ", ".join(map(str, sorted(LEARNERS)))
        raise UnknownLearner(f"learned by rules {version}; this code has rules {known}")
    return LEARNERS[version]


def _apply(state: ProfileState, event: Event, rules: Callable[[int], Learn]) -> ProfileState:
    match event:
        case ValuesSet(values):
            return replace(state, overrides={**state.overrides, **values})
        case EditsLearned(edits, version):
            return replace(state, learned=reduce(rules(version), edits, state.learned))
        case PhraseForgotten(phrase):
            return forget(state, phrase)
        case OverrideRemoved(path):
            return unlock(state, path)
        case LearningSwitched(on):
            return replace(state, learning=on)
        case SampleAdded(sample):
            return replace(state, learned=add_sample(state.learned, sample))
        case Relearned():
            # It is about the whole log: `fold` and `refold` see to it.
            return state
