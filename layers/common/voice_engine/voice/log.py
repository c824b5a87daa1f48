"""A profile is a fold over its log: the events, and what each does to the state."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from voice_engine.voice.fields import Values
from voice_engine.voice.learned import LEARNER_VERSION, LearnedState
from voice_engine.voice.learning import Edit, add_sample, learn
from voice_engine.voice.profile import ProfileState, forget, neutral, restored, unlock, with_base
from voice_engine.voice.samples import Sample

RESTORABLE = 10  # newest versions, the present one included, that a rollback can go to

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


@dataclass(frozen=True, slots=True)
class ArchetypeApplied:
    """A person put these values of an archetype, named by its slug, below all else; or with None and no values, took
    the archetype off."""

    archetype: str | None
    values: Values


@dataclass(frozen=True, slots=True)
class VoiceStarted:
    """A voice was made beside the default one, and starts from these values of it."""

    values: Values


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A person went back to all that held at this version, one of the newest RESTORABLE, but for the pause."""

    version: int


@dataclass(frozen=True, slots=True)
class ProfileReset:
    """A person started over: all is neutral again but for the pause."""


@dataclass(frozen=True, slots=True)
class EditsUnlearned:
    """A person took these edits, by id, back: the profile is what it would be had they never been learned."""

    edits: tuple[str, ...]


Event = (
    ValuesSet
    | EditsLearned
    | PhraseForgotten
    | OverrideRemoved
    | LearningSwitched
    | SampleAdded
    | Relearned
    | ArchetypeApplied
    | VoiceStarted
    | RolledBack
    | ProfileReset
    | EditsUnlearned
)


class UnknownLearner(ValueError):
    """A log holds edits learned by rules that this code does not have."""


class NotRestorable(ValueError):
    """A log goes back to a version that is not among the newest of that moment."""


def apply(state: ProfileState, event: Event) -> ProfileState:
    """The state after one more event. Raises UnknownLearner for edits learned by rules that are in no LEARNERS.

    Relearned, RolledBack and EditsUnlearned are about the log as a whole, and change nothing here.
    """
    return _apply(state, event, _rules)


def without(events: Iterable[Event], edits: Collection[str]) -> Iterator[Event]:
    """A log as it would be had these edits, by id, never been learned."""
    for event in events:
        if isinstance(event, EditsLearned):
            yield replace(event, edits=tuple(edit for edit in event.edits if edit.id not in edits))
        else:
            yield event


def fold(events: Iterable[Event]) -> ProfileState:
    """The state that a log gives, from the neutral profile on. Raises UnknownLearner as `apply` does, and
    NotRestorable.

    `events` come `without` the edits that the log unlearns anywhere: of those nothing is left to be learned.
    """
    told = _Told(_rules)
    # What each of the known rules would have made of the log so far: one of them holds after a Relearned.
    anew = {version: _Told(_always(learn)) for version, learn in LEARNERS.items()}
    for event in events:
        for other in anew.values():
            other.add(event)
        if isinstance(event, Relearned):
            _rules(event.learner_version)
            told.move(anew[event.learner_version].state)
        else:
            told.add(event)
    return told.state


def refold(events: Iterable[Event], learn: Learn = learn) -> ProfileState:
    """The state that a log gives had these rules learned all its edits, whichever rules did. What was set, deleted
    and switched by hand comes out as it was. Raises NotRestorable."""
    told = _Told(_always(learn))
    for event in events:
        told.add(event)
    return told.state


class _Told:
    """A log as far as it has been told: its state, and those that a rollback can go to."""

    def __init__(self, rules: Callable[[int], Learn]) -> None:
        self.state = neutral()
        self._rules = rules
        self._version = 0
        # The newest last.
        self._states: deque[ProfileState] = deque(maxlen=RESTORABLE)

    def add(self, event: Event) -> None:
        if isinstance(event, RolledBack):
            self.move(restored(self.state, self._at(event.version)))
        else:
            self.move(_apply(self.state, event, self._rules))

    def move(self, state: ProfileState) -> None:
        """One row of the log is one version."""
        self.state = state
        self._states.append(state)
        self._version += 1

    def _at(self, version: int) -> ProfileState:
        back = self._version - version
        if not 0 <= back < len(self._states):
            raise NotRestorable(f"version {version} cannot be restored at version {self._version}")
        return self._states[-1 - back]


def _always(learn: Learn) -> Callable[[int], Learn]:
    return lambda _: learn


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
        case ArchetypeApplied() | VoiceStarted():
            archetype = event.archetype if isinstance(event, ArchetypeApplied) else None
            return with_base(state, event.values, archetype)
        case ProfileReset():
            return replace(neutral(), learning=state.learning)
        case Relearned() | RolledBack() | EditsUnlearned():
            # They are about the whole log: `fold` and `refold` see to them, or are given it as it has become.
            return state
