import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice.spelling import mended

WORDS = st.text("abdeilnorstu", min_size=7, max_size=12)
CENTRE = 3  # away from the first letter and from any ending


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("recieve", "receive"),
        ("Seperate", "separate"),
        ("teh", "the"),
        ("alot", "a lot"),
        ("untill", "until"),
        ("dont", "don't"),
        ("tommorow", "tomorrow"),
    ],
)
def test_misspellings_are_told(before: str, after: str) -> None:
    assert mended(before, after, "en")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("walk", "walked"),
        ("carry", "carries"),
        ("sang", "sung"),
        ("woman", "women"),
        ("colour", "color"),
        ("organise", "organize"),
        ("travelling", "traveling"),
        ("than", "then"),
        ("utilize", "use"),
        ("big", "bid"),
        ("v2", "v3"),
        ("e-mail", "email"),
        ("its", "it's"),
        ("sharply", "starkly"),
        ("laughed", "laughter"),
        ("feared", "feasted"),
        ("warm", "worm"),
        ("quite", "quiet"),
    ],
)
def test_what_is_grammar_or_taste_is_no_misspelling(before: str, after: str) -> None:
    assert not mended(before, after, "en")


@given(WORDS, WORDS)
def test_it_takes_a_slip_and_no_more(word: str, other: str) -> None:
    swapped = word[:CENTRE] + word[CENTRE + 1] + word[CENTRE] + word[CENTRE + 2 :]
    assert mended(swapped, word, None) == (swapped != word)
    if len(set(word) - set(other)) > 2 and word[0] != other[0]:
        assert not mended(other, word, "en")


@given(st.text(max_size=8), st.text(max_size=8), st.sampled_from(["en", "de", None]))
def test_it_answers_for_any_text(before: str, after: str, language: str | None) -> None:
    assert mended(before, after, language) in {True, False}
    assert not mended(before, before, language)
