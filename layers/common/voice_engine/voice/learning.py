"""What a writer's edits add up to: a pure fold of edits into a state of bounded size."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from voice_engine.voice import evidence, fingerprint, phrases, samples, substitutions
from voice_engine.voice.delta import Delta
from voice_engine.voice.evidence import REMEMBERED, VOTERS, Past, Seen
from voice_engine.voice.fingerprint import Fingerprint
from voice_engine.voice.learned import LearnedState, LearnedTrait
from voice_engine.voice.observations import Observation, measured, pack
from voice_engine.voice.samples import SAMPLE_SHARE, Sample
from voice_engine.voice.trait_kinds import MILLION, Choice, Level, Relative, Switch
from voice_engine.voice.traits import RELATIVE, TRAITS

POINTERS = 5  # edits named behind a learned value
SAVES = 3  # saves of one draft named in its observation


@dataclass(frozen=True, slots=True)
class Edit:
    """One save: ids of the edit and of the draft, when (UTC), what it did, and what kind of text it is
    (`fingerprint.format_name`), None where that is not known. distance: how far the text now lies from the draft as it
    was given (`delta.distance`), None where that is not known; nothing is learned from it."""

    id: str
    content_id: str
    saved_at: datetime
    delta: Delta
    format: str | None = None
    distance: int | None = None


def learn(state: LearnedState, edit: Edit) -> LearnedState:
    """The state after one more edit. Pure and total: the same edits in the same order give the same state, bit
    for bit, on every machine, however they were grouped. It counts the edit each time it is called: that an edit
    is learned once is the caller's part.

    Several saves of one draft are one voter: the first base against the newest text. An edit saved unchanged
    moves no trait, but counts among the votes as a draft that the writer left as it was. Mended misspellings, and a
    draft put away for next to nothing, are counted and tell nothing.
    """
    number, delta = state.edits + 1, edit.delta
    counted = replace(state, edits=number, acceptances=state.acceptances + delta.unchanged)
    if delta.spelling_only or (_rewritten(delta) and not samples.is_text(delta.edited)):
        return counted
    memory = phrases.update(state.phrases, delta, content_id=edit.content_id, edit_id=edit.id, number=number)
    pairs = substitutions.update(state.substitutions, delta, content_id=edit.content_id, edit_id=edit.id, number=number)
    learned = _observed(replace(counted, phrases=memory, substitutions=pairs), edit)
    moved = _values(learned) != _values(state) or _listed(learned) != _listed(state)
    return replace(learned, iterations=state.iterations + moved)


def add_sample(state: LearnedState, sample: Sample) -> LearnedState:
    """The state after one more text of the writer's own. Pure and total, as `learn` is. It moves nothing that edits
    taught: what own texts say shows only where they taught nothing yet. A text that is remembered adds nothing."""
    if samples.remembers(state.own_texts, sample.features, sample.post):
        return state
    own = samples.remember(state.own_texts, sample.id, sample.features, sample.post)
    known = fingerprint.add_sample(state.fingerprint, sample.digest, None) if sample.digest else state.fingerprint
    return replace(state, samples=state.samples + 1, own_texts=own, fingerprint=known)


def _rewritten(delta: Delta) -> bool:
    """Whether the edit is a new text rather than a correction."""
    return delta.changed > SAMPLE_SHARE


def _observed(state: LearnedState, edit: Edit) -> LearnedState:
    """The state with what the edit, already counted, says of the traits."""
    observation, others = _observe(state, edit, state.edits)
    known = (*others, observation)
    learned = replace(
        state,
        drafts=state.drafts + (len(others) == len(state.observations)),
        observations=known[-REMEMBERED:],
    )
    if _rewritten(edit.delta):
        learned = _with_own_text(learned, edit, _earlier(state, edit))
    learned = replace(learned, fingerprint=_printed(state, edit))
    if learned.drafts > state.drafts:
        learned = replace(learned, traits=_aged(learned, known))
    if not edit.delta.unchanged:
        learned = replace(learned, traits=_moved(learned))
    return learned


def _with_own_text(state: LearnedState, edit: Edit, earlier: Observation | None) -> LearnedState:
    """The state with the text that a draft was rewritten to. A draft counts once, however often it is rewritten, and
    so does a text that several drafts became."""
    found, post = edit.delta.edited, edit.delta.sample
    same_draft = any(item.id == edit.content_id for item in state.own_texts) or (earlier is not None and earlier.sample)
    if not same_draft and samples.remembers(state.own_texts, found, post):
        return state
    own = samples.remember(state.own_texts, edit.content_id, found, post)
    return replace(state, samples=state.samples + (not same_draft), own_texts=own)


def _printed(state: LearnedState, edit: Edit) -> Fingerprint:
    """The fingerprint after one more save: of a draft that it holds, the text before gives way to the newest."""
    draft, edited = edit.delta.draft_digest, edit.delta.edited_digest
    earlier = _earlier(state, edit)
    if earlier is None:
        fresh = draft is not None or edited is not None
        return fingerprint.update(state.fingerprint, draft, edited, edit.format) if fresh else state.fingerprint
    if edited is None or draft is None:
        return state.fingerprint
    if earlier.printed:
        return fingerprint.revise(state.fingerprint, draft, edited)
    return fingerprint.update(state.fingerprint, None, edited, edit.format)


def _earlier(state: LearnedState, edit: Edit) -> Observation | None:
    """The observation of the same draft, as long as it is remembered."""
    return next((item for item in state.observations if item.content_id == edit.content_id), None)


def _observe(state: LearnedState, edit: Edit, number: int) -> tuple[Observation, tuple[Observation, ...]]:
    """The observation of the draft that was saved, with its earlier saves, and the other drafts' observations."""
    delta = edit.delta
    fresh = Observation(
        content_id=edit.content_id,
        edit_ids=(edit.id,),
        number=number,
        sample=_rewritten(delta),
        words=delta.edited.words,
        draft=pack(trait.measure(delta.draft) for trait in TRAITS),
        edited=pack(trait.measure(delta.edited) for trait in TRAITS),
        touched=sum(
            1 << position
            for position, trait in enumerate(TRAITS)
            if trait.touched(delta.draft) != trait.touched(delta.edited)
        ),
        changed=delta.changed,
        aims=pack(_aims(state)),
        printed=delta.edited_digest is not None,
    )
    others = tuple(item for item in state.observations if item.content_id != edit.content_id)
    earlier = _earlier(state, edit)
    if earlier is None:
        return fresh, others
    merged = replace(
        fresh,
        edit_ids=(*earlier.edit_ids, edit.id)[-SAVES:],
        sample=earlier.sample or fresh.sample,
        draft=earlier.draft,
        aims=earlier.aims,
        printed=earlier.printed or fresh.printed,
        touched=earlier.touched | fresh.touched,
        changed=min(MILLION, earlier.changed + fresh.changed),
    )
    return merged, others


def _aims(state: LearnedState) -> Iterator[int]:
    for position in RELATIVE:
        trait = TRAITS[position]
        assert isinstance(trait, Level)  # noqa: S101  as every relative trait is
        yield state.aim(position, trait)


def _aged(state: LearnedState, known: tuple[Observation, ...]) -> tuple[LearnedTrait, ...]:
    """The traits after one more draft: what it pushed out of the observations goes into the sums of the levels."""
    leaving = known[0] if len(known) > REMEMBERED else None
    aged: list[LearnedTrait] = []
    for position, (trait, learned) in enumerate(zip(TRAITS, state.traits, strict=True)):
        if not isinstance(trait, Level):
            aged.append(learned)
            continue
        measure = None
        if leaving is not None and not leaving.sample and leaving.number >= learned.start:
            measure = leaving.measure(position)
        history = _heard(state, position) if measure is not None else ()
        words = leaving.words if leaving else 0
        aged.append(replace(learned, past=evidence.aged(learned.past or Past(), trait, history, measure, words)))
    return tuple(aged)


def _moved(state: LearnedState) -> tuple[LearnedTrait, ...]:
    return tuple(
        _moved_level(state, position, trait) if isinstance(trait, Level) else _moved_side(state, position, trait)
        for position, trait in enumerate(TRAITS)
    )


def _moved_level(state: LearnedState, position: int, trait: Level) -> LearnedTrait:
    learned, history = state.traits[position], _heard(state, position)
    if not history or history[-1].number != state.edits:
        return learned
    past = learned.past or Past()
    broke = evidence.broke(trait, history, past)
    if broke:
        history, past = history[-VOTERS:], Past()
        learned = replace(learned, past=past, start=history[0].number)
    if isinstance(trait, Relative) and (broke or learned.value is None):
        # Measured on the very drafts that the estimate rests on: then what those were about cancels out.
        aims = _aims_of(state.observations, position)
        offset = evidence.distance_to_aim(trait, history, past, aims, state.aim(position, trait))
        learned = replace(learned, offset=offset)
    if not evidence.moves(trait, history):
        return learned
    value = state.improved(position, trait, history, past, learned.offset)
    if value is None and state.known(position) is None:
        value = state.aim(position, trait)  # edits bear out what nobody taught
    if value is None or (learned.value is not None and 2 * abs(value - learned.value) < trait.deadband):
        return learned
    return replace(learned, value=value, since=state.edits, edits=_behind(position, history, 0))


def _aims_of(observations: tuple[Observation, ...], position: int) -> dict[int, int]:
    """What each draft was aiming at in a relative level, by the number of its observation."""
    rank = RELATIVE.index(position)
    found = ((item.number, measured(item.aims, rank)) for item in observations)
    return {number: aim for number, aim in found if aim is not None}


def _moved_side(state: LearnedState, position: int, trait: Switch | Choice) -> LearnedTrait:
    learned, history = state.traits[position], evidence.seen(state.observations, position)
    if not history or history[-1].number != state.edits:
        return learned
    if isinstance(trait, Choice) and learned.anchor is not None and evidence.taken_out(trait, history, learned.anchor):
        learned = replace(learned, refused=True)
    value = evidence.moved(trait, history, learned.value, learned.since)
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
    way = evidence.way(trait, history[-1].measure)
    named = [item.edit_id for item in history if evidence.way(trait, item.measure) == way]
    return tuple(edit_id for edit_id in named if edit_id in cast.edits)[-POINTERS:]


def _values(state: LearnedState) -> tuple[tuple[int | None, bool], ...]:
    """What was learned of the traits that a field of the profile shows."""
    shown = (learned for trait, learned in zip(TRAITS, state.traits, strict=True) if trait.path)
    return tuple((learned.value, learned.refused) for learned in shown)


def _listed(state: LearnedState) -> tuple[tuple[str, ...], ...]:
    return (
        tuple(sorted(item.key for item in phrases.banned(state.phrases))),
        tuple(sorted(item.key for item in phrases.liked(state.phrases))),
        tuple(sorted(item.key for item in substitutions.learned(state.substitutions))),
    )
