"""What a writer will do to the next drafts, trait by trait: an empirical-Bayes estimate from what the state holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import isqrt

from voice_engine.voice.learned import LearnedState
from voice_engine.voice.observations import Observation
from voice_engine.voice.traits import MILLION, TRAITS

CLIP = 2  # deviations within a writer, beyond which a change counts as so many
INTENSITY_DRAFTS = 3  # drafts that the population's share of words changed stands for
TYPICAL_DRAFTS = 20  # drafts that the population's typical draft stands for


@dataclass(frozen=True, slots=True)
class Prior:
    """What people do to one trait of a machine draft, in millionths.

    change: their mean change. between: its standard deviation between people. within: that of one person's changes
    from draft to draft. typical: the trait in a typical draft.
    """

    change: int
    between: int
    within: int
    typical: int


@dataclass(frozen=True, slots=True)
class Priors:
    """changed: the mean share of words that people change, in millionths. traits: by name."""

    changed: int
    traits: Mapping[str, Prior]


@dataclass(frozen=True, slots=True)
class Prediction:
    """change: expected mean change of a trait over the next drafts. level: where it leaves them. deviation: the
    standard deviation of either estimate; all in millionths. drafts: how many it rests on."""

    change: int
    level: int
    deviation: int
    drafts: int


def predicted(state: LearnedState, name: str, priors: Priors | None = None) -> Prediction | None:
    """What the writer will do to a trait, or None for a trait that has no prior.

    Who edits hard changes everything more, so the population's mean change m is scaled by this writer's share of
    words changed, itself shrunk, over the population's. Then, as in James and Stein: m + t²/(t² + s²/n) * the mean
    over n drafts of (change - m), clipped at CLIP * s; t the deviation between people, s within one.
    """
    known = PRIORS if priors is None else priors
    prior = known.traits.get(name)
    if prior is None:
        return None
    position = next(index for index, trait in enumerate(TRAITS) if trait.name == name)
    seen = [found for item in state.observations if (found := item.measure(position)) is not None]
    middle = prior.change * _intensity(state.observations, known.changed) // MILLION
    reach = CLIP * prior.within
    excess = sum(min(reach, max(-reach, item.change - middle)) for item in seen)
    between, within, count = prior.between**2, prior.within**2, len(seen)
    change = middle + between * excess // max(1, count * between + within)
    typical = (prior.typical * TYPICAL_DRAFTS + sum(item.draft for item in seen)) // (TYPICAL_DRAFTS + count)
    deviation = isqrt(between * within // max(1, count * between + within))
    return Prediction(change, typical + change, deviation, count)


def _intensity(observations: tuple[Observation, ...], population: int) -> int:
    """How hard this writer edits, over how hard people do, in millionths."""
    total = INTENSITY_DRAFTS * population + sum(item.changed for item in observations)
    return MILLION * total // (population * (INTENSITY_DRAFTS + len(observations)))


PRIORS = Priors(
    changed=237_082,
    traits={
        "sentenceLength": Prior(change=-2_541_120, between=1_991_007, within=3_141_478, typical=20_603_979),
        "commas": Prior(change=-733_605, between=394_011, within=1_376_974, typical=8_174_788),
        "dashes": Prior(change=40_809, between=200_829, within=415_228, typical=330_467),
        "exclamations": Prior(change=14_902, between=21_968, within=109_839, typical=4_670),
        "firstPerson": Prior(change=159_671, between=170_131, within=850_655, typical=1_986_262),
        "wordLength": Prior(change=-74_369, between=56_172, within=150_892, typical=4_799_828),
        "paragraphs": Prior(change=13_298, between=52_420, within=262_098, typical=1_000_000),
        "length": Prior(change=-19_101_890, between=22_857_832, within=30_316_374, typical=205_539_798),
    },
)
