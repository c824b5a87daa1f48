from itertools import pairwise

import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import counted, edit_of, ident, learned, phrase_delta, prose, rewrite
from voice_engine.voice.delta import Delta
from voice_engine.voice.evidence import REMEMBERED
from voice_engine.voice.features import NAMES, Features
from voice_engine.voice.learning import LearnedState, learn
from voice_engine.voice.traits import LEVELS, MILLION, TRAITS

STATES = TypeAdapter(LearnedState)
FEATURES = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 60_000)))
SMALL = st.builds(Features, **dict.fromkeys(NAMES, st.integers(0, 40)))
PHRASES = st.lists(st.text("abc $.", min_size=3, max_size=12).map(lambda end: f"word {end or 'x'}"), max_size=4)
DELTAS = st.builds(
    Delta,
    language=st.sampled_from(["en", "de", None]),
    unchanged=st.booleans(),
    changed=st.integers(0, MILLION),
    draft=st.one_of(SMALL, FEATURES),
    edited=st.one_of(SMALL, FEATURES),
    removed=st.just(()),
    added=st.just(()),
    removal_rates=st.tuples(*[st.integers(0, MILLION)] * 4),
    kept=st.binary(max_size=16).map(lambda value: value[: len(value) // 4 * 4]),
)


def level(state: LearnedState, name: str = "sentenceLength") -> float | None:
    value = state.trait(name).value
    return None if value is None else value / MILLION


def switched(state: LearnedState, name: str) -> bool | None:
    value = state.trait(name).value
    return None if value is None else bool(value)


@settings(max_examples=40)
@given(st.lists(st.tuples(DELTAS, st.integers(0, 5)), max_size=30))
def test_learning_is_total_and_its_state_survives_the_database(given_edits: list[tuple[Delta, int]]) -> None:
    state = learned(edit_of(number, delta, content=content) for number, (delta, content) in enumerate(given_edits))
    assert state.edits == len(given_edits)
    assert state.iterations <= sum(not delta.unchanged for delta, _ in given_edits)
    stored = bson.decode(bson.encode(STATES.dump_python(state)))
    assert STATES.validate_python(stored) == state


@given(st.integers(1, 40), st.lists(st.tuples(st.floats(6, 40), st.floats(6, 40)), max_size=8))
def test_saves_without_a_change_move_nothing(saves: int, before: list[tuple[float, float]]) -> None:
    start = learned(edit_of(n, counted(prose(a), prose(b))) for n, (a, b) in enumerate(before))
    accepted = learned((edit_of(100 + n, counted(prose(30), prose(30))) for n in range(saves)), start)
    assert [trait.value for trait in accepted.traits] == [trait.value for trait in start.traits]
    assert accepted.iterations == start.iterations
    assert accepted.acceptances == start.acceptances + saves


@given(st.floats(8, 45), st.floats(-30, -5), st.integers(2, 8))
def test_one_loud_edit_is_no_habit(draft: float, change: float, quiet: int) -> None:
    loud = counted(prose(draft), prose(max(1, draft + change)))
    still = counted(prose(draft), prose(draft))
    assert level(learned(edit_of(n, loud if n == 0 else still) for n in range(quiet + 1))) is None


@given(st.lists(st.sampled_from([-1, 1]), min_size=6, max_size=20))
def test_opposite_votes_veto(ways: list[int]) -> None:
    balanced = [way for pair in zip(ways, [-way for way in ways], strict=True) for way in pair]
    state = learned(edit_of(n, counted(prose(20), prose(20 + 6 * way))) for n, way in enumerate(balanced))
    assert level(state) is None


@given(st.lists(st.tuples(st.floats(5, 45), st.floats(5, 45), st.integers(100_000, 790_000)), min_size=1, max_size=40))
def test_a_level_never_leaves_what_was_drafted_and_written(edits: list[tuple[float, float, int]]) -> None:
    state = LearnedState()
    seen: list[float] = []
    for number, (draft, edited, changed) in enumerate(edits):
        pair = prose(draft), prose(edited)
        seen += [item.sentence_words / item.sentences for item in pair]
        state = learn(state, edit_of(number, counted(*pair, changed=changed)))
        value = level(state)
        assert value is None or min(seen) - 0.01 <= value <= max(seen) + 0.01


def test_edits_to_drafts_from_before_the_first_was_learned_are_not_added_up() -> None:
    state = learned(edit_of(n, counted(prose(20), prose(10))) for n in range(3))
    value = level(state)
    assert value is not None
    assert 10 <= value < 20
    later = learned((edit_of(n, counted(prose(20), prose(10))) for n in range(3, 60)), state)
    assert 10 <= (level(later) or 0) <= value


def test_ten_like_edits_and_one_edit_are_not_the_same() -> None:
    delta = counted(prose(20), prose(14))
    once, ten = learned([edit_of(1, delta)]), learned(edit_of(n, delta) for n in range(10))
    assert level(once) is None
    assert level(ten) is not None
    assert ten.trait("sentenceLength").edits


def test_small_edits_count_by_what_they_touch() -> None:
    body = "We walk along the water and talk about the day with old friends. " * 12
    edits = [rewrite(n, f"{body}It was late — we left.", f"{body}It was late, we left.") for n in range(3)]
    assert all(edit.delta.changed < 20_000 for edit in edits)
    state = learned(edits)
    assert (level(state, "dashes") or 1) < 0.3 + 0.5
    assert state.trait("dashes").edits == tuple(edit.id for edit in edits)
    assert level(state) is None


def test_saves_of_one_draft_are_one_vote() -> None:
    steps = [26.0, 23.0, 20.0, 17.0, 14.0]
    state = LearnedState()
    for number, (draft, edited) in enumerate(pairwise(steps)):
        state = learn(state, edit_of(number, counted(prose(draft), prose(edited)), content=1))
    assert level(state) is None
    (observation,) = state.observations
    assert (observation.draft[0], observation.edited[0]) == (26 * MILLION, 14 * MILLION)
    assert observation.edit_ids == (ident(1), ident(2), ident(3))


def test_a_draft_written_anew_is_a_sample_and_no_vote() -> None:
    anew = counted(prose(25), prose(9), changed=900_000)
    state = learned(edit_of(n, anew) for n in range(12))
    assert state.samples == 12
    assert level(state) is None


SWITCHES = {
    "usesEmojis": (prose(15, emoji=2), prose(15)),
    "usesBulletPoints": (prose(15, list_items=4), prose(15)),
    "asksQuestions": (prose(15, questions=4), prose(15)),
    "shortParagraphs": (
        Features(words=300, sentences=20, sentence_words=300, paragraphs=12, paragraph_words=300),
        Features(words=300, sentences=20, sentence_words=300, paragraphs=3, paragraph_words=300),
    ),
}


@pytest.mark.parametrize("name", SWITCHES)
@given(flips=st.integers(1, 5))
@settings(max_examples=5)
def test_a_switch_flips_as_often_as_the_writer_does(name: str, flips: int) -> None:
    state = LearnedState()
    number = 0
    for flip in range(flips):
        with_it, without = SWITCHES[name]
        draft, edited = (without, with_it) if flip % 2 == 0 else (with_it, without)
        for vote in range(3):
            assert switched(state, name) is not (flip % 2 == 0) or (vote == 0 and flip == 0)
            state = learn(state, edit_of(number, counted(draft, edited)))
            number += 1
        assert switched(state, name) is (flip % 2 == 0)


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_does_not_flip_on_mixed_votes(name: str) -> None:
    with_it, without = SWITCHES[name]
    pairs = [(without, with_it), (with_it, without)] * 8
    state = learned(edit_of(n, counted(*pair)) for n, pair in enumerate(pairs))
    assert switched(state, name) is None


def test_texts_without_spaces_have_no_rate_per_word() -> None:
    state = learned(rewrite(n, "我們今天去，看看。", "我們今天去看看！！" * 4, language="zh") for n in range(5))
    assert {trait.name for trait in state.traits if trait.value is not None} == set()


def test_a_measure_that_a_text_cannot_give_is_no_vote() -> None:
    state = learned(edit_of(n, counted(Features(words=5, emoji=1), Features(words=5))) for n in range(6))
    assert level(state, "emoji") is None
    assert switched(state, "usesEmojis") is False


def test_the_state_stays_small_whatever_the_history() -> None:
    state = LearnedState()
    for number in range(REMEMBERED + 2):
        # Every phrase comes twice, in drafts that follow each other: the most that can be remembered of it.
        names = [f"{'long' * 10} phrase{number // 2}x{item} {'tail' * 10}" for item in range(300)]
        delta = phrase_delta(removed=names, added=[f"new {name[:60]}" for name in names], rate=1000)
        state = learn(state, edit_of(number, delta))
    assert len(state.observations) == REMEMBERED
    assert len(bson.encode(STATES.dump_python(state))) < 64_000


def test_the_table_of_traits_is_sound() -> None:
    assert len({trait.name for trait in TRAITS}) == len({trait.path for trait in TRAITS}) == len(TRAITS)
    assert all(trait.bounded(trait.neutral) == trait.neutral for trait in LEVELS)
