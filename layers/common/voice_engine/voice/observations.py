"""What is kept of one draft and of what the writer made of it: each trait of both texts, packed."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Measure:
    """One trait in one draft and in what the writer made of it, in millionths."""

    draft: int
    edited: int
    touched: bool

    @property
    def change(self) -> int:
        return self.edited - self.draft


@dataclass(frozen=True, slots=True)
class Observation:
    """One draft as the writer left it, all saves of it together: the first base against the newest text.

    content_id, edit_ids: the draft and its newest saves, oldest first. number: of the newest save, counted over
    all edits of the profile. sample: more than SAMPLE_SHARE was changed, so it says how the writer writes, not
    what they change. words: of the edited text. draft, edited: the measures of both texts (`pack`). touched: one bit a
    trait in the order of the table, the first lowest: whether the writer changed what it counts.
    changed: share of words changed over all saves, in millionths. aims: what the draft was aiming at, of each of the
    traits RELATIVE (`pack`). printed: whether the edited text is one of the known texts of the fingerprint.
    """

    content_id: str
    edit_ids: tuple[str, ...]
    number: int
    sample: bool
    words: int
    draft: bytes
    edited: bytes
    touched: int
    changed: int = 0
    aims: bytes = b""
    printed: bool = False

    def measure(self, position: int) -> Measure | None:
        """One trait of it, or None where one of the texts cannot tell."""
        found = _measures(self.draft, self.edited, self.touched)
        return found[position] if position < len(found) else None


@lru_cache(maxsize=1024)
def _measures(draft: bytes, edited: bytes, touched: int) -> tuple[Measure | None, ...]:
    """All traits of one draft. Each further edit of the writer reads them again."""
    sides = zip(_NUMBER.iter_unpack(draft), _NUMBER.iter_unpack(edited), strict=False)
    return tuple(
        None if _UNTOLD in (before, after) else Measure(before, after, bool(touched >> position & 1))
        for position, ((before,), (after,)) in enumerate(sides)
    )


def pack(measures: Iterable[int | None]) -> bytes:
    """Measures as signed 32-bit integers, little-endian, one a trait in the order of the table. None is the lowest
    number; what lies beyond 32 bits counts as the highest."""
    numbers = [_UNTOLD if measure is None else max(-_HIGHEST, min(_HIGHEST, measure)) for measure in measures]
    return struct.pack(f"<{len(numbers)}i", *numbers)


def measured(packed: bytes, position: int) -> int | None:
    """The measure at a position of the table; None beyond the end, for a trait that was not in the table then."""
    if len(packed) < _NUMBER.size * (position + 1):
        return None
    found: int = _NUMBER.unpack_from(packed, _NUMBER.size * position)[0]
    return None if found == _UNTOLD else found


_NUMBER = struct.Struct("<i")
_HIGHEST = 2**31 - 1
_UNTOLD = -(2**31)
