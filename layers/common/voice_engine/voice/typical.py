"""What drafts are typically like, and what people on the whole do to them: numbers, so that one person's few drafts
are not all that is known of drafts."""

from __future__ import annotations

import struct
from base64 import b85decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import batched

from voice_engine.voice.typical_numbers import NGRAMS, STYLE_NUMBERS

_MEAN_UNIT, _SHIFT_UNIT = 64, 8  # of 1/65,536ths, what the stored bytes count
_ENTRY = struct.Struct("<3sBb")


@dataclass(frozen=True, slots=True)
class Typical:
    """Typical drafts in the terms of the fingerprint.

    means: for each view, n-gram to its mean weight in drafts. shifts: to how much an edit adds to it, on the mean over
    people. style_means, style_variances, style_shifts: the same for each of STYLE, and its variance between drafts.
    """

    means: tuple[Mapping[int, int], ...]
    shifts: tuple[Mapping[int, int], ...]
    style_means: tuple[int, ...]
    style_variances: tuple[int, ...]
    style_shifts: tuple[int, ...]

    def unmoved(self) -> Typical:
        """The same drafts, where those who get them do not move them: for drafts that are people's own texts."""
        return replace(self, shifts=({},) * len(self.shifts), style_shifts=(0,) * len(self.style_shifts))


def pack(entries: Mapping[int, tuple[int, int]]) -> bytes:
    """N-grams with mean and shift, rounded to what two bytes hold."""
    return b"".join(
        _ENTRY.pack(
            gram.to_bytes(3, "little"),
            min(255, round(mean / _MEAN_UNIT)),
            max(-127, min(127, round(shift / _SHIFT_UNIT))),
        )
        for gram, (mean, shift) in sorted(entries.items())
    )


def unpack(views: Sequence[bytes], style: Sequence[int]) -> Typical:
    """The numbers back from `pack` for each view, and from the means, variances and shifts of the style in a row."""
    means: list[dict[int, int]] = []
    shifts: list[dict[int, int]] = []
    for view in views:
        entries = [(int.from_bytes(gram, "little"), mean, shift) for gram, mean, shift in _ENTRY.iter_unpack(view)]
        means.append({gram: mean * _MEAN_UNIT for gram, mean, _ in entries})
        shifts.append({gram: shift * _SHIFT_UNIT for gram, _, shift in entries})
    each = len(style) // 3
    style_means, style_variances, style_shifts = batched(style, each, strict=True)
    return Typical(tuple(means), tuple(shifts), style_means, style_variances, style_shifts)


TYPICAL = unpack([b85decode(view) for view in NGRAMS], STYLE_NUMBERS)
