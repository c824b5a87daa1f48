"""Telling a person's texts from others': how well the stored fingerprint does it, and whether what it says is so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import log1p, sqrt
from statistics import fmean

from bench.eval import check_fit
from bench.eval.bootstrap import interval, mean, share
from bench.eval.check_baselines import BASELINES, words_and_pairs
from bench.eval.check_trials import KNOWN, Pair, People, Trial, read
from bench.eval.check_verdicts import (
    Answers,
    Verdict,
    abstains,
    accuracy,
    answers,
    auc,
    calibration_error,
    digested,
    folded,
)
from bench.eval.data import Data
from bench.eval.result import Result, at_least, at_most
from voice_engine.voice.closeness import closeness
from voice_engine.voice.fingerprint import Fingerprint
from voice_engine.voice.text_digest import TextDigest

LEAST_AUC, LEAST_LEAD = 0.79, 0.05
MOST_ERROR, MOST_ABSTAINED, LEAST_RIGHT = 0.08, 0.45, 0.75
LEAST_PERSONAL, LEAST_COMBINED = 0.80, 0.95
OTHERS = 16  # other people whose fingerprints an edit is held against


def evaluate(data: Data) -> list[Result]:
    """How well texts are told apart, how true the probabilities are, and what of an edit is this person's."""
    people = read(data.folder)
    found = [answers(trial) for trial in people.trials]
    return [*_told_apart(people, found), *_said(found), *_directions(people)]


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
    return [replace(v, weight=v.weight / trials[one.name]) for one in found for v in one.verdicts]


@dataclass(frozen=True, slots=True)
class _Person:
    """Someone with own texts and edits of machine drafts."""

    writer: str
    texts: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def fingerprint(self, without: Pair | None = None) -> Fingerprint:
        edits = [(pair.draft, pair.edited) for pair in self.pairs if pair is not without]
        return folded([*edits, *((None, text) for text in self.texts)])


def _directions(people: People) -> list[Result]:
    """For each touched draft of postedit, with the fingerprint of everything else the person wrote: does the edit lie
    closer to them than the draft (`combined`: that alone knows a machine from a human), and does it move further
    towards them than towards other people on the mean (`personal`)."""
    texts = people.texts.get("messages", {})
    persons = [
        _Person(writer, texts.get(writer, ()), pairs) for writer, pairs in people.pairs.get("messages", {}).items()
    ]
    prints = {person.writer: person.fingerprint() for person in persons}
    combined: list[tuple[float, float]] = []
    personal: list[tuple[float, float]] = []
    for number, person in enumerate(persons):
        others = [
            prints[persons[(number + step) % len(persons)].writer] for step in range(1, min(OTHERS + 1, len(persons)))
        ]
        touched = [pair for pair in person.pairs if pair.draft.strip() != pair.edited.strip()]
        moves = [_moves(pair, person.fingerprint(pair), others) for pair in touched]
        combined.append((sum(own > 0 for own, _ in moves), len(moves)))
        personal.append((sum(own > other for own, other in moves), len(moves)))
    alone = share(_human_against_machine(persons))
    return [
        _shared("check.personal", personal, LEAST_PERSONAL),
        replace(
            _shared("check.combined", combined, LEAST_COMBINED),
            baselines={} if alone is None else {"human against machine alone": alone},
        ),
    ]


def _human_against_machine(persons: Sequence[_Person]) -> list[tuple[float, float]]:
    """Knows nothing of the person: does an edit change words and marks in the direction in which other people's edits
    do on the mean, each edit weighing the same?"""
    changes = [[change for pair in person.pairs if (change := _change(pair))] for person in persons]
    everyone: Counter[str] = Counter()
    for own in changes:
        for change in own:
            everyone.update(change)
    found: list[tuple[float, float]] = []
    for own in changes:
        others = Counter(everyone)
        for change in own:
            others.subtract(change)
        right = sum(sum(weight * others[gram] for gram, weight in change.items()) > 0 for change in own)
        found.append((right, len(own)))
    return found


def _change(pair: Pair) -> dict[str, float]:
    before, after = words_and_pairs(pair.draft), words_and_pairs(pair.edited)
    found = {gram: log1p(after.get(gram, 0)) - log1p(before.get(gram, 0)) for gram in before.keys() | after.keys()}
    length = sqrt(sum(weight * weight for weight in found.values()))
    return {gram: weight / length for gram, weight in found.items() if weight}


def _moves(pair: Pair, own: Fingerprint, others: Sequence[Fingerprint]) -> tuple[float, float]:
    draft, edited = digested(pair.draft), digested(pair.edited)
    return _move(own, draft, edited), fmean(_move(other, draft, edited) for other in others) if others else 0.0


def _move(state: Fingerprint, draft: TextDigest, edited: TextDigest) -> float:
    return closeness(state, edited) - closeness(state, draft)


def _shared(key: str, pairs: Sequence[tuple[float, float]], least: float) -> Result:
    value = share(pairs)
    return Result(key, value, interval(pairs, share), target=at_least(value, least), people=len(pairs))
