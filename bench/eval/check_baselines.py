"""Simple ways to tell a person's text from another's, in the same trials: bags of n-grams, and compression."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Callable, Mapping
from functools import cache
from itertools import pairwise
from math import log, sqrt

from bench.eval.check_trials import Trial
from voice_engine.voice import ngrams

type Bag = Mapping[str, int]


def words(trial: Trial) -> list[float]:
    """Words and marks, one and two neighbouring ones: tf-idf, cosine to the mean of the known texts."""
    return _tf_idf(trial, words_and_pairs)


def characters(trial: Trial) -> list[float]:
    """The same over three to five neighbouring characters."""
    return _tf_idf(trial, _characters)


def compression(trial: Trial) -> list[float]:
    """Normalised compression distance to the known texts, with zlib (Cilibrasi and Vitányi 2005); nearer is higher."""
    known = "\n".join(text for _, text in trial.known)
    size = _compressed(known)
    return [
        (min(size, own) - _compressed(f"{known}\n{text}")) / max(size, own)
        for text in (*trial.own, *trial.others)
        for own in (_compressed(text),)
    ]


BASELINES: Mapping[str, Callable[[Trial], list[float]]] = {
    "words": words,
    "characters": characters,
    "compression": compression,
}


def _tf_idf(trial: Trial, bag: Callable[[str], Bag]) -> list[float]:
    """The rarity of an n-gram is learned on the drafts and the known texts: all that the judge of a trial has seen."""
    seen = [bag(text) for pair in trial.known for text in pair]
    present = Counter(gram for counts in seen for gram in counts)
    rarity = {gram: 1 + log((1 + len(seen)) / (1 + count)) for gram, count in present.items()}
    unseen = 1 + log(1 + len(seen))
    mean: dict[str, float] = {}
    for _, text in trial.known:
        for gram, weight in _unit(bag(text), rarity, unseen).items():
            mean[gram] = mean.get(gram, 0.0) + weight
    return [_cosine(bag(text), mean, rarity, unseen) for text in (*trial.own, *trial.others)]


def _cosine(counts: Bag, mean: Mapping[str, float], rarity: Mapping[str, float], unseen: float) -> float:
    """But for the length of the mean, which is the same for all texts of a trial."""
    product = length = 0.0
    for gram, count in counts.items():
        weight = (1 + log(count)) * rarity.get(gram, unseen)
        length += weight * weight
        product += weight * mean.get(gram, 0.0)
    return product / sqrt(length) if length else 0.0


def _unit(counts: Bag, rarity: Mapping[str, float], unseen: float) -> dict[str, float]:
    weights = {gram: (1 + log(count)) * rarity.get(gram, unseen) for gram, count in counts.items()}
    length = sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {gram: weight / length for gram, weight in weights.items()}


@cache
def words_and_pairs(text: str) -> Bag:
    """How often each word, mark, and pair of neighbouring ones stands in a text."""
    found = [ngrams.key(token.surface) if token.word else token.surface for token in ngrams.tokens(text)]
    return Counter([*found, *(f"{one} {other}" for one, other in pairwise(found))])


@cache
def _characters(text: str) -> Bag:
    return Counter(text[start : start + size] for size in (3, 4, 5) for start in range(len(text) - size + 1))


@cache
def _compressed(text: str) -> int:
    return len(zlib.compress(text.encode("utf-8", "surrogatepass"), 9))
