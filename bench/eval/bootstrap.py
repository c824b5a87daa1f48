"""How sure a figure is: its spread when the people behind it are drawn again, with replacement."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

DRAWS = 1_000
INSIDE = 0.95

type Interval = tuple[float, float]


def interval[T](people: Sequence[T], figure: Callable[[Sequence[T]], float | None], seed: int = 1) -> Interval | None:
    """The percentile interval of a figure over people. `people`: what each of them adds to it. None with fewer
    than two people, or where most draws give no figure.

    Efron and Tibshirani 1993, chapter 13. People are drawn, not their texts: texts of one person are alike.
    """
    if len(people) < 2:
        return None
    chance = random.Random(seed)
    found = [figure(chance.choices(people, k=len(people))) for _ in range(DRAWS)]
    figures = sorted(value for value in found if value is not None)
    if len(figures) < DRAWS // 2:
        return None
    tail = (1 - INSIDE) / 2
    return figures[int(tail * (len(figures) - 1))], figures[round((1 - tail) * (len(figures) - 1))]


def mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def share(pairs: Sequence[tuple[float, float]]) -> float | None:
    """Of (part, whole) of each person: all parts over all wholes."""
    whole = sum(pair[1] for pair in pairs)
    return sum(pair[0] for pair in pairs) / whole if whole else None
