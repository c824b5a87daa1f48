"""Whether a text is this person's or another's, and what in it goes against what was set or learned."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import Literal

from voice_engine.voice.closeness import closeness, style_similarity
from voice_engine.voice.findings import Finding, findings
from voice_engine.voice.fingerprint import Fingerprint, digest
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.prints import LEVEL_UNIT, Level
from voice_engine.voice.text_digest import TextDigest
from voice_engine.voice.trait_kinds import MILLION
from voice_engine.voice.typical import TYPICAL, Typical

__all__ = ["Abstention", "Caution", "Finding", "Fit", "caution", "findings", "fit", "fit_digest"]

Abstention = Literal["too few known texts", "too short", "another format", "undecided"]
Caution = Literal["light edits"]

LEAST_WORDS = 5
WHOLE_EVIDENCE = 2  # known texts from which on all of `evidence` can be measured
LEAST_OF_FORMAT = 2  # known texts of a format, where others are known better
# Share of words changed, in millionths, below which an edit is light. On LAMP and Post-edit, where the median of the
# known edits is, the next edit scores above its own draft in 86 cases of 154, near chance; elsewhere in 156 of 203.
LIGHT = 100_000
UNDECIDED = (0.39, 0.61)  # a probability between these is no verdict
LEAST_STATED, MOST_STATED = 0.05, 0.95  # as far as the trials bear a probability out

# Logistic regressions of "this person's" against "another's", even odds, on blogs, microposts, LAMP edits and messages,
# each set weighing the same; fitted by `bench.eval.check_calibration`, which prints them as leave-one-writer-out has
# them too. From the second known text on, the weights of `evidence`; with one known text, of `first_evidence`.
_CALIBRATION = (-2.055, 2.79, 0.439, -4.762, 1.918, 0.75)
_FIRST = (-0.588, 0.373)
# The score with one known text: the closeness at which it is 50, and its slope. It orders texts, and states nothing.
_FIRST_MIDDLE, _FIRST_SLOPE = 0.5, 2.0


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a text fits a person's voice.

    closeness: how far the text lies from other people's in the direction of this person's. score: the same from 0 to
    100, by which texts can be ordered; over 50 it is nearer to this person than to others. Both are None where nothing
    is known; the score also of a text under LEAST_WORDS, which says too little to stand among others. probability:
    that this person wrote it, if it were as likely theirs as another's; None with an `abstention`, the reason why
    nothing is said. known, words: how many known texts, and the words of this one.
    """

    closeness: float | None
    score: int | None
    probability: float | None
    abstention: Abstention | None
    known: int
    words: int


def fit(fingerprint: Fingerprint, text: str, *, text_format: str | None = None) -> Fit:
    """How well a text fits, measured against the drafts that the person was given."""
    return fit_digest(fingerprint, digest(text), text_format=text_format)


def caution(learned: LearnedState) -> Caution | None:
    """What to bear in mind with any score: where half of the newest known texts are light edits, they are nearly the
    drafts, and a draft that nobody touched scores about as the
    person's own texts do."""
    changed = {item.content_id: item.changed for item in learned.observations if item.changed}
    changed |= {item.id: MILLION for item in learned.own_texts}
    light = sum(share < LIGHT for share in changed.values())
    return "light edits" if changed and 2 * light >= len(changed) else None


def fit_digest(
    fingerprint: Fingerprint, text: TextDigest, *, text_format: str | None = None, typical: Typical = TYPICAL
) -> Fit:
    """The same for a text that was digested already, and other typical drafts."""
    if not fingerprint.known:
        return Fit(None, None, None, "too few known texts", 0, text.words)
    near = closeness(fingerprint, text, typical)
    if fingerprint.known < WHOLE_EVIDENCE:
        score = _logistic(_FIRST_SLOPE * (near - _FIRST_MIDDLE))
        probability = _logistic(_dot(_FIRST, first_evidence(fingerprint, text, typical)))
    else:
        score = probability = _logistic(_dot(_CALIBRATION, evidence(fingerprint, near, text_format)))
    abstention = _abstention(fingerprint, text, text_format, probability)
    stated = None if abstention else round(max(LEAST_STATED, min(MOST_STATED, probability)), 3)
    rated = None if abstention == "too short" else round(100 * score)
    return Fit(near, rated, stated, abstention, fingerprint.known, text.words)


def evidence(fingerprint: Fingerprint, near: float, text_format: str | None = None) -> tuple[float, ...]:
    """What the probability rests on: 1, closeness, ln known texts, how close the person's own texts and their drafts
    lay, and closeness times ln (known words + 5)."""
    own, given = _levels(fingerprint, text_format)
    return (
        1.0,
        near,
        log(fingerprint.known),
        own.mean / LEVEL_UNIT,
        given.mean / LEVEL_UNIT,
        near * log(fingerprint.known_words + 5),
    )


def first_evidence(fingerprint: Fingerprint, text: TextDigest, typical: Typical = TYPICAL) -> tuple[float, ...]:
    """The same with one known text: 1, and similarity of style times ln (words of the text + 5). How close n-grams lie
    depends then on which single draft they are held against."""
    return (1.0, style_similarity(fingerprint, text, typical) * log(text.words + 5))


def _levels(fingerprint: Fingerprint, text_format: str | None) -> tuple[Level, Level]:
    """How close known texts and drafts lay: those of the format, where there are enough, else all."""
    part = fingerprint.format(text_format)
    if part is not None and part.own.seen >= LEAST_OF_FORMAT:
        return part.own, part.given
    return fingerprint.own, fingerprint.given


def _abstention(
    fingerprint: Fingerprint, text: TextDigest, text_format: str | None, probability: float
) -> Abstention | None:
    if text.words < LEAST_WORDS:
        return "too short"
    if text_format is not None and fingerprint.formats:
        part = fingerprint.format(text_format)
        known = 0 if part is None else part.known
        if known < LEAST_OF_FORMAT and max(item.known for item in fingerprint.formats) > known:
            return "another format"
    low, high = UNDECIDED
    return "undecided" if low < probability < high else None


def _dot(weights: tuple[float, ...], values: tuple[float, ...]) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))


def _logistic(value: float) -> float:
    return 1 / (1 + exp(-value)) if value > -700 else 0.0
