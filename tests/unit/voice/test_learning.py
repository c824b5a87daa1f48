"""What an edit is evidence of: small and loud ones, repeated ones, opposite votes, and none at all."""

from dataclasses import replace
from itertools import pairwise
from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.voice.deltas import SMALL
from tests.unit.voice.manners import plain, terse, wordy
from tests.unit.voice.test_learned_choices import switched
from tests.unit.voice.writers import counted, edit_of, ident, learned, prose, rewrite
from voice_engine.voice import traits
from voice_engine.voice.closeness import closeness
from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH, FIELDS
from voice_engine.voice.fingerprint import digest
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import learn
from voice_engine.voice.observations import Measure
from voice_engine.voice.traits import MILLION, TRAITS, Level


def level(state: LearnedState, name: str = "sentenceLength") -> float | None:
    value = state.trait(name).value
    return None if value is None else value / MILLION


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
@example([(22.0, 21.0, 100_000), (32.0, 21.0, 100_000), (32.0, 21.0, 100_000)]).xfail(
    raises=AssertionError, reason="a level lands on its neutral value, beyond all that was drafted and written"
)
def test_a_level_never_leaves_what_was_drafted_and_written(edits: list[tuple[float, float, int]]) -> None:
    state = LearnedState()
    seen: list[float] = []
    for number, (draft, edited, changed) in enumerate(edits):
        pair = prose(draft), prose(edited)
        seen += [item.sentence_words / item.sentences for item in pair]
        state = learn(state, edit_of(number, counted(*pair, changed=changed)))
        value = level(state)
        assert value is None or min(seen) - 0.01 <= value <= max(seen) + 0.01


def test_sentences_that_are_only_split_are_a_habit() -> None:
    said = "The market was full of people on that day, and we bought some bread and a bag of apples."
    drafts = [
        " ".join([said, f"My brother came home at {number} in the evening, and he was tired."]) for number in range(12)
    ]
    state = learned(rewrite(n, draft, draft.replace(", and ", ". And ")) for n, draft in enumerate(drafts))
    value = level(state)
    assert value is not None
    assert value < 13
    assert len(state.trait("sentenceLength").edits) == 5


@given(SMALL, SMALL)
def test_a_mean_that_an_edit_moved_was_touched_by_it(draft: Features, edited: Features) -> None:
    means = {"sentenceLength", "wordLength", "readingEase", "paragraphs", "length"}
    for trait in TRAITS:
        before, after = trait.measure(draft), trait.measure(edited)
        if trait.name in means and before is not None and after is not None and before != after:
            assert trait.touched(draft) != trait.touched(edited)


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
    edits = [rewrite(n, f"{body}It was late. We left.", f"{body}It was late! We left.") for n in range(3)]
    assert all(edit.delta.changed < 20_000 for edit in edits)
    state = learned(edits)
    assert 0 < (level(state, "exclamations") or 0) < 0.6
    assert state.trait("exclamations").edits == tuple(edit.id for edit in edits)
    assert level(state) is None


def test_saves_of_one_draft_are_one_vote() -> None:
    steps = [26.0, 23.0, 20.0, 17.0, 14.0]
    state = LearnedState()
    for number, (draft, edited) in enumerate(pairwise(steps)):
        state = learn(state, edit_of(number, counted(prose(draft), prose(edited)), content=1))
    assert level(state) is None
    (observation,) = state.observations
    assert observation.measure(0) == Measure(26 * MILLION, 14 * MILLION, touched=True)
    assert observation.edit_ids == (ident(1), ident(2), ident(3))


def test_of_several_saves_of_one_draft_the_last_text_stands_in_the_fingerprint() -> None:
    chance = Random(21)
    draft, first, last = plain(chance), wordy(chance), terse(chance)
    others = [rewrite(n, plain(chance), terse(chance)) for n in range(3)]
    state = learned([*others, rewrite(10, draft, first, content=10), rewrite(11, first, last, content=10)])
    alone = learned([*others, rewrite(10, draft, last, content=10)])
    assert (state.fingerprint.known, state.fingerprint.drafts) == (4, 4)
    assert state.fingerprint.known_words == alone.fingerprint.known_words
    text = digest(terse(chance))
    near = [closeness(item.fingerprint, text) for item in (state, alone, learned([*others, rewrite(10, draft, first)]))]
    assert abs(near[0] - near[1]) < 0.01 < near[1] - near[2]


def test_a_draft_accepted_first_and_edited_later_is_known_by_its_edit() -> None:
    chance = Random(22)
    draft, edited = plain(chance), terse(chance)
    state = learned([rewrite(1, draft, draft, content=1), rewrite(2, draft, edited, content=1)])
    assert (state.fingerprint.known, state.fingerprint.drafts) == (1, 1)
    again = learned([rewrite(3, edited, edited, content=1)], state)
    assert again.fingerprint == state.fingerprint


def test_the_fingerprint_counts_a_text_under_its_format() -> None:
    chance = Random(23)
    edits = [rewrite(n, plain(chance), terse(chance)) for n in range(6)]
    kinds = ["email", "email", "thread", "email", None, "thread"]
    state = learned(replace(edit, format=kind) for edit, kind in zip(edits, kinds, strict=True))
    parts = {part.name: part.known for part in state.fingerprint.formats}
    assert parts == {"email": 3, "thread": 2}
    assert state.fingerprint.known == 6


def test_a_draft_written_anew_is_a_sample_and_no_vote() -> None:
    state = learned(edit_of(n, counted(prose(25), prose(9, sentences=20 + n), changed=900_000)) for n in range(12))
    assert state.samples == 12
    assert level(state) is None


def test_texts_without_spaces_have_no_rate_per_word() -> None:
    state = learned(rewrite(n, "我們今天去，看看。", "我們今天去看看！！" * 4, language="zh") for n in range(5))
    assert {trait.name for trait in state.traits if trait.value is not None} == set()


def test_a_measure_that_a_text_cannot_give_is_no_vote() -> None:
    state = learned(edit_of(n, counted(Features(words=5, emoji=1), Features(words=5))) for n in range(6))
    assert level(state, "emoji") is None
    assert switched(state, "usesEmojis") is False


def test_what_only_mends_misspellings_moves_nothing() -> None:
    mended = replace(counted(prose(20, commas=30), prose(12, commas=0)), spelling_only=True)
    state = learned(edit_of(n, mended) for n in range(8))
    assert state.edits == 8
    assert state.observations == ()
    assert [trait.value for trait in state.traits] == [None] * len(TRAITS)


def test_every_field_is_learned_or_said_to_be_set_by_hand_only() -> None:
    learned_elsewhere = {"commonPhrases", "bannedPhrases", "substitutions", "samplePosts"}
    by_hand = {path for path in BY_PATH if f"`{path}`" in (traits.__doc__ or "")}
    assert by_hand == {"rules", "voiceStrength"}
    shown = {trait.path for trait in TRAITS if trait.path}
    assert shown | learned_elsewhere | by_hand == {field.path for field in FIELDS if field.settable}


def test_the_table_of_traits_is_sound() -> None:
    shown = [trait for trait in TRAITS if trait.path]
    assert len({trait.name for trait in TRAITS}) == len(TRAITS)
    assert len({trait.path for trait in shown}) == len(shown)
    levels = [trait for trait in TRAITS if isinstance(trait, Level)]
    assert all(trait.bounded(trait.neutral) == trait.neutral for trait in levels)
    for trait in shown:
        value = trait.shown(trait.neutral if isinstance(trait, Level) else 0)
        assert BY_PATH[trait.path].check(value) == value
