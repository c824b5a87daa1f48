"""What comes from outside is held to what this code makes itself, so all of that has to be within."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice.bounds import of_delta
from voice_engine.voice.delta import measure

PIECES = st.sampled_from(
    ["We share news.", "- an item", "👨‍👩‍👧 🇪🇺", "中文没有空格。", "https://x.y/?a=b", "utilize", "use", "א ב", "é"]
)
TEXTS = st.lists(PIECES, min_size=1, max_size=30).map(" ".join)
ANY = st.text(min_size=1, max_size=200)
POSTS = st.lists(st.one_of(TEXTS, ANY), min_size=1, max_size=3).map(tuple)
LANGUAGES = st.sampled_from(["en", "de", "zh", None])


@given(POSTS, POSTS, LANGUAGES)
def test_every_delta_that_is_measured_is_within_bounds(
    draft: tuple[str, ...], edited: tuple[str, ...], language: str | None
) -> None:
    assert list(of_delta(measure(draft, edited, language=language))) == []


LARGEST = ["x" * 50_000, "a b " * 12_500, "👍" * 50_000, "\n" * 49_999 + ".", "中" * 50_000]


@pytest.mark.parametrize(
    "text", [pytest.param(text, id=text[:3], marks=() if text[0] in "a中" else pytest.mark.long) for text in LARGEST]
)
def test_so_are_those_of_the_largest_texts(text: str) -> None:
    for edited in ("y", text[: len(text) // 2], text):
        assert list(of_delta(measure((text,), (edited,), language=None))) == []
