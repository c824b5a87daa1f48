"""The state of a fingerprint, and how its n-grams are weighed."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from voice_engine.voice.stylometry import STYLE, VIEWS
from voice_engine.voice.typical import TYPICAL, Typical

LEVEL_UNIT = 1_000  # of closeness

# How much the typical drafts count beside those that the person was given, in drafts: for how common an n-gram is,
# and for where the middle of the drafts lies. Picked by hand after comparing a few values on all writers of the
# trials, not leave-one-writer-out; from 0 to 5 the area under the curve moved by 0.01 or less.
COMMONNESS_PRIOR = 5
CENTRE_PRIOR = 1
UNSEEN = 3  # drafts that an n-gram unseen in any is taken to be common in, over all drafts

_ENTRY = struct.Struct("<HBHH")  # a hash in its lower 16 and its upper 8 bits: read so, it needs no call of its own


@dataclass(frozen=True, slots=True)
class Level:
    """How close texts of one kind lay when they came in, on the mean of the newest: in 1/LEVEL_UNIT, and of how many
    texts."""

    mean: int = 0
    seen: int = 0


@dataclass(frozen=True, slots=True)
class FormatPart:
    """What is known of one format: how many known texts and drafts, and how close they lay."""

    name: str
    known: int = 0
    drafts: int = 0
    own: Level = Level()
    given: Level = Level()


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What tells a person's texts (known) from the drafts they were given: at most 16 KB.

    known, drafts: how many texts of each. known_words: words of all known texts. views: for each of VIEWS, n-grams as
    hash (3 bytes) and mean weight in known texts and in drafts (2 bytes each, in 1/ONE), in the order of their hashes.
    weights: for each view, the mean weight of an n-gram that stands once in a draft. style: for each of STYLE, the
    mean over known texts, over drafts, and the mean square over drafts, four bytes each. own, given: how close known
    texts and drafts lay, each before it was added. formats: the newest last.
    """

    known: int = 0
    drafts: int = 0
    known_words: int = 0
    views: tuple[bytes, ...] = (b"",) * len(VIEWS)
    weights: tuple[int, ...] = (0,) * len(VIEWS)
    style: bytes = bytes(4 * 3 * len(STYLE))
    own: Level = Level()
    given: Level = Level()
    formats: tuple[FormatPart, ...] = ()

    def format(self, name: str | None) -> FormatPart | None:
        return next((part for part in self.formats if part.name == name), None)


def table(fingerprint: Fingerprint, position: int) -> dict[int, tuple[int, int]]:
    """One view of a fingerprint: n-gram to its mean weight in known texts and in drafts, in 1/ONE."""
    return {
        low | high << 16: (known, given) for low, high, known, given in _ENTRY.iter_unpack(fingerprint.views[position])
    }


def pack_table(entries: Mapping[int, tuple[int, int]]) -> bytes:
    """The n-grams of a view in the order of their hashes, seven bytes each."""
    return b"".join(
        _ENTRY.pack(gram & 0xFFFF, gram >> 16, known, given) for gram, (known, given) in sorted(entries.items())
    )


type StyleMeans = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def style_means(fingerprint: Fingerprint) -> StyleMeans:
    """For each of STYLE: the mean over known texts, over drafts, and the mean square over drafts."""
    numbers = struct.unpack(f"<{3 * len(STYLE)}i", fingerprint.style)
    size = len(STYLE)
    return numbers[:size], numbers[size : 2 * size], numbers[2 * size :]


def pack_style(means: StyleMeans) -> bytes:
    """The bytes that `style_means` reads."""
    return struct.pack(f"<{3 * len(STYLE)}i", *means[0], *means[1], *means[2])


@dataclass(frozen=True, slots=True)
class Scale:
    """How to weigh one view's n-grams: by how common each is in drafts, the typical ones counted in."""

    drafts: int
    weight: int
    position: int
    typical: Typical = TYPICAL

    @property
    def floor(self) -> int:
        """What is added to each commonness, so that the unseen is not infinitely rare."""
        return UNSEEN * self.weight // (self.drafts + COMMONNESS_PRIOR) + 1

    def weighed(self, entries: Mapping[int, tuple[int, int]]) -> Iterator[tuple[int, int, int, int]]:
        """Each n-gram with its mean weight in known texts, its centre and its commonness, in 1/ONE.

        centre: where the texts of other people lie: the drafts, moved as people on the whole move them. commonness:
        the mean weight in drafts, with the floor.
        """
        means, shifts = self.typical.means[self.position], self.typical.shifts[self.position]
        drafts, floor = self.drafts, self.floor
        common, central = drafts + COMMONNESS_PRIOR, drafts + CENTRE_PRIOR
        for gram, (known, given) in entries.items():
            mean, whole = means.get(gram, 0), drafts * given
            yield (
                gram,
                known,
                (whole + CENTRE_PRIOR * mean) // central + shifts.get(gram, 0),
                (whole + COMMONNESS_PRIOR * mean) // common + floor,
            )
