"""An app whose drafts do not follow the profile: what the profile says still comes nearer to the writer, and never
moves away."""

from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.unit.voice.test_closed_loop import text
from tests.unit.voice.writers import counted, edit_of, prose, rewrite
from voice_engine.voice.explain import evidence_summary
from voice_engine.voice.features import Features
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import learn
from voice_engine.voice.profile import ProfileState, values
from voice_engine.voice.traits import MILLION, TRAITS, Level

NEUTRAL = {trait.name: trait.neutral / MILLION for trait in TRAITS if isinstance(trait, Level)}


def shown(name: str, draft: Features, edited: Features, *, edits: int = 20) -> Iterator[float]:
    """What the profile says of a trait before the first and after each of so many like edits of like drafts."""
    state = LearnedState()
    yield NEUTRAL[name]
    for number in range(edits):
        state = learn(state, edit_of(number, counted(draft, edited)))
        value = state.trait(name).value
        yield NEUTRAL[name] if value is None else value / MILLION


@settings(max_examples=50)
@given(st.floats(6, 40), st.floats(6, 40))
@example(30, 25)
@example(20, 10)
def test_the_length_of_sentences_only_comes_nearer(draft: float, edited: float) -> None:
    end = prose(edited).sentence_words / prose(edited).sentences
    told = list(shown("sentenceLength", prose(draft), prose(edited)))
    assert all(abs(later - end) <= abs(earlier - end) + 0.001 for earlier, later in pairwise(told))


@pytest.mark.parametrize("mark", ["exclamations", "semicolons", "dashes", "ellipses", "commas"])
@settings(max_examples=20)
@given(st.integers(0, 40), st.integers(0, 40))
@example(28, 0)
def test_marks_only_come_nearer(mark: str, drafted: int, kept: int) -> None:
    end = 100 * kept / text().words
    told = list(shown(mark, text(**{mark: drafted}), text(**{mark: kept})))
    assert all(abs(later - end) <= abs(earlier - end) + 0.001 for earlier, later in pairwise(told))


def test_marks_that_are_always_taken_out_stay_out_of_the_profile() -> None:
    state = LearnedState()
    for number in range(12):
        draft = f"We went to the market on day {number}! It was full of people! We bought bread; then we left! "
        edited = draft.replace("!", ".").replace(";", ",")
        state = learn(state, rewrite(number, draft * 3, edited * 3))
    profile = ProfileState(learned=state)
    assert values(profile)["writingTraits.exclamationsPer100Words"] == 0
    assert values(profile)["writingTraits.semicolonsPer100Words"] == 0.1
    told = {item.trait: item for item in evidence_summary(profile)}
    assert {told[name].why for name in ("exclamations", "semicolons")} == {"Edits bear out what held before."}
    assert (told["exclamations"].learned, told["exclamations"].down) == (0, 10)
    assert len(told["exclamations"].edits) == 3


def test_a_level_may_rise_though_drafts_are_lowered() -> None:
    *_, last = shown("sentenceLength", prose(30), prose(25))
    assert 25 <= last < 26.5
