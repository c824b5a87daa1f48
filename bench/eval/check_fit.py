"""Fits what `voice.typical` knows of drafts. `python -m bench.eval.check_fit FOLDER` prints it as code."""

from __future__ import annotations

import sys
from base64 import b85encode
from collections.abc import Collection, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean, pvariance

from bench.eval.check_trials import Pair, People, read
from bench.eval.check_verdicts import digested
from voice_engine.voice import text_digest, typical
from voice_engine.voice.stylometry import STYLE, VIEWS
from voice_engine.voice.typical import Typical

KEPT_FREQUENT, KEPT_SHIFTED = 250, 200  # n-grams a view
MOST_PAIRS = 20  # of one writer, so that no writer weighs much more than the others
LINE = 100


def fit(people: People, without: Collection[str] = ()) -> Typical:
    """The typical draft, and the mean edit: over writers within a set, then over the sets."""
    return typical.unpack(*numbers(people, without))


def numbers(people: People, without: Collection[str] = ()) -> tuple[list[bytes], list[int]]:
    sets = [
        [pairs[:MOST_PAIRS] for writer, pairs in sorted(found.items()) if writer not in without]
        for found in people.pairs.values()
    ]
    sets = [writers for writers in sets if writers]
    return [_view(sets, position) for position in range(len(VIEWS))], _style(sets)


def _view(sets: Sequence[Sequence[Sequence[Pair]]], position: int) -> bytes:
    means: dict[int, float] = {}
    edited: dict[int, float] = {}
    for writers in sets:
        for pairs in writers:
            share = 1 / (len(sets) * len(writers) * len(pairs))
            for pair in pairs:
                _add(means, text_digest.weighted(digested(pair.draft), position), share)
                _add(edited, text_digest.weighted(digested(pair.edited), position), share)
    shifts = {gram: edited.get(gram, 0.0) - means.get(gram, 0.0) for gram in means.keys() | edited.keys()}
    frequent = sorted(means, key=lambda gram: (-means[gram], gram))[:KEPT_FREQUENT]
    rest = sorted(shifts.keys() - set(frequent), key=lambda gram: (-abs(shifts[gram]), gram))[:KEPT_SHIFTED]
    return typical.pack({gram: (round(means.get(gram, 0)), round(shifts[gram])) for gram in (*frequent, *rest)})


def _add(sums: dict[int, float], weights: dict[int, int], share: float) -> None:
    for gram, weight in weights.items():
        sums[gram] = sums.get(gram, 0.0) + weight * share


def _style(sets: Sequence[Sequence[Sequence[Pair]]]) -> list[int]:
    """Means, variances and shifts of each habit, in a row."""
    means, variances, shifts = [], [], []
    for habit in range(len(STYLE)):
        drafts = [[_habits(pair.draft)[habit] for pairs in writers for pair in pairs] for writers in sets]
        means.append(round(fmean(fmean(values) for values in drafts)))
        variances.append(round(fmean(pvariance(values) for values in drafts)))
        shifts.append(round(fmean(fmean(_change(pairs, habit) for pairs in writers) for writers in sets)))
    return [*means, *variances, *shifts]


def _change(pairs: Sequence[Pair], habit: int) -> float:
    return fmean(_habits(pair.edited)[habit] - _habits(pair.draft)[habit] for pair in pairs)


@cache
def _habits(text: str) -> tuple[int, ...]:
    return text_digest.habits(digested(text))


def code(people: People) -> str:
    """The module `voice.typical_numbers`."""
    views, style = numbers(people)
    lines = ['"""What `typical` unpacks. Fitted on machine drafts and their edits: see `bench.eval.check_fit`."""', ""]
    lines.append("NGRAMS = (")
    for view in views:
        text = b85encode(view).decode()
        lines += [
            "    (",
            *(f'        "{text[start : start + LINE]}"' for start in range(0, len(text), LINE)),
            "    ),",
        ]
    lines += [")", "STYLE_NUMBERS = (", *(f"    {number}," for number in style), ")"]
    return "\n".join(lines)


if __name__ == "__main__":
    print(code(read(Path(sys.argv[1]))))
