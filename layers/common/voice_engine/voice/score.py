"""The evolution score: how much of a writer's voice is known, from 0 to 100."""

from __future__ import annotations

from dataclasses import dataclass

from voice_engine.voice import evidence, samples
from voice_engine.voice.fields import FIELDS
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.profile import SAMPLE_POSTS, ProfileState, learned_values, values
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

    samples: 5 for each text known to be the writer's own: sample posts, and drafts written anew. iterations: 2 for each
    edit that moved a learned value. completeness: the share of fields that were learned, set by hand or given by an
    archetype, and hold something: a list locked empty does not. consistency: how far the newest edits pull one way,
    trait by trait, and full only once as many drafts have voted as there are votes.
    """
    said, held = {*state.base, *state.overrides, *learned_values(state)}, values(state)
    settable = [field.path for field in FIELDS if field.settable]
    owned = min(PART, POINTS_A_SAMPLE * owned_texts(state))
    iterations = min(ITERATIONS, POINTS_AN_ITERATION * state.learned.iterations)
    completeness = PART * sum(path in said and held[path] != () for path in settable) // len(settable)
    consistency = _consistency(state.learned)
    total = owned + iterations + completeness + consistency
    return Score(total, owned, iterations, completeness, consistency)


def owned_texts(state: ProfileState) -> int:
    """How many texts are known to be the writer's own: given to be analysed, set as sample posts, or written anew. A
    post set by hand that is one of the others, or begins as one does, is no text more."""
    known = tuple(post.casefold() for post in samples.posts(state.learned.own_texts))
    posts = state.overrides.get(SAMPLE_POSTS, ())
    by_hand = [str(post).strip().casefold() for post in posts] if isinstance(posts, tuple) else []
    return state.learned.samples + sum(not post.startswith(known) for post in by_hand)


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
