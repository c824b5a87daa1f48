"""What a writer will do to the next drafts, trait by trait: an empirical-Bayes estimate from what the state holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isqrt

from voice_engine.voice.evidence import median
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.observations import Observation
from voice_engine.voice.traits import MILLION, TRAITS

CLIP = 2  # deviations within people, beyond which a change lies too far from the writer's median to count as more
INTENSITY_DRAFTS = 3  # drafts that the population's share of words changed stands for
FREEDOM = 4  # drafts that the population's deviation from draft to draft stands for, as in `progress`
# How many people like others the deviation between people stands for, against this one: who plainly is like nobody
# else is believed. Of 2, 4, 8, 16 and no end, with each writer left out, 16 has the least error up to k = 5, and within
# one part in a hundred of the least after that.
TAIL = 16


@dataclass(frozen=True, slots=True)
class Prior:
    """What people do to one trait of a machine draft, in millionths.

    change: their mean change. between: its standard deviation between people. within: that of one person's changes
    from draft to draft. typical: the trait in a typical draft. draft_between: the standard deviation of what different
    people's drafts are like on the mean; draft_within: that of one person's from draft to draft.
    """

    change: int
    between: int
    within: int
    typical: int
    draft_between: int
    draft_within: int


@dataclass(frozen=True, slots=True)
class Priors:
    """changed: the mean share of words that people change, in millionths. traits: by name."""

    changed: int
    traits: Mapping[str, Prior]


@dataclass(frozen=True, slots=True)
class Prediction:
    """change: expected mean change of a trait over the next drafts, if they are like those so far; deviation: the
    standard deviation of that estimate. level: where it leaves them; level_deviation: that of this one, which adds how
    well the drafts are known. All in millionths. drafts: how many it rests on."""

    change: int
    level: int
    deviation: int
    level_deviation: int
    drafts: int


def predicted(state: LearnedState, name: str, priors: Priors | None = None) -> Prediction | None:
    """What the writer will do to a trait, or None for a trait that has no prior.

    Who edits hard changes everything more, so the population's mean change is scaled by this writer's share of words
    changed, itself shrunk, over the population's. From there `_posterior` goes to the writer's own changes, each
    clipped at CLIP * s around their median; and from the typical draft to the writer's.
    """
    known = PRIORS if priors is None else priors
    prior = known.traits.get(name)
    if prior is None:
        return None
    position = next(index for index, trait in enumerate(TRAITS) if trait.name == name)
    seen = [found for item in state.observations if (found := item.measure(position)) is not None]
    middle = prior.change * _intensity(state.observations, known.changed) // MILLION
    changes = _clipped([item.change for item in seen], CLIP * prior.within)
    change, variance = _posterior(changes, middle, prior.between, prior.within)
    drafts = [item.draft for item in seen]
    draft, draft_variance = _posterior(drafts, prior.typical, prior.draft_between, prior.draft_within)
    deviations = isqrt(variance), isqrt(variance + draft_variance)
    return Prediction(change, draft + change, *deviations, len(seen))


def _posterior(found: Sequence[int], people: int, between: int, within: int) -> tuple[int, int]:
    """A writer's mean and its variance, from n numbers of theirs and what is known of people.

    As in James and Stein: people + t²/(t² + s²/n) * (mean - people). Both variances are known of people and seen in
    the writer: s² within from their spread, people's mean counted as one more of theirs, for a single number far out
    may be a whim; t² between from how far from people they are, less what chance puts there. So the less a writer
    varies, the sooner they are believed, and one far out is not drawn back for ever.
    """
    if not found:
        return people, between**2
    count = len(found)
    own = sum(found) // count
    spread = sum((number - own) ** 2 for number in found)
    excess = own - people
    apart_from_people = count * excess**2 // (count + 1)
    noise = (FREEDOM * within**2 + spread + apart_from_people) // (FREEDOM + count) // count
    apart = (TAIL * between**2 + max(0, excess**2 - noise)) // (TAIL + 1)
    total = max(1, apart + noise)
    return people + apart * excess // total, apart * noise // total


def _clipped(changes: Sequence[int], reach: int) -> list[int]:
    """The changes, none further than this from their median. Around people's it would take the writer's habit for an
    outlier."""
    middle = median(changes)
    return [min(middle + reach, max(middle - reach, change)) for change in changes]


def _intensity(observations: tuple[Observation, ...], population: int) -> int:
    """How hard this writer edits, over how hard people do, in millionths."""
    total = INTENSITY_DRAFTS * population + sum(item.changed for item in observations)
    return MILLION * total // (population * (INTENSITY_DRAFTS + len(observations)))


PRIORS = Priors(
    changed=236_881,
    traits={
        "sentenceLength": Prior(
            change=-2_522_242,
            between=1_976_713,
            within=3_123_151,
            typical=20_550_566,
            draft_between=749_661,
            draft_within=3_748_307,
        ),
        "commas": Prior(
            change=-733_605,
            between=394_011,
            within=1_376_974,
            typical=8_174_788,
            draft_between=386_642,
            draft_within=1_933_210,
        ),
        "dashes": Prior(
            change=40_809,
            between=200_829,
            within=415_228,
            typical=330_467,
            draft_between=85_369,
            draft_within=426_846,
        ),
        "exclamations": Prior(
            change=14_902,
            between=21_968,
            within=109_839,
            typical=4_670,
            draft_between=21_968,
            draft_within=109_839,
        ),
        "firstPerson": Prior(
            change=159_671,
            between=170_131,
            within=850_655,
            typical=1_986_262,
            draft_between=985_335,
            draft_within=3_219_046,
        ),
        "wordLength": Prior(
            change=-74_369,
            between=56_172,
            within=150_892,
            typical=4_799_828,
            draft_between=102_526,
            draft_within=368_118,
        ),
        "paragraphs": Prior(
            change=13_298,
            between=52_420,
            within=262_098,
            typical=1_000_000,
            draft_between=52_420,
            draft_within=262_098,
        ),
        "length": Prior(
            change=-19_101_890,
            between=22_857_832,
            within=30_316_374,
            typical=205_539_798,
            draft_between=6_348_897,
            draft_within=31_744_484,
        ),
    },
)
