"""What is predicted of a writer: between people in general and what they did, the nearer to it the more they did."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.writers import counted, edit_of, learned, prose
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.prediction import PRIORS, Prediction, Prior, Priors, predicted
from voice_engine.voice.traits import MILLION

NAME = "sentenceLength"
PRIOR = Prior(change=-2 * MILLION, between=2 * MILLION, within=3 * MILLION, typical=20 * MILLION)
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
    assert found == Prediction(change=PRIOR.change, level=18 * MILLION, deviation=PRIOR.between, drafts=0)


@given(st.lists(st.integers(-8, 8), min_size=1, max_size=24))
def test_it_lies_between_people_and_the_writers_own_mean(changes: list[int]) -> None:
    found = after(changes)
    own = MILLION * sum(changes) // len(changes)
    low, high = sorted((PRIOR.change, own))
    # Changes further from people's than two deviations within a writer count as so many, on either side alike.
    assert low - PRIOR.within <= found.change <= high + PRIOR.within
    assert found.level - found.change == pytest.approx(20 * MILLION, abs=MILLION)


@given(st.integers(-7, 3), st.integers(1, 23))
def test_more_of_the_same_brings_it_nearer_and_surer(change: int, count: int) -> None:
    fewer, more = after([change] * count), after([change] * (count + 1))
    assert abs(more.change - change * MILLION) <= abs(fewer.change - change * MILLION) + 1
    assert more.deviation < fewer.deviation


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
