import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import rewrite
from voice_engine.voice.fields import Substitution
from voice_engine.voice.learning import LEARNER_VERSION, Edit
from voice_engine.voice.log import EditsLearned, Event, UnknownLearner, ValuesSet, apply, fold
from voice_engine.voice.profile import ProfileState, effective, neutral
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


@given(EDITS, VALUES)
def test_events_survive_the_database(edits: list[Edit], given_values: dict) -> None:
    for event in (EditsLearned(tuple(edits), LEARNER_VERSION), ValuesSet(given_values)):
        if isinstance(event, EditsLearned):
            plain = stored(TypeAdapter(EditsLearned), event)
            assert [edit.delta for edit in plain.edits] == [edit.delta for edit in edits]
        else:
            assert stored(TypeAdapter(ValuesSet), event) == event


def test_an_empty_log_is_the_neutral_profile() -> None:
    assert fold([]) == neutral()


def test_edits_learned_by_other_rules_are_not_replayed_by_these() -> None:
    with pytest.raises(UnknownLearner, match=str(LEARNER_VERSION + 1)):
        apply(neutral(), EditsLearned((), LEARNER_VERSION + 1))
