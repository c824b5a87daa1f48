"""Fits what `voice.prediction` knows of people in general. `python -m bench.eval.priors FOLDER` prints it as code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, variance

from bench.eval import data as source
from bench.eval.data import Data
from voice_engine.voice.prediction import PRIORS, Prior, Priors
from voice_engine.voice.traits import TRAITS, Trait

# Between writers, deviations are at least this part of those within: eleven writers cannot show that there is none.
# Of 0, 0.1, 0.2 and 0.33, with each writer left out, 0.33 is best on the whole and worst for first person at k = 3.
LEAST_BETWEEN = 0.2
SAME = 0.02  # constants nearer than this are fitted on the same people
# The measures of the evaluation, by the name that the product gives each.
MEASURES = (
    "sentenceLength",
    "commas",
    "dashes",
    "exclamations",
    "firstPerson",
    "wordLength",
    "paragraphs",
    "length",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One trait before and after one edit, in millionths."""

    draft: int
    edited: int

    @property
    def change(self) -> int:
        return self.edited - self.draft


@dataclass(frozen=True, slots=True)
class Writer:
    """All that one writer did. pairs: by trait, one an edit, None where a text cannot tell. changed: shares of words
    changed, one an edit, in millionths."""

    name: str
    pairs: dict[str, tuple[Pair | None, ...]]
    changed: tuple[int, ...]

    def told(self, trait: str) -> list[Pair]:
        return [pair for pair in self.pairs[trait] if pair is not None]


def traits() -> list[Trait]:
    """The rows of the product's table that are measured here."""
    return [trait for trait in TRAITS if trait.name in MEASURES]


def writers(data: Data) -> list[Writer]:
    """The writers with enough edits of prose, in the order of their names."""
    found: list[Writer] = []
    for name, rows in sorted(data.prose.items()):
        deltas = [data.delta(row) for row in rows]
        pairs = {
            trait.name: tuple(_pair(trait.measure(delta.draft), trait.measure(delta.edited)) for delta in deltas)
            for trait in traits()
        }
        found.append(Writer(name, pairs, tuple(delta.changed for delta in deltas)))
    return found


def _pair(draft: int | None, edited: int | None) -> Pair | None:
    return None if draft is None or edited is None else Pair(draft, edited)


def fit(people: Sequence[Writer]) -> Priors:
    """One-way random effects by the method of moments; each writer counts once, however many edits they made. A trait
    that fewer than two writers' texts tell has no prior."""
    changed = round(fmean(fmean(writer.changed) for writer in people))
    told = {name: [pairs for writer in people if len(pairs := writer.told(name)) > 1] for name in MEASURES}
    return Priors(changed, {name: _prior(pairs) for name, pairs in told.items() if len(pairs) > 1})


def _prior(told: Sequence[Sequence[Pair]]) -> Prior:
    change, between, within = _moments([[pair.change for pair in pairs] for pairs in told])
    # Drafts that are all alike (one paragraph each) do not show that all drafts are: they vary as edits do at least.
    typical, draft_between, draft_within = _moments([[pair.draft for pair in pairs] for pairs in told], within)
    return Prior(change, between, within, typical, draft_between, draft_within)


def _moments(rows: Sequence[Sequence[int]], least: int = 1) -> tuple[int, int, int]:
    """Of numbers by writer: the mean of the writers' means, and the standard deviations between and within them, the
    latter at least `least`."""
    means = [fmean(row) for row in rows]
    freedom = sum(len(row) - 1 for row in rows)
    pooled = sum(variance(row) * (len(row) - 1) for row in rows) / freedom
    noise = fmean(pooled / len(row) for row in rows)
    within = max(least, pooled**0.5)
    between = max(0.0, variance(means) - noise) ** 0.5
    return round(fmean(means)), round(max(LEAST_BETWEEN * within, between)), round(within)


def shipped_from(people: Sequence[Writer]) -> bool:
    """Whether these are the writers whom the product's constants were fitted on: then the constants know each of them,
    and only constants fitted without a writer tell what they are worth."""
    found = fit(people)
    return abs(found.changed - PRIORS.changed) < SAME * PRIORS.changed and all(
        abs(prior.change - PRIORS.traits[name].change) < SAME * abs(prior.within)
        for name, prior in found.traits.items()
        if name in PRIORS.traits
    )


def main() -> None:
    priors = fit(writers(source.read(Path(sys.argv[1]))))
    print("PRIORS = Priors(")
    print(f"    changed={priors.changed:_},")
    print("    traits={")
    for name, prior in priors.traits.items():
        print(
            f'        "{name}": Prior(\n            change={prior.change:_}, between={prior.between:_}, '
            f"within={prior.within:_},\n            typical={prior.typical:_}, "
            f"draft_between={prior.draft_between:_}, draft_within={prior.draft_within:_},\n        ),"
        )
    print("    },\n)")


if __name__ == "__main__":
    main()
