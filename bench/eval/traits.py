"""What a writer does later, told from their first edits: the mean change of each trait, and the level it ends at.

For a writer with at least 20 edits, the first k edits of an order are learned, and the state's prediction is compared
with the mean over the edits that follow in it: LEAST_LATER or more, or, in a folder where fewer than LEAST_WRITERS have
so many, FEW_LATER or more, which makes the truth itself a matter of chance. Orders: that of the file, and SHUFFLES
that are drawn.

The error of a trait is the distance, scaled by the trait's spread between writers (the standard deviation of their
means); it is averaged over traits, then over a writer's orders, then over writers.

The product's constants come from people. On those same people (`priors.shipped_from`) each writer is predicted with
constants fitted on the others, or the constants would know the answer; on everybody else with those that it ships.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from statistics import fmean, stdev

from bench.eval import priors as fitted
from bench.eval.bootstrap import interval, mean, share
from bench.eval.data import Data
from bench.eval.priors import Pair, Writer
from bench.eval.result import Result, Target
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit, learn
from voice_engine.voice.prediction import Priors, predicted

CHANGE_AT = {3: 0.92, 5: 0.90, 10: 0.90, 20: 0.82}  # k, and the most of the population's error that is allowed
LEVEL_AT = (3, 5, 10)
SHUFFLES = 39
LEAST_WRITERS = 3
LEAST_LATER, FEW_LATER = 10, 3
MILLION = 1_000_000

OLD_LEAST = 3  # edits from which the old rule moved a value
OLD_CHANGED = 100_000  # share of words changed, in millionths, below which it took an edit for a typo
OLD_NEWEST = 20  # edits that it averaged


@dataclass(frozen=True, slots=True)
class Split:
    """One writer's edits in one order, cut after the first k: what was learned from them, and what came after."""

    writer: Writer
    others: Sequence[Writer]
    first: Sequence[int]
    later: Sequence[int]
    state: LearnedState
    refitted: Priors

    def known(self, trait: str) -> list[Pair]:
        return [pair for index in self.first if (pair := self.writer.pairs[trait][index]) is not None]

    def coming(self, trait: str) -> list[Pair]:
        return [pair for index in self.later if (pair := self.writer.pairs[trait][index]) is not None]


type Method = Callable[[Split, str], float]
# By method, by writer: the error of each trait, in spreads between writers.
type Errors = dict[str, dict[str, dict[str, float]]]


def evaluate(data: Data) -> list[Result]:
    people = fitted.writers(data)
    names = [name for name in fitted.MEASURES if all(len(writer.told(name)) > 1 for writer in people)]
    splits = _splits(data, people) if len(people) >= LEAST_WRITERS else {}
    chosen = "refitted" if splits and fitted.shipped_from(people) else "shipped"
    results: list[Result] = []
    for k in CHANGE_AT:
        errors = _errors(splits.get(k, ()), CHANGE, people, names, _changed)
        results.append(_change(k, chosen, errors) if errors else Result(f"traits.change.k{k}", None))
    for k in LEVEL_AT:
        errors = _errors(splits.get(k, ()), LEVEL, people, names, _edited)
        results.append(_level(k, chosen, errors) if errors else Result(f"traits.level.k{k}", None))
    return results


def _changed(pair: Pair) -> int:
    return pair.change


def _edited(pair: Pair) -> int:
    return pair.edited


def _splits(data: Data, people: Sequence[Writer]) -> Mapping[int, list[Split]]:
    found: dict[int, list[Split]] = {k: [] for k in CHANGE_AT}
    needed = {k: _later(k, people) for k in CHANGE_AT}
    for writer in people:
        rows = data.prose[writer.name]
        others = [other for other in people if other is not writer]
        refitted = fitted.fit(others)
        for drawn, order in enumerate(_orders(len(rows), writer.name)):
            state = LearnedState()
            for number, index in enumerate(order[: max(CHANGE_AT)], 1):
                edit = data.edit(rows[index], number)
                state = learn(state, counts_alone(edit) if drawn else edit)
                if number in CHANGE_AT and len(order) - number >= needed[number]:
                    found[number].append(Split(writer, others, order[:number], order[number:], state, refitted))
    return found


def counts_alone(edit: Edit) -> Edit:
    """The edit without phrases and fingerprints, which no trait reads and which take most of the time of learning. So
    many orders are learned only to tell the mean over them."""
    bare = replace(edit.delta, removed=(), added=(), kept=b"", replaced=(), draft_digest=None, edited_digest=None)
    return replace(edit, delta=bare)


def _later(k: int, people: Sequence[Writer]) -> int:
    """How many edits must follow the first k."""
    enough = sum(len(writer.changed) >= k + LEAST_LATER for writer in people)
    return LEAST_LATER if enough >= LEAST_WRITERS else FEW_LATER


def _orders(count: int, seed: str) -> list[list[int]]:
    chance = random.Random(seed)
    return [list(range(count)), *(chance.sample(range(count), count) for _ in range(SHUFFLES))]


# Each method predicts a trait's mean change over later edits, in millionths.


def _product(split: Split, trait: str, *, refitted: bool = False) -> float:
    found = predicted(split.state, trait, split.refitted if refitted else None)
    return found.change if found else 0.0


def _population(split: Split, trait: str) -> float:
    return fmean(fmean(pair.change for pair in other.told(trait)) for other in split.others)


def _own_mean(split: Split, trait: str) -> float:
    return fmean([pair.change for pair in split.known(trait)] or [0])


def _old_rule(split: Split, trait: str) -> float:
    """The rule of an earlier system: edits that change less than a tenth are typos; from three others on, the mean
    change of the newest twenty."""
    counted = [
        pair.change
        for index in split.first
        if split.writer.changed[index] >= OLD_CHANGED and (pair := split.writer.pairs[trait][index]) is not None
    ]
    return fmean(counted[-OLD_NEWEST:]) if len(counted) >= OLD_LEAST else 0.0


CHANGE: dict[str, Method] = {
    "shipped": _product,
    "refitted": partial(_product, refitted=True),
    "population": _population,
    "own_mean": _own_mean,
    "old_rule": _old_rule,
}


# Each method predicts the level of later edited texts, in millionths.


def _product_level(split: Split, trait: str, *, refitted: bool = False) -> float:
    found = predicted(split.state, trait, split.refitted if refitted else None)
    return found.level if found else 0.0


def _running_mean(split: Split, trait: str) -> float:
    return fmean([pair.edited for pair in split.known(trait)] or [_constant(split, trait)])


def _constant(split: Split, trait: str) -> float:
    return fmean(fmean(pair.edited for pair in other.told(trait)) for other in split.others)


def _paired(split: Split, trait: str) -> float:
    """A typical draft plus the writer's mean change, shrunk towards the population's."""
    prior = split.refitted.traits[trait]
    known = split.known(trait)
    weight = prior.between**2 / (prior.between**2 + prior.within**2 / max(1, len(known)))
    excess = fmean([pair.change - prior.change for pair in known] or [0])
    return prior.typical + prior.change + weight * excess


LEVEL: dict[str, Method] = {
    "shipped": _product_level,
    "refitted": partial(_product_level, refitted=True),
    "running_mean": _running_mean,
    "constant": _constant,
    "paired": _paired,
}


def _change(k: int, chosen: str, errors: Errors) -> Result:
    value, population = _mean(errors[chosen]), _mean(errors["population"])
    ratio = value / population
    beside: dict[str, float | str] = {"constants": chosen, "of_population": ratio}
    if ends := interval(_against(errors, chosen, "population"), share):
        beside |= {"of_population_low": ends[0], "of_population_high": ends[1]}
    beside["of_population_shipped"] = _mean(errors["shipped"]) / population
    for name in next(iter(errors[chosen].values())):
        beside[f"of_population.{name}"] = _mean_of(errors[chosen], name) / _mean_of(errors["population"], name)
    return Result(
        f"traits.change.k{k}",
        value,
        interval=interval(_by_writer(errors[chosen]), mean),
        baselines={name: _mean(errors[name]) for name in ("population", "own_mean", "old_rule")},
        beside=beside,
        target=Target(f"at most {CHANGE_AT[k]:.2f} of population", ratio <= CHANGE_AT[k]),
        people=len(errors[chosen]),
    )


def _level(k: int, chosen: str, errors: Errors) -> Result:
    value = _mean(errors[chosen])
    baselines = {name: _mean(errors[name]) for name in ("running_mean", "constant", "paired")}
    return Result(
        f"traits.level.k{k}",
        value,
        interval=interval(_by_writer(errors[chosen]), mean),
        baselines=baselines,
        beside={"constants": chosen, "shipped": _mean(errors["shipped"])},
        target=Target("not above the best of them", value <= min(baselines.values())),
        people=len(errors[chosen]),
    )


def _errors(
    splits: Sequence[Split],
    methods: Mapping[str, Method],
    people: Sequence[Writer],
    names: Sequence[str],
    measured: Callable[[Pair], int],
) -> Errors:
    """The mean error of each method for each writer and trait, over the writer's orders; nothing without splits. A
    trait on which writers do not differ at all is left out: nothing can be told of it."""
    if not splits:
        return {}
    spreads = {name: stdev(fmean(measured(pair) for pair in writer.told(name)) for writer in people) for name in names}
    told = [name for name in names if spreads[name] > 0]
    found: Errors = {}
    for method_name, method in methods.items():
        collected: dict[str, dict[str, list[float]]] = {}
        for split in splits:
            by_trait = collected.setdefault(split.writer.name, {name: [] for name in told})
            for name in told:
                if later := split.coming(name):
                    truth = fmean(measured(pair) for pair in later)
                    by_trait[name].append(abs(method(split, name) - truth) / spreads[name])
        found[method_name] = {
            writer: {name: fmean(values) for name, values in by_trait.items() if values}
            for writer, by_trait in collected.items()
        }
    return found


def _by_writer(errors: Mapping[str, Mapping[str, float]]) -> list[float]:
    return [fmean(by_trait.values()) for by_trait in errors.values()]


def _mean(errors: Mapping[str, Mapping[str, float]]) -> float:
    return fmean(_by_writer(errors))


def _mean_of(errors: Mapping[str, Mapping[str, float]], trait: str) -> float:
    return fmean(by_trait[trait] for by_trait in errors.values())


def _against(errors: Errors, one: str, other: str) -> list[tuple[float, float]]:
    return list(zip(_by_writer(errors[one]), _by_writer(errors[other]), strict=True))
