"""The evolution score: how much of a writer's voice is known, from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

from voice_engine.voice import evidence
from voice_engine.voice.fields import FIELDS
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.profile import ProfileState, learned_values
from voice_engine.voice.traits import TRAITS

PART = 20  # most points of samples, completeness and consistency
ITERATIONS = 40  # most points of iterations
POINTS_A_SAMPLE = 5
POINTS_AN_ITERATION = 2
FULL_SAMPLES = PART // POINTS_A_SAMPLE  # texts of the writer's own, beyond which more earn nothing


@dataclass(frozen=True, slots=True)
class Score:
    """total is the sum of its components: samples, completeness and consistency 0 to 20, iterations 0 to 40."""

    total: int
    samples: int
    iterations: int
    completeness: int
    consistency: int


def evolution_score(state: ProfileState) -> Score:
    """The score of a profile, in whole points.

    samples: 5 for each text known to be the writer's own: sample posts, and drafts written anew.
    iterations: 2 for each edit that moved a learned value. completeness: the share of fields that were learned, set
    by hand or given by an archetype. consistency: how far the newest edits pull one way, trait by trait, and full
    only once as many drafts have voted as there are votes.
    """
    known = {*state.base, *state.overrides, *learned_values(state)}
    settable = [field.path for field in FIELDS if field.settable]
    samples = min(PART, POINTS_A_SAMPLE * owned_texts(state))
    iterations = min(ITERATIONS, POINTS_AN_ITERATION * state.learned.iterations)
    completeness = PART * sum(path in known for path in settable) // len(settable)
    consistency = _consistency(state.learned)
    total = samples + iterations + completeness + consistency
    return Score(total, samples, iterations, completeness, consistency)


def owned_texts(state: ProfileState) -> int:
    """How many texts are known to be the writer's own: given to be analysed, set as sample posts, or written anew."""
    posts = state.overrides.get("samplePosts", ())
    return state.learned.samples + (len(posts) if isinstance(posts, tuple) else 0)


def _consistency(state: LearnedState) -> int:
    """Over all traits, (votes for the leading way - votes against it) / all votes that moved something."""
    lead = cast = 0
    for position, trait in enumerate(TRAITS):
        counted = evidence.votes(trait, evidence.seen(state.observations, position))
        lead += abs(counted.up - counted.down)
        cast += counted.up + counted.down
    if not cast:
        return 0
    drafts = min(evidence.VOTERS, len(state.observations))
    return PART * lead * drafts // (cast * evidence.VOTERS)
