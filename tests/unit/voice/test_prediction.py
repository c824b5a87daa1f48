"""What is predicted of a writer: between people in general and what they did, the nearer to it the more they did."""

from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.prediction import PRIORS, Prediction, Prior, Priors, predicted
from voice_engine.voice.traits import MILLION

NAME = "sentenceLength"
PRIOR = Prior(
    change=-2 * MILLION,
    between=2 * MILLION,
    within=3 * MILLION,
    typical=20 * MILLION,
    draft_between=MILLION,
    draft_within=4 * MILLION,
)
PEOPLE = Priors(changed=200_000, traits={NAME: PRIOR})


def after(changes: list[int], *, share: int = 200_000) -> Prediction:
    """The prediction after edits that each made sentences of 20 words longer by so many, and changed this share."""
    edits = [
        edit_of(number, counted(prose(20), prose(20 + change, commas=number), changed=share))
        for number, change in enumerate(changes, 1)
    ]
    found = predicted(learned(edits), NAME, PEOPLE)
    assert found is not None
    return found


def test_before_the_first_edit_it_is_what_people_do() -> None:
    found = predicted(LearnedState(), NAME, PEOPLE)
    assert found is not None
    assert (found.change, found.level, found.drafts) == (PRIOR.change, 18 * MILLION, 0)
    assert found.deviation == PRIOR.between
    assert found.level_deviation == pytest.approx((PRIOR.between**2 + PRIOR.draft_between**2) ** 0.5, abs=1)


@given(st.lists(st.integers(-8, 8), min_size=1, max_size=24))
def test_it_lies_between_people_and_the_writers_own_mean(changes: list[int]) -> None:
    found = after(changes)
    own = MILLION * sum(changes) // len(changes)
    low, high = sorted((PRIOR.change, own))
    # Changes further from the writer's median than two deviations within people count as so many.
    assert low - 2 * PRIOR.within <= found.change <= high + 2 * PRIOR.within
    assert found.level - found.change == pytest.approx(20 * MILLION, abs=MILLION)


@given(st.integers(-7, 3), st.integers(1, 23))
def test_more_of_the_same_brings_it_nearer_and_surer(change: int, count: int) -> None:
    fewer, more = after([change] * count), after([change] * (count + 1))
    assert abs(more.change - change * MILLION) <= abs(fewer.change - change * MILLION) + 1
    assert more.deviation < fewer.deviation


@settings(max_examples=30)
@given(st.integers(-60, 60), st.integers(5, 80))
def test_who_always_does_the_same_is_believed(change: int, draft: int) -> None:
    """However far from people in general, and however unlike the typical draft theirs are."""
    edited = max(1, draft + change)
    found = predicted(
        learned(edit_of(n, counted(prose(draft), prose(edited), changed=200_000)) for n in range(24)), NAME, PEOPLE
    )
    assert found is not None
    low, high = (min(50, max(5, item)) * MILLION for item in (draft, edited))  # as far as sentences are measured
    assert abs(found.change - (high - low)) <= found.deviation + MILLION // 100
    assert abs(found.level - high) <= 2 * found.level_deviation
    assert found.deviation <= found.level_deviation < 3 * MILLION


def test_one_edit_far_out_is_not_taken_for_a_habit() -> None:
    once, often = after([-14]), after([-14] * 24)
    assert abs(once.change + 14 * MILLION) > 3 * MILLION
    assert abs(once.change + 14 * MILLION) <= 4 * once.deviation
    assert abs(often.change + 14 * MILLION) < MILLION / 2


@settings(max_examples=30)
@given(st.floats(-16, 16), st.floats(0.1, 3), st.integers(0, 1000))
def test_a_deviation_tells_how_far_off_it_is(change: float, spread: float, seed: int) -> None:
    """Of writers who vary less than people do, or as much, the prediction lies within four deviations."""
    chance = Random(seed)
    edits = [
        edit_of(n, counted(prose(30), prose(max(3, 30 + change + chance.gauss(0, spread))), changed=200_000))
        for n in range(24)
    ]
    found = predicted(learned(edits), NAME, PEOPLE)
    assert found is not None
    assert abs(found.change / MILLION - change) <= 4 * found.deviation / MILLION + 0.05


def test_who_varies_more_is_less_surely_predicted() -> None:
    assert after([-6, -2] * 10).deviation > after([-4] * 20).deviation


def test_one_wild_edit_counts_as_a_far_one_and_no_more() -> None:
    assert after([-2, -2, 25]) == after([-2, -2, 15])


def test_who_edits_hard_is_expected_to_change_everything_more() -> None:
    gentle, hard = after([-2], share=50_000), after([-2], share=600_000)
    assert hard.change < gentle.change


def test_a_trait_without_a_prior_is_not_predicted() -> None:
    assert predicted(LearnedState(), "usesEmojis") is None


def test_it_needs_nothing_but_the_newest_drafts() -> None:
    state = learned(edit_of(number, counted(prose(20), prose(15))) for number in range(1, 40))
    forgotten = replace(LearnedState(), observations=state.observations)
    assert predicted(state, NAME) == predicted(forgotten, NAME)


def test_every_prior_belongs_to_a_trait() -> None:
    for name in PRIORS.traits:
        assert predicted(LearnedState(), name) is not None
