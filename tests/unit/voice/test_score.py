"""The score counts what is known, each thing once."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import ident, learned, rewrite
from voice_engine.voice.fields import FIELDS
from voice_engine.voice.learning import add_sample
from voice_engine.voice.log import ValuesSet, apply
from voice_engine.voice.profile import ProfileState, as_it_holds
from voice_engine.voice.samples import sample
from voice_engine.voice.score import evolution_score, owned_texts

DRAFT = "We are thrilled to announce the grand opening of our brand new flagship store in town."
TEXTS = [
    "So. The shop opens Monday. Come by, bring a friend, ask me anything!",
    "Doors open on Monday at nine, and whoever comes early gets soup.",
]
LONG = "Doors open on Monday at nine, and whoever comes early gets soup. " * 30
LISTS = sorted(field.path for field in FIELDS if field.settable and isinstance(field.neutral, tuple))


def writer(rewritten: int, analysed: int) -> ProfileState:
    state = learned(rewrite(n, DRAFT, TEXTS[n]) for n in range(rewritten))
    for n in range(analysed):
        text = LONG + f"And that is number {n}, which is all. "
        state = add_sample(state, sample(ident(50 + n), datetime(2026, 1, 1, tzinfo=UTC), text, "en"))
    return ProfileState(learned=state)


def locked(state: ProfileState, path: str) -> ProfileState:
    return apply(state, ValuesSet(as_it_holds(state, path)))


@given(st.integers(0, 2), st.integers(0, 1))
def test_a_lock_on_sample_posts_brings_no_new_text(rewritten: int, analysed: int) -> None:
    state = writer(rewritten, analysed)
    after = locked(state, "samplePosts")
    assert owned_texts(after) == owned_texts(state) == rewritten + analysed
    assert evolution_score(after).samples == evolution_score(state).samples


def test_a_text_set_whole_by_hand_is_the_one_whose_beginning_is_known() -> None:
    state = writer(0, 1)
    by_hand = apply(state, ValuesSet({"samplePosts": (LONG + "And that is number 0, which is all.", *TEXTS)}))
    assert owned_texts(by_hand) == 1 + len(TEXTS)


@pytest.mark.parametrize("path", LISTS)
def test_a_list_locked_empty_holds_nothing_and_scores_nothing(path: str) -> None:
    assert evolution_score(locked(ProfileState(), path)).total == 0


def test_a_learned_list_emptied_by_hand_is_known_no_more() -> None:
    state = writer(1, 0)
    emptied = apply(state, ValuesSet({"samplePosts": ()}))
    assert evolution_score(emptied).completeness <= evolution_score(state).completeness


def test_a_value_set_by_hand_counts_even_where_it_is_the_neutral_one() -> None:
    flags = {field.path: field.neutral for field in FIELDS if field.kind in ("flag", "integer", "choice")}
    assert evolution_score(apply(ProfileState(), ValuesSet(flags))).completeness > 0
