"""The measure of predicted change: certainty costs nothing, and a writer's own edits are worth something."""

from collections.abc import Sequence
from pathlib import Path
from statistics import fmean

import pytest

from bench.eval import data as source
from bench.eval import priors, traits
from bench.eval.priors import Pair, Writer
from bench.eval.traits import Split
from tests.unit.bench.folders import write
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import learn
from voice_engine.voice.prediction import predicted

NAMES = tuple(trait.name for trait in priors.traits())


def steady(name: str, change: int, edits: int = 30) -> Writer:
    """A writer who changes every trait alike in every edit."""
    pairs = tuple(Pair(1_000_000 + 10 * turn, 1_000_000 + 10 * turn + change) for turn in range(edits))
    return Writer(name, dict.fromkeys(NAMES, pairs), (200_000,) * edits)


PEOPLE = [steady("a", -300_000), steady("b", 100_000), steady("c", 500_000)]


def split(writer: Writer, k: int) -> Split:
    others = [other for other in PEOPLE if other is not writer]
    every = range(len(writer.changed))
    return Split(writer, others, every[:k], every[k:], LearnedState(), priors.fit(others))


SPLITS = [split(writer, 5) for writer in PEOPLE]


def errors(method: traits.Method, splits: Sequence[Split] = SPLITS) -> float:
    found = traits._errors(splits, {"it": method}, PEOPLE, NAMES, lambda pair: pair.change)
    return traits._mean(found["it"])


def test_a_perfect_prediction_costs_nothing() -> None:
    assert errors(lambda cut, name: fmean(pair.change for pair in cut.coming(name))) == 0


def test_a_steady_writers_own_mean_is_perfect_and_the_population_is_not() -> None:
    assert errors(traits._own_mean) == 0
    assert errors(traits._population) > 0.5


def test_errors_are_in_spreads_between_writers() -> None:
    off_by_one_spread = errors(lambda cut, name: fmean(pair.change for pair in cut.coming(name)) + 400_000)
    assert off_by_one_spread == pytest.approx(1)


def test_the_old_rule_takes_small_edits_for_typos() -> None:
    timid = Writer("a", PEOPLE[0].pairs, (99_999,) * 30)
    assert traits._old_rule(split(timid, 10), NAMES[0]) == 0
    assert traits._old_rule(split(PEOPLE[0], 10), NAMES[0]) == -300_000
    assert traits._old_rule(split(PEOPLE[0], 2), NAMES[0]) == 0


def test_priors_find_what_people_were_made_with() -> None:
    found = priors.fit(PEOPLE).traits[NAMES[0]]
    assert found.change == 100_000
    assert found.between == pytest.approx(400_000, rel=0.01)
    assert found.within < 100


def test_what_edits_teach_brings_the_product_below_the_population(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traits, "SHUFFLES", 1)
    results = {result.key: result for result in traits.evaluate(source.read(write(tmp_path, writers=4, each=30)))}
    for k in traits.CHANGE_AT:
        change = results[f"traits.change.k{k}"]
        assert isinstance(change.value, float)
        assert change.value > 0
    tenth = results["traits.change.k10"]
    assert tenth.beside["constants"] == "shipped"
    assert float(tenth.beside["of_population.sentenceLength"]) < 1


def test_a_folder_without_such_writers_has_no_figure(tmp_path: Path) -> None:
    results = traits.evaluate(source.read(write(tmp_path, writers=2)))
    assert {result.value for result in results} == {None}


def test_people_whom_the_constants_know_are_predicted_without_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not priors.shipped_from(PEOPLE)
    monkeypatch.setattr(priors, "PRIORS", priors.fit(PEOPLE))
    assert priors.shipped_from(PEOPLE)
    assert not priors.shipped_from([steady("a", -400_000), *PEOPLE[1:]])


def test_predictions_are_the_same_without_phrases_and_fingerprints(tmp_path: Path) -> None:
    data = source.read(write(tmp_path, writers=1, each=20))
    whole = bare = LearnedState()
    for number, row in enumerate(data.prose["lamp0"], 1):
        edit = data.edit(row, number)
        whole, bare = learn(whole, edit), learn(bare, traits.counts_alone(edit))
    assert whole.phrases != bare.phrases
    assert [predicted(whole, name) for name in NAMES] == [predicted(bare, name) for name in NAMES]
