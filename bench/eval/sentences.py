"""Share of texts that are split into exactly the sentences that people give them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import sentencex

from bench.eval.bootstrap import interval, mean
from bench.eval.data import Case, Data
from bench.eval.result import Result, at_least
from voice_engine.language import detect
from voice_engine.voice import text

type Splitter = Callable[[Case], Sequence[str]]

TARGETS = {"sentences.exact": 0.90, "sentences.english": 0.85}


def evaluate(data: Data) -> list[Result]:
    english = [case for case in data.cases if case.language == "en"]
    return [_result("sentences.exact", data.cases), _result("sentences.english", english)]


def _result(key: str, cases: Sequence[Case]) -> Result:
    if not cases:
        return Result(key, None)
    right = _exact(cases, lambda case: text.sentences(case.text, case.language))
    value = mean(right)
    return Result(
        key,
        value,
        interval=interval(right, mean),
        baselines={
            "sentencex": mean(_exact(cases, lambda case: list(sentencex.segment(case.language, case.text)))) or 0.0,
            "marks": mean(_exact(cases, lambda case: _MARKS.split(case.text))) or 0.0,
        },
        beside={"language_detected": mean(_exact(cases, _detected)) or 0.0},
        target=at_least(value, TARGETS[key]),
        people=len(cases),
    )


def _detected(case: Case) -> Sequence[str]:
    """As the service does it: nobody tells it the language."""
    return text.sentences(case.text, detect(case.text))


_MARKS = re.compile(r"(?<=[.!?])\s+")


def _exact(cases: Sequence[Case], split: Splitter) -> list[float]:
    return [float(_trimmed(split(case)) == _trimmed(case.sentences)) for case in cases]


def _trimmed(sentences: Sequence[str]) -> list[str]:
    return [sentence.strip() for sentence in sentences if sentence.strip()]
