"""Drafts follow the profile, a writer edits them towards what they want, and the profile must get there."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, prose
from voice_engine.voice.learning import LearnedState, learn
from voice_engine.voice.traits import MILLION

SPARED = 0.85  # of the noise of a draft's content stays after the edit


def drive(start: float, wishes: list[float], *, edits: int, seed: int, noise: float = 1.5) -> list[float]:
    """The levels that drafts aimed at, edit by edit: `start` until something was learned. noise, in words: what a
    draft is about makes its sentences longer or shorter, and those of its edit with them."""
    chance = random.Random(seed)
    state = LearnedState()
    aims: list[float] = []
    for wish in wishes:
        for _ in range(edits):
            value = state.trait("sentenceLength").value
            aims.append(start if value is None else value / MILLION)
            content = chance.gauss(0, noise)
            draft, edited = aims[-1] + content, wish + SPARED * content + chance.gauss(0, noise / 4)
            state = learn(state, edit_of(len(aims), counted(prose(max(3, draft)), prose(max(3, edited)))))
    return aims


LEVELS = st.floats(8, 35)
SEEDS = st.integers(0, 10_000)


@settings(max_examples=25)
@given(LEVELS, LEVELS, SEEDS, st.sampled_from([0, 1.5]))
def test_it_settles_at_the_writers_level_without_overshoot(start: float, wish: float, seed: int, noise: float) -> None:
    aims = drive(start, [wish], edits=60, seed=seed, noise=noise)
    beyond = wish - min(aims) if start > wish else max(aims) - wish
    # It may be as wrong as the mean of the three drafts that it moves on first: three standard errors of it.
    assert beyond <= 0.1 + 3 * noise / math.sqrt(3)
    assert abs(aims[-1] - wish) <= max(1.5, 0.12 * abs(start - wish))
    assert abs(aims[-1] - aims[-15]) <= 1.0


@settings(max_examples=15)
@given(LEVELS, LEVELS, LEVELS, SEEDS)
def test_it_moves_again_when_the_writer_changes(start: float, first: float, then: float, seed: int) -> None:
    aims = drive(start, [first, then], edits=60, seed=seed)
    left = abs(aims[-1] - then)
    assert left <= max(2.5, 0.35 * abs(first - then))


@pytest.mark.parametrize("seed", range(3))
def test_it_rests_where_the_writer_is_content(seed: int) -> None:
    aims = drive(20, [20], edits=100, seed=seed)
    assert max(aims) - min(aims) <= 1.0
