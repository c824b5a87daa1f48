from dataclasses import replace
from datetime import UTC, datetime

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import rewrite
from voice_engine.voice.fields import Substitution
from voice_engine.voice.learning import LEARNER_VERSION, Edit, LearnedState, learn
from voice_engine.voice.log import (
    EditsLearned,
    Event,
    LearningSwitched,
    OverrideRemoved,
    PhraseForgotten,
    SampleAdded,
    UnknownLearner,
    ValuesSet,
    apply,
    fold,
    refold,
)
from voice_engine.voice.profile import ProfileState, effective, neutral, values
from voice_engine.voice.samples import sample
from voice_engine.voice.score import evolution_score

PIECES = st.sampled_from(
    [
        "We share news today.",
        "It costs $5.50 a.m. now!",
        "Is it so?",
        "- an item",
        "Let’s go — fast; now.",
        "👍 $where a.b",
    ]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=6).map("\n".join)
EDITS = st.lists(st.tuples(TEXTS, TEXTS, st.integers(0, 4)), max_size=8).map(
    lambda rows: [rewrite(n, draft, edited, content=content) for n, (draft, edited, content) in enumerate(rows)]
)
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "tone.formality": st.integers(1, 10),
        "writingTraits.usesEmojis": st.booleans(),
        "writingTraits.avgSentenceLength": st.floats(5, 50),
        "bannedPhrases": st.lists(st.sampled_from(["a.b", "$set", "x"]), max_size=3).map(tuple),
        "substitutions": st.just((Substitution("a.b", "$c"),)),
    },
)


BY_HAND = st.one_of(
    st.builds(ValuesSet, VALUES),
    st.builds(PhraseForgotten, st.sampled_from(["a.b", "x", "share news", "We Share"])),
    st.builds(OverrideRemoved, st.sampled_from(["tone.formality", "bannedPhrases", "no.such"])),
    st.builds(LearningSwitched, st.booleans()),
)
SAMPLES = st.builds(
    SampleAdded,
    st.builds(
        sample,
        st.sampled_from(["a" * 24, "b" * 24]),
        st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        TEXTS,
        st.sampled_from(["en", None]),
    ),
)
LOGS = EDITS.flatmap(
    lambda edits: st.lists(st.one_of(BY_HAND, SAMPLES), max_size=6).flatmap(
        lambda others: st.permutations([*others, *(EditsLearned((edit,), LEARNER_VERSION) for edit in edits)])
    )
)


def stored(adapter: TypeAdapter, value: object) -> object:
    return adapter.validate_python(bson.decode(bson.encode(adapter.dump_python(value))))


@settings(max_examples=40)
@given(EDITS, VALUES, st.lists(st.integers(1, 4), min_size=8, max_size=8))
def test_batches_of_any_size_give_the_same_profile(edits: list[Edit], given_values: dict, sizes: list[int]) -> None:
    events: list[Event] = [ValuesSet(given_values)]
    rest = edits
    for size in sizes:
        batch, rest = rest[:size], rest[size:]
        events.append(EditsLearned(tuple(batch), LEARNER_VERSION))
    one_by_one = fold([ValuesSet(given_values), *(EditsLearned((edit,), LEARNER_VERSION) for edit in edits)])
    batched = fold(events)
    assert batched == one_by_one
    assert effective(batched) == effective(one_by_one)
    assert evolution_score(batched) == evolution_score(one_by_one)


@settings(max_examples=40)
@given(EDITS, VALUES)
def test_a_profile_replayed_from_stored_deltas_is_equal_bit_for_bit(edits: list[Edit], given_values: dict) -> None:
    adapter = TypeAdapter(ProfileState)
    state = fold([EditsLearned(tuple(edits), LEARNER_VERSION), ValuesSet(given_values)])
    replay = neutral()
    for edit in edits:
        replay = stored(adapter, apply(replay, EditsLearned((stored(TypeAdapter(Edit), edit),), LEARNER_VERSION)))
    replay = apply(replay, stored(TypeAdapter(ValuesSet), ValuesSet(given_values)))
    assert replay == state
    assert bson.encode(adapter.dump_python(replay)) == bson.encode(adapter.dump_python(state))


@settings(max_examples=40)
@given(LOGS)
def test_a_log_of_all_kinds_survives_the_database(log: list[Event]) -> None:
    kept = [stored(TypeAdapter(type(event)), event) for event in log]
    state = fold(kept)
    assert state == fold(log)
    assert stored(TypeAdapter(ProfileState), state) == state


def test_an_empty_log_is_the_neutral_profile() -> None:
    assert fold([]) == neutral()


def test_edits_learned_by_other_rules_are_not_replayed_by_these() -> None:
    with pytest.raises(UnknownLearner, match=str(LEARNER_VERSION + 1)):
        apply(neutral(), EditsLearned((), LEARNER_VERSION + 1))


def quiet(state: LearnedState, edit: Edit) -> LearnedState:
    """Other rules: edits are counted and teach nothing."""
    return replace(state, edits=state.edits + 1)


@settings(max_examples=40)
@given(LOGS)
def test_a_log_refolded_by_other_rules_keeps_what_was_done_by_hand(log: list[Event]) -> None:
    before, after = fold(log), refold(log, quiet)
    assert (after.overrides, after.tombstones, after.learning) == (before.overrides, before.tombstones, before.learning)
    assert after.learned.edits == before.learned.edits
    assert after.learned.traits == LearnedState().traits
    assert refold(log, learn) == before


def test_edits_of_unknown_rules_can_be_refolded_by_known_ones() -> None:
    edits = tuple(rewrite(n, "One, two, three, four, five, six, seven, eight.", "No. " * 12) for n in range(3))
    assert refold([EditsLearned(edits, LEARNER_VERSION + 1)]) == fold([EditsLearned(edits, LEARNER_VERSION)])


@given(VALUES, st.sampled_from(["tone.formality", "writingTraits.usesEmojis", "bannedPhrases"]))
def test_unlocking_one_field_shows_what_lies_below_and_leaves_the_rest(given_values: dict, path: str) -> None:
    locked = fold([ValuesSet({**given_values, path: {"tone.formality": 9}.get(path, ())})])
    free = apply(locked, OverrideRemoved(path))
    assert values(free)[path] == values(neutral())[path]
    assert free.overrides == {item: value for item, value in locked.overrides.items() if item != path}


def test_a_phrase_forgotten_leaves_every_list_and_stays_away() -> None:
    given_values = {
        "bannedPhrases": ("Deep dive", "at last"),
        "commonPhrases": ("deep  DIVE",),
        "substitutions": (Substitution("deep dive", "look"), Substitution("utilize", "use")),
        "rules": ("deep dive",),
    }
    state = fold([ValuesSet(given_values), PhraseForgotten("deep dive"), PhraseForgotten("Deep Dive")])
    assert state.tombstones == ("deep dive",)
    assert state.overrides == {
        "bannedPhrases": ("at last",),
        "commonPhrases": (),
        "substitutions": (Substitution("utilize", "use"),),
        "rules": ("deep dive",),
    }
    draft = "We take a deep dive into it. The town paid for the roof of the hall."
    edits = tuple(rewrite(n, draft, draft.replace(" deep dive into", " look at")) for n in range(6))
    taught = EditsLearned(edits, LEARNER_VERSION)
    assert "deep dive" in str(effective(fold([taught]))).casefold()
    assert "deep dive" not in str(effective(apply(replace(state, overrides={}), taught))).casefold()


def test_pausing_changes_nothing_but_the_switch() -> None:
    state = fold([ValuesSet({"tone.formality": 9}), LearningSwitched(False)])
    assert not state.learning
    assert apply(state, LearningSwitched(True)) == fold([ValuesSet({"tone.formality": 9})])
