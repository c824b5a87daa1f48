"""Time grows with the length of a text and no faster, whatever the text is."""

import time
from types import ModuleType
from typing import Any

import pytest
import regex

from tests.hypothesis_profiles import either
from voice_engine.voice import features, lexicon, structure, text
from voice_engine.voice.samples import MAX_POST_BYTES, excerpt

UNITS = [
    "a", "word ", "a.", ".", "!", "?", "'s", "e\u0301", "\u0301", "x\u0300\u0301\u0302", "家", "你好。", "ไทย", "ש",
    "('\"", "([{", ")", "“", "\"", "? \"", ". ", "\n", "\r", "\u2028", "\t", "@a", "#a ", "http://", "https://x.y ",
    "U.S. It ", "1. ", "1) a\n", "- ", "a) ", "👨‍👩‍👧", "🇩🇪", "1️⃣", "\u200d", "a.b-c+", "—", "don't ", "do not ", "…",
    "...", ". . ", "** ", "*a* ", "# ", "\u202e", "1,", "a@", "Dr. ", "No. ", "what if ", "let me know ", "e.g. ",
]  # fmt: skip
SIZE = 100_000


class Counted:
    """A pattern that adds up how many characters it was given."""

    def __init__(self, pattern: Any, work: list[int]) -> None:
        self._pattern = pattern
        self._work = work

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._pattern, name)
        if name not in {"findall", "finditer", "search", "match", "split", "sub"}:
            return found

        def call(*given: Any) -> Any:
            self._work[0] += 1 + len(given[1] if name == "sub" else given[0])
            return found(*given)

        return call


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """One number: the characters given to patterns and to the segmenter so far."""
    done = [0]
    pattern = type(regex.compile(""))
    modules: list[ModuleType] = [text, features, structure, lexicon]
    for module in modules:
        for name, value in list(vars(module).items()):
            if isinstance(value, pattern):
                monkeypatch.setattr(module, name, Counted(value, done))
            elif name == "_MARKS":
                monkeypatch.setattr(module, name, {mark: Counted(found, done) for mark, found in value.items()})
    segment = text.sentencex.segment

    def counted(language: str, part: str) -> Any:
        # Its time grows with the square of what it is given.
        assert len(part) < 2 * text.BLOCK
        done[0] += len(part)
        return segment(language, part)

    monkeypatch.setattr(text.sentencex, "segment", counted)
    return done


CHARACTERS = either(20_000, SIZE)


@pytest.mark.draws
@pytest.mark.parametrize("unit", UNITS)
def test_four_times_the_text_is_four_times_the_work(unit: str, work: list[int]) -> None:
    def needed(size: int) -> int:
        before = work[0]
        features.count((unit * (size // len(unit) + 1))[:size], "en")
        return work[0] - before

    small, large = needed(CHARACTERS // 4), needed(CHARACTERS)
    # The edges of a text are looked at apart: they cost the same whatever its length.
    assert large <= 4.6 * small + 100_000
    assert large <= 60 * CHARACTERS


@pytest.mark.draws
@pytest.mark.parametrize("unit", UNITS)
def test_no_pattern_backtracks(unit: str) -> None:
    """Inside a pattern work cannot be counted, so this compares the time of this thread. Sixteen times the text takes
    about 16 times as long; with a pattern that looks back over all of it at every character, 256 times."""

    def seconds(size: int) -> float:
        whole, before = (unit * size)[:size], time.thread_time()
        features.count(whole, "en")
        return time.thread_time() - before

    size = either(1_000, 6_000)
    seconds(size)
    short = max(min(seconds(size) for _ in range(5)), 0.0001)
    # One measurement may hold what another program took; not one of several is that slow where nothing backtracks.
    assert any(seconds(16 * size) <= 40 * short for _ in range(5))


@pytest.mark.parametrize("unit", UNITS)
def test_an_excerpt_is_short_whatever_the_text(unit: str) -> None:
    whole = (unit * SIZE)[:SIZE]
    found = excerpt(whole, "en")
    assert len(found.encode()) <= MAX_POST_BYTES
    assert found in whole


def test_nesting_costs_no_more_than_length() -> None:
    depth = SIZE // 6
    found = features.count("(“[" * depth + "word" + "]”)" * depth, "en")
    assert found.words == 1
