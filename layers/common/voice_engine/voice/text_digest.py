"""What the fingerprint takes from one text: bounded, in whole numbers, and no text."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isqrt

from voice_engine.voice import ngrams, stylometry
from voice_engine.voice import text as structure
from voice_engine.voice.stylometry import HASH_BITS, HASH_MASK, LOG_UNIT, STYLE

ONE = 1 << 16  # the scale of weights: a text's weights in a view have the length 1
MOST_FEATURES = (700, 1_000, 1_300)  # n-grams of one text that its digest keeps, a view
_MOST_COUNT = 255  # of one n-gram in a text
_MOST_HABIT = 0x7FFF
# 1 + ln count for each count, in 1/LOG_UNIT.
_LN_2 = (710, 1024)
_WEIGHT = (0, *(LOG_UNIT + stylometry.log2(count) * _LN_2[0] // _LN_2[1] for count in range(1, _MOST_COUNT + 1)))


@dataclass(frozen=True, slots=True)
class TextDigest:
    """One text as numbers: at most 12.2 KB.

    words: how many; two characters of a script without spaces count as one. views: for each of VIEWS, n-grams as hash
    (3 bytes) and count (1 byte), in the order of their hashes; over MOST_FEATURES the most frequent, then those of the
    lowest hashes. lengths: for each view, the squared length of the whole text's weights, 1 + ln count each, in
    1/LOG_UNIT of a weight. style: the habits of STYLE, two bytes each.
    """

    words: int
    views: tuple[bytes, ...]
    lengths: tuple[int, ...]
    style: bytes


def digest(text: str) -> TextDigest:
    """The digest of one text. Linear in its length."""
    text = structure.composed(text)
    found = ngrams.tokens(text)
    counters = stylometry.ngram_counts(text, found)
    habits = (max(-_MOST_HABIT, min(_MOST_HABIT, habit)) for habit in stylometry.style(text, found))
    return TextDigest(
        words=sum(token.word for token in found) + structure.unspaced(text) // 2,
        views=tuple(_packed(counts, most) for counts, most in zip(counters, MOST_FEATURES, strict=True)),
        lengths=tuple(_length(counts) for counts in counters),
        style=struct.pack(f"<{len(STYLE)}h", *habits),
    )


def weighted(text: TextDigest, position: int) -> dict[int, int]:
    """The weights of a text's n-grams in one view, in 1/ONE: (1 + ln count) over the length of all of them."""
    length = max(1, isqrt(text.lengths[position]))
    weights = [weight * ONE // length for weight in _WEIGHT]
    features = struct.unpack(f"<{len(text.views[position]) // 4}I", text.views[position])
    return {feature & HASH_MASK: weights[feature >> HASH_BITS] for feature in features}


def weight_of_one(text: TextDigest, position: int) -> int:
    """The weight of an n-gram that stands once in a text, in 1/ONE."""
    return LOG_UNIT * ONE // max(LOG_UNIT, isqrt(text.lengths[position]))


def habits(text: TextDigest) -> tuple[int, ...]:
    """The habits of STYLE in one text."""
    return struct.unpack(f"<{len(STYLE)}h", text.style)


def _packed(counts: Mapping[int, int], most: int) -> bytes:
    grams: Iterable[int] = counts
    if len(counts) > most:
        # One number each, for numbers are sorted faster than pairs: the more frequent first, then the lower hash.
        ranked = sorted(gram - (count << HASH_BITS) for gram, count in counts.items())
        grams = (number & HASH_MASK for number in ranked[:most])
    features = [gram | min(counts[gram], _MOST_COUNT) << HASH_BITS for gram in sorted(grams)]
    return struct.pack(f"<{len(features)}I", *features)


def _length(counts: Counter[int]) -> int:
    times = Counter(counts.values())
    return sum(_WEIGHT[min(count, _MOST_COUNT)] ** 2 * kinds for count, kinds in times.items())
