"""Whether a phrase that the learner rates high is removed again sooner than the rest of the draft it comes back in.

Each writer's edits are learned in order. Before each, the records of the state whose phrases the draft holds, and which
were removed at least TWICE, are noted with what became of them. Lift is removals over what the edit's own rate of
removal for phrases of that length explains: an edit that cuts half of everything proves nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean

from bench.eval.bootstrap import interval
from bench.eval.data import Data, Row
from bench.eval.result import Result, Target, at_most
from voice_engine.voice import ngrams, phrases
from voice_engine.voice.phrases import PhraseMemory

MILLION = 1_000_000
TWICE = 2
HIGHEST = 300  # occurrences, over all writers
LIFT, BRIER = 1.8, 0.97
SIMPLE_RATE = 0.6  # of the drafts that had it, the share from which the simple rule's phrase was removed


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A phrase met again.

    odds: the learner's, against the rest of a draft; own_odds: without what the phrase looks like, from this writer's
    edits alone. probability: the learner's, of removal. listed: whether the profile shows it as banned. simple:
    whether the simple rule would. own_rate: the share of phrases of its length that this edit removed. running_rate:
    the mean of that over the writer's earlier edits.
    """

    odds: int
    own_odds: int
    probability: float
    listed: bool
    simple: bool
    own_rate: float
    running_rate: float
    removed: bool


def evaluate(data: Data) -> list[Result]:
    people = [list(_of_writer(data, rows)) for rows in (*data.prose.values(), *data.messages.values())]
    people = [met for met in people if met]
    every = [item for met in people for item in met]
    if not every:
        return [Result(key, None) for key in ("phrases.ban_lift", "phrases.ban_count", "phrases.brier_ratio")]
    count = min(HIGHEST, len(every))
    value, ends = _highest_lift(people, count), interval(people, lambda drawn: _highest_lift(drawn, count))
    simple = lift([item for item in every if item.simple]) or 0.0
    brier = _brier_ratio(people)
    return [
        Result(
            "phrases.ban_lift",
            value,
            interval=ends,
            baselines={"removed_twice_rate_0.6": simple},
            beside={
                "listed": lift([item for item in every if item.listed]) or 0.0,
                "listed_count": sum(item.listed for item in every),
                "simple_count": sum(item.simple for item in every),
                "all": lift(every) or 0.0,
                "own_evidence": lift(sorted(every, key=lambda item: -item.own_odds)[:count]) or 0.0,
                "removed_share": fmean(item.removed for item in _highest(every, count)),
            },
            target=Target(
                f"at least {LIFT:g} over {HIGHEST}, interval above the baseline",
                count == HIGHEST and value >= LIFT and ends is not None and ends[0] > simple,
            ),
            people=len(people),
        ),
        Result("phrases.ban_count", count, beside={"rated": len(every)}, people=len(people)),
        Result(
            "phrases.brier_ratio",
            brier,
            interval=interval(people, _brier_ratio),
            baselines={"running_rate": 1.0},
            beside={"brier": _brier(every, running=False), "brier_running_rate": _brier(every, running=True)},
            target=at_most(brier, BRIER),
            people=len(people),
        ),
    ]


def _of_writer(data: Data, rows: Sequence[Row]) -> Iterator[Occurrence]:
    rates: list[tuple[int, ...]] = []
    for row, state in data.befores(rows):
        delta = data.delta(row)
        removed = {ngrams.key(phrase.surface) for phrase in delta.removed}
        if rates:
            running = [fmean(column) for column in zip(*rates, strict=True)]
            yield from _met(state.phrases, removed, delta.kept_digests(), delta.removal_rates, running)
        rates.append(delta.removal_rates)


def _met(
    memory: PhraseMemory,
    removed: set[str],
    kept: frozenset[int],
    own: Sequence[int],
    running: Sequence[float],
) -> Iterator[Occurrence]:
    listed = {item.key for item in phrases.banned(memory)}
    for item in memory.evidence:
        gone = item.key in removed
        if item.removed_in < TWICE or not (gone or ngrams.digest(item.key) in kept):
            continue
        length = item.key.count(" ") + 1 - ngrams.SHORTEST
        yield Occurrence(
            odds=item.odds,
            own_odds=1_000 * item.odds // item.prior,
            probability=memory.probability(item) / MILLION,
            listed=item.key in listed,
            simple=item.removed_in >= SIMPLE_RATE * (item.removed_in + item.kept_in),
            own_rate=own[length] / MILLION,
            running_rate=running[length] / MILLION,
            removed=gone,
        )


def lift(met: Sequence[Occurrence]) -> float | None:
    """Removals over those that the edits' own rates explain."""
    explained = sum(item.own_rate for item in met)
    return sum(item.removed for item in met) / explained if explained else None


def _highest(met: Sequence[Occurrence], count: int) -> list[Occurrence]:
    return sorted(met, key=lambda item: -item.odds)[:count]


def _highest_lift(people: Sequence[Sequence[Occurrence]], count: int) -> float:
    return lift(_highest([item for met in people for item in met], count)) or 0.0


def _brier_ratio(people: Sequence[Sequence[Occurrence]]) -> float:
    met = [item for some in people for item in some]
    return _brier(met, running=False) / _brier(met, running=True)


def _brier(met: Sequence[Occurrence], *, running: bool) -> float:
    """Mean squared error of a stated probability (Brier 1950)."""
    return fmean(((item.running_rate if running else item.probability) - item.removed) ** 2 for item in met)
