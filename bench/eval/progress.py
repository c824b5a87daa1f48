"""Share of next edits inside the stated 80 % band of expected size, and claims of progress where there was none."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.eval.bootstrap import interval, share
from bench.eval.data import MESSAGES, PROSE, Data, Row
from bench.eval.result import Result, Target
from voice_engine.voice import progress
from voice_engine.voice.progress import LEAST_SIDE, Band

LOW, HIGH = 0.75, 0.85
SHUFFLES = 20
MISS = 10  # a miss costs 2 / (1 - 0.8) times the distance: the interval score


@dataclass(frozen=True, slots=True)
class Told:
    """One band, and the size of the edit that came."""

    group: str
    writer: str
    band: Band
    size: int

    @property
    def inside(self) -> bool:
        return self.band.low <= self.size <= self.band.high

    @property
    def score(self) -> float:
        """Width plus MISS times the distance of a miss, in shares of words (Gneiting and Raftery 2007)."""
        beyond = max(0, self.band.low - self.size) + max(0, self.size - self.band.high)
        return (self.band.high - self.band.low + MISS * beyond) / 1_000_000


def evaluate(data: Data) -> list[Result]:
    groups = {PROSE: data.prose, MESSAGES: data.messages}
    sizes = {
        (group, writer): [data.delta(row).changed for row in rows]
        for group, by_writer in groups.items()
        for writer, rows in by_writer.items()
    }
    own: list[Told] = []
    population: list[Told] = []
    for (group, writer), found in sizes.items():
        others = [size for name, some in sizes.items() if name != (group, writer) for size in some]
        constant = _population_band(others)
        own += _told(group, writer, _product_bands(data, groups[group][writer]), found)
        population += _told(group, writer, [constant] * len(found), found)
    if not own:
        return [Result("progress.band", None)]
    value = _inside(own)
    return [
        Result(
            "progress.band",
            value,
            interval=interval(_by_writer(own), share),
            baselines={"population": _inside(population)},
            beside={
                "score": _score(own),
                "score_population": _score(population),
                "width": _width(own),
                "width_population": _width(population),
                **{f"inside.{name}": _inside(some) for name in groups if (some := _of(own, name))},
                "false_claims": _false_claims(list(sizes.values())),
            },
            target=Target(f"{LOW:g} to {HIGH:g}", LOW <= value <= HIGH),
            people=len(sizes),
        )
    ]


def _product_bands(data: Data, rows: Sequence[Row]) -> Iterable[Band]:
    """The band before each edit, from the state that the edits before it left."""
    return (progress.band(progress.sizes(state)) for _, state in data.befores(rows))


def _population_band(others: Sequence[int]) -> Band:
    """The same band for everybody: from the first to the ninth decile of other writers' edits."""
    ordered = sorted(others)
    if not ordered:
        return Band(0, 0, 0, 0)
    return Band(ordered[len(ordered) // 2], ordered[len(ordered) // 10], ordered[len(ordered) * 9 // 10], len(ordered))


def _told(group: str, writer: str, bands: Iterable[Band], found: Sequence[int]) -> list[Told]:
    """The first edit is left out: nothing is known of its writer yet."""
    return [Told(group, writer, band, size) for band, size in zip(bands, found, strict=True)][1:]


def _of(told: Sequence[Told], group: str) -> list[Told]:
    return [item for item in told if item.group == group]


def _inside(told: Sequence[Told]) -> float:
    return sum(item.inside for item in told) / len(told) if told else 0.0


def _score(told: Sequence[Told]) -> float:
    return sum(item.score for item in told) / len(told)


def _width(told: Sequence[Told]) -> float:
    return sum(item.band.high - item.band.low for item in told) / len(told) / 1_000_000


def _by_writer(told: Sequence[Told]) -> list[tuple[float, float]]:
    found: dict[tuple[str, str], list[bool]] = {}
    for item in told:
        found.setdefault((item.group, item.writer), []).append(item.inside)
    return [(sum(inside), len(inside)) for inside in found.values()]


def _false_claims(people: Sequence[Sequence[int]]) -> float:
    """How often a change is claimed between two halves of a writer's edits dealt out by chance."""
    chance = random.Random(1)
    claims = asked = 0
    for sizes in people:
        if len(sizes) < 2 * LEAST_SIDE:
            continue
        for _ in range(SHUFFLES):
            drawn = chance.sample(sizes, len(sizes))
            half = len(drawn) // 2
            claims += progress.change(drawn[:half], drawn[half:]).direction in ("smaller", "larger")
            asked += 1
    return claims / asked if asked else 0.0
