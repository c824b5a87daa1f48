"""Phrases and substitutions follow a writer who changes, whatever came before."""

from dataclasses import replace
from typing import Literal

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import edit_of, learned, phrase_delta, remembered
from voice_engine.voice import phrase_evidence, phrases, substitutions
from voice_engine.voice.explain_phrases import phrase_summary, substitution_summary
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.phrase_evidence import MEMORY
from voice_engine.voice.phrases import PhraseMemory
from voice_engine.voice.profile import ProfileState
from voice_engine.voice.replacements import Replacement

type Sight = Literal["removed", "kept", "added"]

PHRASE = "big plan"
LIGHT = 200_000  # of an edit that leaves the most
SIGHTS = st.lists(st.sampled_from(["removed", "kept", "added"]), max_size=70)
RUNS = st.lists(st.tuples(st.sampled_from(["removed", "kept", "added"]), st.integers(1, 30)), max_size=5).map(
    lambda runs: [sight for sight, times in runs for _ in range(times)]
)
HISTORIES = st.one_of(SIGHTS, RUNS)
PAIR = Replacement("utilize", "use")
BACK = Replacement("use", "utilize")


def after(sights: list[Sight], state: LearnedState | None = None, *, rate: int = 100_000) -> LearnedState:
    first = state.edits if state else 0
    deltas = (phrase_delta(**{sight: [PHRASE]}, rate=rate) for sight in sights)
    return remembered((edit_of(first + n, delta) for n, delta in enumerate(deltas)), state)


def is_banned(state: LearnedState) -> bool:
    return PHRASE in [item.surface for item in phrases.banned(state.phrases)]


def is_liked(state: LearnedState) -> bool:
    return PHRASE in [item.surface for item in phrases.liked(state.phrases)]


@settings(max_examples=10)
@given(st.lists(st.tuples(st.sampled_from(["removed", "kept", "added"]), st.integers(0, 3)), max_size=30))
def test_phrases_and_pairs_are_followed_as_learning_does(saves: list[tuple[Sight, int]]) -> None:
    """The other properties here follow them alone."""
    deltas = [phrase_delta(**{sight: [PHRASE]}, replaced=[PAIR, BACK][:content]) for sight, content in saves]
    edits = [edit_of(n, delta, content=saves[n][1]) for n, delta in enumerate(deltas)]
    alone, whole = remembered(edits), learned(edits)
    assert (alone.phrases, alone.substitutions) == (whole.phrases, whole.substitutions)


@settings(max_examples=150)
@given(HISTORIES, st.integers(0, 900_000))
def test_left_in_sixteen_drafts_a_phrase_is_banned_no_more(sights: list[Sight], rate: int) -> None:
    assert MEMORY == 16
    assert not is_banned(after(["kept"] * MEMORY, after(sights, rate=rate), rate=rate))


@settings(max_examples=150)
@given(HISTORIES, st.integers(0, LIGHT))
def test_removed_from_sixteen_drafts_it_is_banned(sights: list[Sight], rate: int) -> None:
    left = after(["kept"] * MEMORY, after(sights, rate=rate), rate=rate)
    assert is_banned(after(["removed"] * MEMORY, left, rate=rate))


def test_a_habit_given_up_is_followed_both_ways_each_time() -> None:
    state = after(["removed"] * 25)
    for _ in range(3):
        assert is_banned(state)
        state = after(["kept"] * 25, state)
        assert not is_banned(state)
        state = after(["removed"] * 25, state)


@given(st.integers(3, 20), st.integers(0, 60))
def test_what_is_brought_in_stays_liked_while_drafts_that_have_it_keep_it(times: int, left: int) -> None:
    assert is_liked(after(["added"] * times + ["kept"] * left))


@given(HISTORIES)
def test_what_is_brought_in_again_and_again_is_liked_at_last(sights: list[Sight]) -> None:
    assert is_liked(after(["added"] * 3 * MEMORY, after(sights)))


@given(st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, LIGHT))
def test_a_record_from_before_counts_faded_is_followed_too(removed: int, kept: int, added: int, rate: int) -> None:
    blank = phrase_evidence.blank(PHRASE, "en", 0)
    known = replace(blank, removed_in=removed, kept_in=kept, added_in=added, expected=(removed + kept) * rate % 2**32)
    before = LearnedState(phrases=PhraseMemory(records=phrase_evidence.pack([known], 1_000)))
    left = after(["kept"] * MEMORY, before, rate=rate)
    assert not is_banned(left)
    assert is_banned(after(["removed"] * MEMORY, left, rate=rate))


@given(st.lists(st.tuples(st.sampled_from(["removed", "kept", "added"]), st.integers(0, 3)), max_size=60))
def test_drafts_saved_again_in_any_order_leave_counts_that_hold(saves: list[tuple[Sight, int]]) -> None:
    state = after(["removed"] * 2)
    for number, (sight, content) in enumerate(saves):
        delta = phrase_delta(**{sight: [PHRASE]})
        state = remembered([edit_of(10 + number, delta, content=content)], state)
    for item in state.phrases.evidence:
        assert min(item.removed_in, item.kept_in, item.added_in, item.expected) >= 0
        assert item.removed_in <= MEMORY


def swapped(pairs: list[Replacement | None], state: LearnedState | None = None) -> LearnedState:
    """Edits that replace words, or with None leave them."""
    first = state.edits if state else 0
    deltas = (phrase_delta(kept=[PAIR.before]) if pair is None else phrase_delta(replaced=[pair]) for pair in pairs)
    return remembered((edit_of(first + n, delta) for n, delta in enumerate(deltas)), state)


def pairs_of(state: LearnedState) -> list[tuple[str, str]]:
    return [(item.before, item.after) for item in substitutions.learned(state.substitutions)]


@given(st.lists(st.sampled_from([PAIR, BACK, None]), max_size=70))
def test_a_substitution_is_followed_both_ways(history: list[Replacement | None]) -> None:
    state = swapped(history)
    left = swapped([None] * MEMORY, state)
    assert ("utilize", "use") not in pairs_of(left)
    assert pairs_of(swapped([PAIR] * MEMORY, left)) == [("utilize", "use")]
    assert pairs_of(swapped([BACK] * MEMORY, swapped([PAIR] * MEMORY, state))) == [("use", "utilize")]


@given(HISTORIES)
def test_the_sentence_of_a_phrase_says_its_numbers(sights: list[Sight]) -> None:
    for item in phrase_summary(ProfileState(learned=after(sights))):
        if item.path == "commonPhrases":
            assert f"Brought into {item.added_in} draft" in item.why
            continue
        assert f"Removed from {item.removed_in} draft" in item.why
        assert f"left in {item.kept_in}" in item.why
        assert (f"brought into {item.added_in}" in item.why) == (item.added_in > 0)


@given(st.lists(st.sampled_from([PAIR, BACK, None]), max_size=40))
def test_the_sentence_of_a_substitution_says_its_numbers(history: list[Replacement | None]) -> None:
    for item in substitution_summary(ProfileState(learned=swapped(history))):
        if item.reason != "said otherwise by hand":
            assert f"Replaced in {item.replaced_in} draft" in item.why
            assert f"left in {item.kept_in}" in item.why


def test_three_removals_and_more_drafts_left_are_told_as_they_are() -> None:
    (listed,) = phrase_summary(ProfileState(learned=after(["removed"] * 3 + ["kept"] * 6)))
    (open_,) = phrase_summary(ProfileState(learned=after(["removed"] * 3 + ["kept"] * 7)))
    assert (listed.reason, listed.why) == ("learned", "Removed from 3 drafts, left in 6.")
    assert open_.reason == "mostly left as it is"
    assert open_.why == "Removed from 3 drafts, left in 7; it takes one removal in three."
