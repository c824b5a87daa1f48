"""The product's answers in the trials: how close it finds each text, what it says, and whether that is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from bench.eval.check_trials import Trial
from voice_engine.voice import check, fingerprint
from voice_engine.voice.fingerprint import Fingerprint
from voice_engine.voice.text_digest import digest
from voice_engine.voice.typical import TYPICAL, Typical

BINS = 10

digested = cache(digest)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of one text. weight: so that each trial weighs the same, half for own texts, half for others'."""

    own: bool
    probability: float | None
    weight: float


@dataclass(frozen=True, slots=True)
class Answers:
    """One trial answered. auc: the share of pairs of an own text and another's in which the own one lies closer."""

    name: str
    writer: str
    known: int
    auc: float
    verdicts: tuple[Verdict, ...] = ()


def answers(trial: Trial, typical: Typical = TYPICAL) -> Answers:
    """The trial answered from the fingerprint as the learner would hold it after these drafts and texts."""
    typical = typical if trial.machine else typical.unmoved()
    state = folded(trial.known, typical)
    texts = [digested(text) for text in (*trial.own, *trial.others)]
    fits = [check.fit_digest(state, text, typical=typical) for text in texts]
    verdicts = tuple(
        Verdict(own, fit.probability, 0.5 / (len(trial.own) if own else len(trial.others)))
        for fit, own in zip(fits, [True] * len(trial.own) + [False] * len(trial.others), strict=True)
    )
    near = auc(trial, [fit.closeness or 0.0 for fit in fits])
    return Answers(trial.name, trial.writer, len(trial.known), near, verdicts)


def folded(pairs: Sequence[tuple[str | None, str]], typical: Typical = TYPICAL) -> Fingerprint:
    """The fingerprint after these drafts and texts."""
    state = Fingerprint()
    for draft, edited in pairs:
        given = None if draft is None else digested(draft)
        state = fingerprint.update(state, given, digested(edited), None, typical)
    return state


def auc(trial: Trial, scores: Sequence[float]) -> float:
    """The area under the ROC curve of scores, own texts first (Mann and Whitney 1947)."""
    own, others = scores[: len(trial.own)], scores[len(trial.own) :]
    won = sum((one > other) + (one == other) / 2 for one in own for other in others)
    return won / (len(own) * len(others))


def calibration_error(verdicts: Sequence[Verdict]) -> float | None:
    """The mean distance of the stated probability from the share that is the person's, over tenths of the verdicts
    in the order of their probability (Naeini et al. 2015, with bins of equal weight)."""
    stated = sorted((v.probability, v.own, v.weight) for v in verdicts if v.probability is not None)
    whole = sum(weight for _, _, weight in stated)
    gaps = [0.0] * BINS
    done = 0.0
    for probability, own, weight in stated:
        gaps[min(BINS - 1, int(BINS * done / whole))] += weight * (own - probability)
        done += weight
    return sum(abs(gap) for gap in gaps) / whole if whole else None


def abstains(verdicts: Sequence[Verdict]) -> float | None:
    whole = sum(verdict.weight for verdict in verdicts)
    return sum(v.weight for v in verdicts if v.probability is None) / whole if whole else None


def accuracy(verdicts: Sequence[Verdict]) -> float | None:
    stated = [(v.weight, v.own == (v.probability > 0.5)) for v in verdicts if v.probability is not None]
    whole = sum(weight for weight, _ in stated)
    return sum(weight for weight, right in stated if right) / whole if whole else None
