"""What an edit of a machine draft tells of its writer: does it lie closer to them than the draft, and is that more than
it comes closer to other people?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from itertools import product
from math import log1p, sqrt
from statistics import fmean

from bench.eval.bootstrap import interval, share
from bench.eval.check_baselines import words_and_pairs
from bench.eval.check_trials import Pair, People
from bench.eval.check_verdicts import digested, folded
from bench.eval.result import Result, at_least
from voice_engine.voice.closeness import STYLE_SHARE, similarities
from voice_engine.voice.fingerprint import Fingerprint
from voice_engine.voice.stylometry import VIEWS

LEAST_PERSONAL, LEAST_COMBINED = 0.80, 0.95
OTHERS = 16  # other people whose fingerprints an edit is held against
FEW_WORDS = 20  # taken out or put in, below which an edit is a small one
SHARES = (*(1.0 for _ in VIEWS), STYLE_SHARE)  # of the similarities in `closeness`, which is their sum
TRIED_SHARES = (0.0, 0.2, 0.5, 1.0, 2.0)

type Vector = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Move:
    """How much closer an edit lies than its draft, by each of `similarities`: to its writer, and to other people on the
    mean. words: how many were taken out or put in."""

    writer: str
    words: int
    own: Vector
    others: Vector

    def combined(self, shares: Vector = SHARES) -> bool:
        return _dot(shares, self.own) > 0

    def personal(self, shares: Vector = SHARES) -> bool:
        return _dot(shares, self.own) > _dot(shares, self.others)


@dataclass(frozen=True, slots=True)
class _Person:
    """Someone with own texts and edits of machine drafts."""

    writer: str
    texts: tuple[str, ...]
    pairs: tuple[Pair, ...]

    def fingerprint(self, without: Pair | None = None) -> Fingerprint:
        edits = [(pair.draft, pair.edited) for pair in self.pairs if pair is not without]
        return folded([*edits, *((None, text) for text in self.texts)])


def directions(people: People) -> list[Result]:
    """For each touched draft of postedit, with the fingerprint of everything else the person wrote: does the edit lie
    closer to them than the draft (`combined`: that alone knows a machine from a human), and does it move further
    towards them than towards other people on the mean (`personal`).

    Beside them: the same for small edits and for the others; and an oracle, with the weights of the similarities that
    fit these very edits best of a grid. No method knows those beforehand: it says how much there is to gain by them."""
    texts = people.texts.get("messages", {})
    persons = [
        _Person(writer, texts.get(writer, ()), pairs) for writer, pairs in people.pairs.get("messages", {}).items()
    ]
    found = [list(moves) for moves in _moved(persons)]
    alone = share(_human_against_machine(persons))
    return [
        _result("check.personal", found, Move.personal, LEAST_PERSONAL),
        replace(
            _result("check.combined", found, Move.combined, LEAST_COMBINED),
            baselines={} if alone is None else {"human against machine alone": alone},
        ),
    ]


def _moved(persons: Sequence[_Person]) -> Iterator[Iterator[Move]]:
    prints = {person.writer: person.fingerprint() for person in persons}
    for number, person in enumerate(persons):
        others = [
            prints[persons[(number + step) % len(persons)].writer] for step in range(1, min(OTHERS + 1, len(persons)))
        ]
        touched = [pair for pair in person.pairs if pair.draft.strip() != pair.edited.strip()]
        yield (_move(pair, person.fingerprint(pair), others) for pair in touched)


def _move(pair: Pair, own: Fingerprint, others: Sequence[Fingerprint]) -> Move:
    means = zip(*(_closer(other, pair) for other in others), strict=True)
    return Move(
        pair.writer,
        words_changed(pair),
        _closer(own, pair),
        tuple(map(fmean, means)) if others else (0.0,) * len(SHARES),
    )


def _closer(state: Fingerprint, pair: Pair) -> Vector:
    before, after = similarities(state, digested(pair.draft)), similarities(state, digested(pair.edited))
    return tuple(late - early for early, late in zip(before, after, strict=True))


def words_changed(pair: Pair) -> int:
    """Words between spaces that were taken out or put in."""
    draft, edited = pair.draft.split(), pair.edited.split()
    blocks = SequenceMatcher(a=draft, b=edited, autojunk=False).get_matching_blocks()
    return len(draft) + len(edited) - 2 * sum(block.size for block in blocks)


def best_shares(moves: Sequence[Move], right: Callable[[Move, Vector], bool]) -> float:
    """The most of these moves that any weights of the similarities get right, as a share: those of `closeness`, and
    those of a grid."""
    tried = (SHARES, *product(TRIED_SHARES, repeat=len(SHARES)))
    return max(fmean(right(move, shares) for move in moves) for shares in tried)


def _result(key: str, found: Sequence[Sequence[Move]], right: Callable[[Move, Vector], bool], least: float) -> Result:
    pairs = [(sum(right(move, SHARES) for move in moves), len(moves)) for moves in found]
    every = [move for moves in found for move in moves]
    small = [right(move, SHARES) for move in every if move.words < FEW_WORDS]
    large = [right(move, SHARES) for move in every if move.words >= FEW_WORDS]
    beside: dict[str, float | str] = {}
    for name, part in ((f"under {FEW_WORDS} words", small), (f"from {FEW_WORDS} words", large)):
        if part:
            beside |= {name: fmean(part), f"edits {name}": len(part)}
    if every:
        beside["oracle of weights"] = best_shares(every, right)
    value = share(pairs)
    return Result(key, value, interval(pairs, share), beside=beside, target=at_least(value, least), people=len(pairs))


def _human_against_machine(persons: Sequence[_Person]) -> list[tuple[float, float]]:
    """Knows nothing of the person: does an edit change words and marks in the direction in which other people's edits
    do on the mean, each edit weighing the same?"""
    changes = [[change for pair in person.pairs if (change := _change(pair))] for person in persons]
    everyone: Counter[str] = Counter()
    for own in changes:
        for change in own:
            everyone.update(change)
    found: list[tuple[float, float]] = []
    for own in changes:
        others = Counter(everyone)
        for change in own:
            others.subtract(change)
        right = sum(sum(weight * others[gram] for gram, weight in change.items()) > 0 for change in own)
        found.append((right, len(own)))
    return found


def _change(pair: Pair) -> Mapping[str, float]:
    before, after = words_and_pairs(pair.draft), words_and_pairs(pair.edited)
    found = {gram: log1p(after.get(gram, 0)) - log1p(before.get(gram, 0)) for gram in before.keys() | after.keys()}
    length = sqrt(sum(weight * weight for weight in found.values()))
    return {gram: weight / length for gram, weight in found.items() if weight}


def _dot(weights: Vector, values: Vector) -> float:
    return sum(weight * value for weight, value in zip(weights, values, strict=True))
