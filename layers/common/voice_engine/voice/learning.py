"""What a writer's edits add up to: a pure fold of edits into a state of bounded size."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from voice_engine.voice import evidence, phrases
from voice_engine.voice.delta import Delta
from voice_engine.voice.evidence import REMEMBERED, VOTERS, Observation, Past, Seen
from voice_engine.voice.phrases import PhraseMemory
from voice_engine.voice.traits import TRAITS, Level, Switch

LEARNER_VERSION = 1  # raise it with any change of what `learn` makes of the same edits

SAMPLE_SHARE = 800_000  # millionths changed, above which an edit is a new text rather than a correction
POINTERS = 10  # edits named behind a learned value
SAVES = 3  # saves of one draft named in its observation


@dataclass(frozen=True, slots=True)
class Edit:
    """One save: ids of the edit and of the draft, when (UTC), and what it did."""

    id: str
    content_id: str
    saved_at: datetime
    delta: Delta


@dataclass(frozen=True, slots=True)
class LearnedTrait:
    """What was learned of one trait.

    value: millionths (a switch: 0 or 1,000,000), or None while nothing was. since: number of the edit that moved
    it last. edits: ids of the edits whose votes moved it last, oldest first, at most POINTERS. past: of a level,
    the drafts that are no longer among the observations. start: of a level, number of the first edit that counts:
    when a writer changes, what was before is forgotten.
    """

    name: str
    value: int | None = None
    since: int = 0
    edits: tuple[str, ...] = ()
    past: Past = field(default_factory=Past)
    start: int = 0


@dataclass(frozen=True, slots=True)
class LearnedState:
    """All that was learned from a writer's edits: under 64 KB as BSON whatever the history.

    edits: all that were learned; drafts: how many drafts they belong to. acceptances: saved unchanged. samples:
    rewritten beyond SAMPLE_SHARE. iterations: edits that moved a learned value of the profile.
    observations: the newest drafts, oldest first. traits: one a row of the table of traits, in its order.
    """

    learner_version: int = LEARNER_VERSION
    edits: int = 0
    drafts: int = 0
    acceptances: int = 0
    samples: int = 0
    iterations: int = 0
    observations: tuple[Observation, ...] = ()
    traits: tuple[LearnedTrait, ...] = tuple(LearnedTrait(trait.name) for trait in TRAITS)
    phrases: PhraseMemory = field(default_factory=PhraseMemory)

    def trait(self, name: str) -> LearnedTrait:
        """What was learned of a trait. Raises KeyError for a name that is in no table."""
        for trait in self.traits:
            if trait.name == name:
                return trait
        raise KeyError(name)


def learn(state: LearnedState, edit: Edit) -> LearnedState:
    """The state after one more edit. Pure and total: the same edits in the same order give the same state, bit
    for bit, on every machine, however they were grouped. It counts the edit each time it is called: that an edit
    is learned once is the caller's part.

    Several saves of one draft are one voter: the first base against the newest text. An edit saved unchanged
    moves no trait, but counts among the votes as a draft that the writer left as it was.
    """
    number = state.edits + 1
    observation, others = _observe(state, edit, number)
    known = (*others, observation)
    memory = phrases.update(state.phrases, edit.delta, content_id=edit.content_id, edit_id=edit.id, number=number)
    learned = replace(
        state,
        edits=number,
        drafts=state.drafts + (len(others) == len(state.observations)),
        acceptances=state.acceptances + edit.delta.unchanged,
        samples=state.samples + (edit.delta.changed > SAMPLE_SHARE),
        observations=known[-REMEMBERED:],
        phrases=memory,
    )
    if learned.drafts > state.drafts:
        learned = replace(learned, traits=_aged(learned, known))
    if not edit.delta.unchanged:
        learned = replace(learned, traits=_moved(learned))
    moved = _values(learned) != _values(state) or _listed(memory) != _listed(state.phrases)
    return replace(learned, iterations=state.iterations + moved)


def _observe(state: LearnedState, edit: Edit, number: int) -> tuple[Observation, tuple[Observation, ...]]:
    """The observation of the draft that was saved, with its earlier saves, and the other drafts' observations."""
    delta = edit.delta
    fresh = Observation(
        content_id=edit.content_id,
        edit_ids=(edit.id,),
        number=number,
        sample=delta.changed > SAMPLE_SHARE,
        words=delta.edited.words,
        draft=tuple(trait.measure(delta.draft) for trait in TRAITS),
        edited=tuple(trait.measure(delta.edited) for trait in TRAITS),
        touched=tuple(trait.touched(delta.draft) != trait.touched(delta.edited) for trait in TRAITS),
    )
    others = tuple(item for item in state.observations if item.content_id != edit.content_id)
    earlier = next((item for item in state.observations if item.content_id == edit.content_id), None)
    if earlier is None:
        return fresh, others
    merged = replace(
        fresh,
        edit_ids=(*earlier.edit_ids, edit.id)[-SAVES:],
        sample=earlier.sample or fresh.sample,
        draft=earlier.draft,
        touched=tuple(a or b for a, b in zip(earlier.touched, fresh.touched, strict=True)),
    )
    return merged, others


def _aged(state: LearnedState, known: tuple[Observation, ...]) -> tuple[LearnedTrait, ...]:
    """The traits after one more draft: what it pushed out of the observations goes into the sums of the levels."""
    leaving = known[0] if len(known) > REMEMBERED else None
    aged: list[LearnedTrait] = []
    for position, (trait, learned) in enumerate(zip(TRAITS, state.traits, strict=True)):
        if isinstance(trait, Switch):
            aged.append(learned)
            continue
        measure = None
        if leaving is not None and not leaving.sample and leaving.number >= learned.start:
            measure = leaving.measure(position)
        history = _heard(state, position) if measure is not None else ()
        words = leaving.words if leaving else 0
        aged.append(replace(learned, past=evidence.aged(learned.past, trait, history, measure, words)))
    return tuple(aged)


def _moved(state: LearnedState) -> tuple[LearnedTrait, ...]:
    return tuple(
        _moved_level(state, position, trait) if isinstance(trait, Level) else _moved_switch(state, position, trait)
        for position, trait in enumerate(TRAITS)
    )


def _moved_level(state: LearnedState, position: int, trait: Level) -> LearnedTrait:
    learned, history = state.traits[position], _heard(state, position)
    if not history or history[-1].number != state.edits:
        return learned
    if evidence.broke(trait, history, learned.past):
        history = history[-VOTERS:]
        learned = replace(learned, past=Past(), start=history[0].number)
    if not evidence.moves(trait, history):
        return learned
    value = evidence.estimated(trait, history, learned.past, state.drafts)
    if learned.value is not None and 2 * abs(value - learned.value) < trait.deadband:
        return learned
    return replace(learned, value=value, since=state.edits, edits=_behind(position, history, 0))


def _moved_switch(state: LearnedState, position: int, trait: Switch) -> LearnedTrait:
    learned, history = state.traits[position], evidence.seen(state.observations, position)
    if not history or history[-1].number != state.edits:
        return learned
    value = evidence.moved_switch(trait, history, learned.value, learned.since)
    if value == learned.value:
        return learned
    edits = _behind(position, history, learned.since)
    return replace(learned, value=value, since=state.edits, edits=edits)


def _heard(state: LearnedState, position: int) -> tuple[Seen, ...]:
    """What the observations say about a trait, from where it starts to count."""
    start = state.traits[position].start
    return tuple(item for item in evidence.seen(state.observations, position) if item.number >= start)


def _behind(position: int, history: tuple[Seen, ...], since: int) -> tuple[str, ...]:
    """The edits that voted the way that the newest one did."""
    trait = TRAITS[position]
    cast = evidence.votes(trait, history, since)
    way = evidence.direction(trait, history[-1].measure)
    named = [item.edit_id for item in history if evidence.direction(trait, item.measure) == way]
    return tuple(edit_id for edit_id in named if edit_id in cast.edits)[-POINTERS:]


def _values(state: LearnedState) -> tuple[int | None, ...]:
    return tuple(trait.value for trait in state.traits)


def _listed(memory: PhraseMemory) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return (
        tuple(sorted(item.key for item in phrases.banned(memory))),
        tuple(sorted(item.key for item in phrases.liked(memory))),
    )
