"""Telling a person's texts from others': how well the stored fingerprint does it, and whether what it says is so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

from bench.eval import check_fit
from bench.eval.bootstrap import interval, mean
from bench.eval.check_baselines import BASELINES
from bench.eval.check_directions import directions
from bench.eval.check_trials import KNOWN, People, Trial, read
from bench.eval.check_verdicts import (
    Answers,
    Verdict,
    abstains,
    accuracy,
    answers,
    auc,
    calibration_error,
)
from bench.eval.data import Data
from bench.eval.result import Result, at_least, at_most

LEAST_AUC, LEAST_LEAD = 0.79, 0.05
MOST_ERROR, MOST_ABSTAINED, LEAST_RIGHT = 0.08, 0.45, 0.75


def evaluate(data: Data) -> list[Result]:
    """How well texts are told apart, how true the probabilities are, and what of an edit is this person's."""
    people = read(data.folder)
    found = [answers(trial) for trial in people.trials]
    return [*_told_apart(people, found), *_said(found), *directions(people)]


def _told_apart(people: People, found: Sequence[Answers]) -> list[Result]:
    """`left out` is the same figure with typical drafts fitted on people of the folder who are not in the trials."""
    baselines = {name: _scored(people.trials, method) for name, method in BASELINES.items()}
    compared = {name: _overall(answered) for name, answered in baselines.items()}
    value = _overall(found)
    best = max((one for one in compared.values() if one is not None), default=0.0)
    lead = LEAST_LEAD + best
    target = replace(
        at_least(value, max(LEAST_AUC, lead)),
        text=f"at least {LEAST_AUC:g}, and {LEAST_LEAD:g} above the best baseline",
    )
    left_out = _overall(_left_out(people, found))
    return [
        Result(
            "check.auc",
            value,
            interval(_by_writer(found), lambda drawn: _overall([one for group in drawn for one in group])),
            {name: one for name, one in compared.items() if one is not None},
            {} if left_out is None else {"left out": left_out},
            target,
            len(_by_writer(found)),
        ),
        Result(
            "check.auc_by_set",
            _by_set(found),
            baselines={
                f"{name} {part}": one for name, all_ in baselines.items() for part, one in _by_set(all_).items()
            },
        ),
        Result(
            "check.auc_by_k",
            _by_known(found),
            baselines={
                f"{name} {part}": one for name, all_ in baselines.items() for part, one in _by_known(all_).items()
            },
            beside={f"{name} {known}": one for (name, known), one in _parts(found).items()},
        ),
    ]


def _scored(trials: Sequence[Trial], method: Callable[[Trial], list[float]]) -> list[Answers]:
    return [Answers(trial.name, trial.writer, len(trial.known), auc(trial, method(trial))) for trial in trials]


def _parts(found: Sequence[Answers]) -> dict[tuple[str, int], float]:
    """The mean over writers, for each set and number of known texts."""
    by_writer: dict[tuple[str, int], dict[str, list[float]]] = {}
    for one in found:
        by_writer.setdefault((one.name, one.known), {}).setdefault(one.writer, []).append(one.auc)
    return {part: fmean(fmean(values) for values in writers.values()) for part, writers in by_writer.items()}


def _by_set(found: Sequence[Answers]) -> dict[str, float]:
    parts = _parts(found)
    return {
        name: fmean(value for (part, _), value in parts.items() if part == name)
        for name in dict.fromkeys(name for name, _ in parts)
    }


def _by_known(found: Sequence[Answers]) -> dict[str, float]:
    parts = _parts(found)
    return {
        str(count): fmean(value for (_, known), value in parts.items() if known == count)
        for count in KNOWN
        if any(known == count for _, known in parts)
    }


def _overall(found: Sequence[Answers]) -> float | None:
    return mean(list(_by_set(found).values()))


def _by_writer(found: Sequence[Answers]) -> list[list[Answers]]:
    groups: dict[tuple[str, str], list[Answers]] = {}
    for one in found:
        groups.setdefault((one.name, one.writer), []).append(one)
    return list(groups.values())


def _left_out(people: People, found: Sequence[Answers]) -> list[Answers]:
    """Those who edit machine drafts in two halves: the trials of one half, with the typical drafts of the other."""
    kept = [one for one in found if not any(one.name == name for name in people.pairs)]
    for half in (0, 1):
        inside = {writer for pairs in people.pairs.values() for writer in sorted(pairs)[half::2]}
        trials = [_within(trial, inside) for trial in people.trials if trial.machine and trial.writer in inside]
        if trials and any(set(pairs) - inside for pairs in people.pairs.values()):
            typical = check_fit.fit(people, without=inside)
            kept += [answers(trial, typical) for trial in trials if trial.others]
    return kept


def _within(trial: Trial, people: set[str]) -> Trial:
    others = [(text, writer) for text, writer in zip(trial.others, trial.others_by, strict=True) if writer in people]
    return replace(trial, others=tuple(text for text, _ in others), others_by=tuple(writer for _, writer in others))


def _said(found: Sequence[Answers]) -> list[Result]:
    """Each set weighs the same, and in it each trial."""
    error = _verdict_result("check.calibration_error", found, calibration_error)
    silent = _verdict_result("check.abstains", found, abstains)
    right = _verdict_result("check.accuracy", found, accuracy)
    return [
        replace(error, target=at_most(_number(error), MOST_ERROR)),
        replace(silent, target=at_most(_number(silent), MOST_ABSTAINED)),
        replace(right, target=at_least(_number(right), LEAST_RIGHT)),
    ]


def _verdict_result(key: str, found: Sequence[Answers], measure: Callable[[Sequence[Verdict]], float | None]) -> Result:
    def of(groups: Sequence[Sequence[Answers]]) -> float | None:
        return measure(_verdicts([one for group in groups for one in group]))

    groups = _by_writer(found)
    names = dict.fromkeys(one.name for one in found)
    parts = {name: of([group for group in groups if group[0].name == name]) for name in names}
    beside = {name: part for name, part in parts.items() if part is not None}
    return Result(key, of(groups), interval(groups, of), beside=beside, people=len(groups))


def _number(result: Result) -> float | None:
    return result.value if isinstance(result.value, float) else None


def _verdicts(found: Sequence[Answers]) -> list[Verdict]:
    trials: dict[str, int] = {}
    for one in found:
        trials[one.name] = trials.get(one.name, 0) + 1
    return [Verdict(v.own, v.probability, v.weight / trials[one.name]) for one in found for v in one.verdicts]
