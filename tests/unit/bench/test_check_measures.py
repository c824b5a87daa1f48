import random
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.eval import check_baselines, check_calibration
from bench.eval.check_calibration import Case, regression
from bench.eval.check_trials import KNOWN, MOST_OTHERS, Pair, People, Trial
from bench.eval.check_verdicts import Verdict, abstains, accuracy, auc, calibration_error

TRIAL = Trial("blogs", "a", (("draft", "known"),), ("one", "two"), ("three", "four", "five"), ("b", "b", "c"), False)


@given(st.permutations([0, 1, 2, 3, 4]))
def test_the_area_is_the_share_of_pairs_in_the_right_order(scores: list[int]) -> None:
    won = sum(own > other for own, other in product(scores[:2], scores[2:]))
    assert auc(TRIAL, scores) == pytest.approx(won / 6)
    assert auc(TRIAL, [-score for score in scores]) == pytest.approx(1 - won / 6)


def test_what_says_nothing_has_half_the_area() -> None:
    assert auc(TRIAL, [1.0] * 5) == 0.5


@given(st.lists(st.tuples(st.booleans(), st.floats(0.05, 0.95)), min_size=1, max_size=60))
def test_the_measures_of_verdicts_are_shares(said: list[tuple[bool, float]]) -> None:
    verdicts = [Verdict(own, chance, 1.0) for own, chance in said]
    for measure in (calibration_error, abstains, accuracy):
        value = measure(verdicts)
        assert value is not None
        assert -1e-9 <= value <= 1 + 1e-9
    assert abstains(verdicts) == 0


def test_a_true_probability_has_no_calibration_error_and_a_false_one_has_all() -> None:
    assert calibration_error([Verdict(own=True, probability=0.0, weight=1.0)] * 10) == pytest.approx(1.0)
    assert calibration_error([Verdict(own=True, probability=1.0, weight=1.0)] * 10) == pytest.approx(0.0)


def test_who_says_nothing_is_neither_right_nor_wrong() -> None:
    silent = [Verdict(own=True, probability=None, weight=1.0)] * 3
    assert (abstains(silent), accuracy(silent), calibration_error(silent)) == (1.0, None, None)
    assert accuracy([*silent, Verdict(own=False, probability=0.2, weight=0.5)]) == 1.0


def people() -> People:
    chance = random.Random(1)
    words = [f"word{number}" for number in range(60)]

    def text(writer: str) -> str:
        return f"{writer} " + " ".join(chance.choices(words, k=30))

    names = ["ann", "ben", "cleo", "dan", "eve"]
    plain = {name: tuple(text(name) for _ in range(12)) for name in names}
    pairs = {name: tuple(Pair(name, text("draft"), text(name)) for _ in range(12)) for name in names}
    two = {name: own[:2] for name, own in plain.items()}
    return People({"blogs": plain, "microposts": plain, "messages": two}, {"prose": pairs, "messages": pairs})


def test_no_trial_shows_what_it_asks_for() -> None:
    """Known texts are not asked about, others are never the person, and stand-ins for drafts are by nobody asked."""
    trials = people().trials
    assert {trial.name for trial in trials} == {"blogs", "microposts", "prose", "messages"}
    for trial in trials:
        known = {edited for _, edited in trial.known}
        assert not known & {*trial.own, *trial.others}
        assert not set(trial.own) & set(trial.others)
        assert trial.writer not in trial.others_by
        assert len(trial.known) in KNOWN
        assert 0 < len(trial.others) <= MOST_OTHERS
        if not trial.machine:
            assert not {draft.split()[0] for draft, _ in trial.known} & {*trial.others_by, trial.writer}


@pytest.mark.parametrize("name", check_baselines.BASELINES)
def test_a_baseline_knows_a_text_that_it_has_seen(name: str) -> None:
    seen = "The heron stood in the shallow water, and nobody came near it all morning long."
    others = ("Markets fell again: traders blamed rates.", "Mix flour with water! Then wait.", "One, two; three?")
    trial = Trial("blogs", "a", (("Some other draft, quite unlike.", seen),), (seen,), others, ("b",) * 3, False)
    assert auc(trial, check_baselines.BASELINES[name](trial)) == 1.0


def test_the_regression_finds_the_odds_that_made_the_cases() -> None:
    chance, weights = random.Random(2), (-0.5, 1.5)
    cases = []
    for _ in range(4_000):
        values = (1.0, chance.uniform(-2, 2))
        cases.append(Case("a", values, chance.random() < check_calibration.probability(weights, values), 1.0))
    assert regression(cases) == pytest.approx(weights, abs=0.2)
