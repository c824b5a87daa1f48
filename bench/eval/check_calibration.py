"""Fits what `voice.check` makes of closeness. `python -m bench.eval.check_calibration FOLDER` prints the weights, and
what they reach on writers they were not fitted on."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp
from pathlib import Path

from bench.eval.check_trials import Trial, read
from bench.eval.check_verdicts import Verdict, abstains, accuracy, calibration_error, digested, folded
from voice_engine.voice.check import UNDECIDED, evidence, first_evidence
from voice_engine.voice.closeness import closeness
from voice_engine.voice.typical import TYPICAL

ROUNDS = 20
RIDGE = 1e-4  # keeps a weight finite that nothing speaks against

type Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One text of a trial. weight: each set weighs the same, in it each trial, in that own texts and others."""

    writer: str
    values: Vector
    own: bool
    weight: float


def cases(trials: Sequence[Trial]) -> Iterator[Case]:
    for trial in trials:
        typical = TYPICAL if trial.machine else TYPICAL.unmoved()
        state = folded(trial.known, typical)
        share = 0.5 / sum(other.name == trial.name for other in trials)
        for own, texts in ((True, trial.own), (False, trial.others)):
            for text in map(digested, texts):
                near = closeness(state, text, typical)
                values = evidence(state, near) if state.known > 1 else first_evidence(state, text, typical)
                yield Case(f"{trial.name} {trial.writer}", values, own, share / len(texts))


def regression(found: Sequence[Case]) -> Vector:
    """The weights that make the cases likeliest, by Newton's method."""
    size = len(found[0].values)
    weights = [0.0] * size
    for _ in range(ROUNDS):
        slope = [-RIDGE * weight for weight in weights]
        curve = [[RIDGE * (row == column) for column in range(size)] for row in range(size)]
        for case in found:
            chance = probability(weights, case.values)
            for row, value in enumerate(case.values):
                slope[row] += case.weight * (case.own - chance) * value
                for column, other in enumerate(case.values):
                    curve[row][column] += case.weight * chance * (1 - chance) * value * other
        weights = [weight + step for weight, step in zip(weights, solved(curve, slope), strict=True)]
    return tuple(weights)


def probability(weights: Sequence[float], values: Sequence[float]) -> float:
    return 1 / (1 + exp(-sum(weight * value for weight, value in zip(weights, values, strict=True))))


def solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x of matrix · x = right, by elimination; the matrix is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for pivot, top in enumerate(rows):
        rows[pivot] = top = [value / top[pivot] for value in top]
        for other, row in enumerate(rows):
            if other != pivot:
                rows[other] = [value - row[pivot] * above for value, above in zip(row, top, strict=True)]
    return [row[-1] for row in rows]


def left_out(found: Sequence[Case]) -> Iterator[Verdict]:
    """What is said of each writer with weights fitted on the others."""
    for writer in dict.fromkeys(case.writer for case in found):
        weights = regression([case for case in found if case.writer != writer])
        for case in found:
            if case.writer == writer:
                chance = probability(weights, case.values)
                said = None if UNDECIDED[0] < chance < UNDECIDED[1] else chance
                yield Verdict(case.own, said, case.weight)


def main(folder: Path) -> None:
    found = list(cases(read(folder).trials))
    verdicts: list[Verdict] = []
    for size in sorted({len(case.values) for case in found}):
        part = [case for case in found if len(case.values) == size]
        print(f"{size} weights:", tuple(round(weight, 3) for weight in regression(part)))
        verdicts += left_out(part)
    for measure in (calibration_error, abstains, accuracy):
        print(f"{measure.__name__}: {measure(verdicts):.3f} on writers left out")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
