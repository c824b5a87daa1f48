"""One measured figure: its value, how sure it is, the baselines beside it, and whether its target is reached."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.eval.bootstrap import Interval


@dataclass(frozen=True, slots=True)
class Target:
    """What a figure is to reach, in words, and whether it does."""

    text: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Result:
    """value: None where the folder has no data for it; a mapping where the measure has parts.
    baselines: the same measure of simpler methods. beside: other figures that help to read it. people: how many
    writers (or cases) it rests on."""

    key: str
    value: float | Mapping[str, float] | None
    interval: Interval | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)
    beside: Mapping[str, float | str] = field(default_factory=dict)
    target: Target | None = None
    people: int | None = None


def at_least(value: float | None, limit: float) -> Target:
    return Target(f"at least {limit:g}", value is not None and value >= limit)


def at_most(value: float | None, limit: float) -> Target:
    return Target(f"at most {limit:g}", value is not None and value <= limit)
