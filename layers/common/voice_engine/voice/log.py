"""A profile is a fold over its log: the events, and what each does to the state."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import reduce

from voice_engine.voice.fields import Values
from voice_engine.voice.learned import LEARNER_VERSION, LearnedState
from voice_engine.voice.learning import Edit, add_sample, learn
from voice_engine.voice.profile import ProfileState, forget, neutral, restored, started_from, unlock, with_archetype
from voice_engine.voice.samples import Sample

RESTORABLE = 10  # newest versions, the present one included, that a rollback can go to

Learn = Callable[[LearnedState, Edit], LearnedState]

# The rules by which logs were written. Old ones stay here for as long as a log names them: all but rules 1, which were
# never published. Their edits are told by those of today, and a profile is what these make of it once it is relearned.
LEARNERS: Mapping[int, Learn] = {1: learn, LEARNER_VERSION: learn}


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
    """A person put these values of an archetype, named by its slug, below all that is learned or set by hand; or with
    None and no values, took the archetype off."""

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


def knew(version: int, learned: Collection[int], returns: Mapping[int, int]) -> bool:
    """Whether the state of `version` holds an edit that was learned in one of these versions, and not unlearned since.

    returns: the versions after the first of them that left the state before them, each with the one it went back to: 0
    for a reset. It takes as many steps as there are returns, each of logarithmic cost.
    """
    since, backs = sorted(learned), sorted(returns)
    while version > 0:
        place = bisect_right(backs, version)
        back = backs[place - 1] if place else 0
        first = bisect_right(since, back)
        if first < len(since) and since[first] <= version:
            return True
        version = returns.get(back, 0)
    return False


@dataclass(frozen=True, slots=True)
class Told:
    """A log as far as it has been told: how many rows, and the states after the newest of them, the newest last, that
    a rollback can go to. One row of the log is one version."""

    version: int = 0
    states: tuple[ProfileState, ...] = ()

    @property
    def state(self) -> ProfileState:
        return self.states[-1] if self.states else neutral()

    def moved(self, state: ProfileState) -> Told:
        return Told(self.version + 1, (*self.states, state)[-RESTORABLE:])

    def at(self, version: int) -> ProfileState:
        """Raises NotRestorable."""
        back = self.version - version
        if not 0 <= back < len(self.states):
            raise NotRestorable(f"version {version} cannot be restored at version {self.version}")
        return self.states[-1 - back]


@dataclass(frozen=True, slots=True)
class ToldAnew:
    """What a log would have come to had the rules of this version learned all its edits."""

    learner_version: int
    told: Told


@dataclass(frozen=True, slots=True)
class Telling:
    """All that telling the rest of a log needs of what was told. `anew` holds the rules by which it would have come
    out otherwise: one of them holds after a Relearned."""

    as_written: Told = Told()
    anew: tuple[ToldAnew, ...] = ()

    @property
    def state(self) -> ProfileState:
        return self.as_written.state


def tell(telling: Telling, event: Event) -> Telling:
    """One more row told. Raises UnknownLearner as `apply` does, and NotRestorable."""
    anew = {other.learner_version: other.told for other in telling.anew}
    if isinstance(event, EditsLearned):
        for version, rules in LEARNERS.items():
            if rules is not LEARNERS.get(event.learner_version):
                anew.setdefault(version, telling.as_written)
    if isinstance(event, Relearned):
        _rules(event.learner_version)
        told = telling.as_written.moved(anew.get(event.learner_version, telling.as_written).state)
    else:
        told = _told(telling.as_written, event, _rules)
    others = (ToldAnew(version, _told(other, event, _always(LEARNERS[version]))) for version, other in anew.items())
    return Telling(told, tuple(others))


def fold(events: Iterable[Event]) -> ProfileState:
    """The state that a log gives, from the neutral profile on. Raises UnknownLearner as `apply` does, and
    NotRestorable.

    `events` come `without` the edits that the log unlearns anywhere: of those nothing is left to be learned.
    """
    return reduce(tell, events, Telling()).state


def tell_anew(telling: Telling, event: Event, learn: Learn = learn) -> Telling:
    """One more row told as if these rules had learned all edits, whichever rules did. What was set, deleted and
    switched by hand comes out as it was. Raises NotRestorable."""
    return Telling(_told(telling.as_written, event, _always(learn)))


def _told(told: Told, event: Event, rules: Callable[[int], Learn]) -> Told:
    if isinstance(event, RolledBack):
        return told.moved(restored(told.state, told.at(event.version)))
    return told.moved(_apply(told.state, event, rules))


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
            return _with_values_below(state, event)
        case ProfileReset():
            return replace(neutral(), learning=state.learning)
        case Relearned() | RolledBack() | EditsUnlearned():
            # They are about the whole log: `tell` and `tell_anew` see to them, or are given it as it has become.
            return state


def _with_values_below(state: ProfileState, event: ArchetypeApplied | VoiceStarted) -> ProfileState:
    if isinstance(event, VoiceStarted):
        return started_from(state, event.values)
    return with_archetype(state, event.values, event.archetype)
