"""Time grows with the length of a text and no faster, whatever the text is."""

import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import regex

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


@pytest.mark.parametrize("unit", UNITS)
def test_four_times_the_text_is_four_times_the_work(unit: str, work: list[int]) -> None:
    def needed(size: int) -> int:
        before = work[0]
        features.count((unit * (size // len(unit) + 1))[:size], "en")
        return work[0] - before

    small, large = needed(SIZE // 4), needed(SIZE)
    # The edges of a text are looked at apart: they cost the same whatever its length.
    assert large <= 4.6 * small + 100_000
    assert large <= 60 * SIZE


def test_no_pattern_backtracks() -> None:
    """Inside a pattern work cannot be counted. One that looks back over all of the text at every character of it
    would need ten thousand million steps for one of these, far beyond the limit on the processor that all share."""
    code = f"""
import resource
resource.setrlimit(resource.RLIMIT_CPU, (180, 180))
from voice_engine.voice.features import count
for unit in {UNITS!r}:
    count((unit * {SIZE})[:{SIZE}], "en")
print("done")
"""
    paths = [str(Path(features.__file__).parents[2])]
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PYTHONPATH": ":".join(paths)}
    )
    assert done.stdout == "done\n", done.stderr


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
