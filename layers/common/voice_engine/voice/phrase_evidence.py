"""The record of one phrase, and what it says: how much sooner than the rest of a draft the writer removes it."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import reduce

from voice_engine.voice import machine_phrases, ngrams, packing

MILLION = 1_000_000

# The odds of a removal over those of the draft's other phrases are (removed + 2) / (expected + 2) times what the
# phrase looks like: the shrinker of DuMouchel 1999 (Gamma prior, here of two drafts) and the factors of a logistic
# regression. Fitted on the edits of eleven writers of English prose, on phrases removed before: with this prior the
# exponent of the ratio comes out as 1.0, so it is left out, and the factors are rounded between fits on phrases removed
# once and twice. Refitted without each writer in turn and tried on that writer, the 300 occurrences of the highest
# odds are removed 1.9 times as often as the rest of their drafts, as with the numbers below. Tried and left out, for
# they told nothing: the phrase's last outcome, how long ago that was, the length of its words.
PRIOR = 2
LISTED = 2_100  # thousandths: holds a phrase that machines overuse
PARTICIPLE = 1_500  # holds an English word in -ing
ADVERB = 1_350  # in -ly
LONG = 1_350  # three words or more
GRAMMAR = 800  # an English pair with a word of grammar

BAN_CONTENTS = 2  # distinct drafts a phrase must be removed from, if two of its words carry meaning or it is listed
LIKE_CONTENTS = 3  # distinct drafts a phrase must be brought into; and to be banned for any other
# Sights that a record counts at most: with one more, all its counts are halved, so that a writer who changes is
# followed. On real edits 12, 16, 24 and no end rate phrases alike (`bench.eval.phrases`: lift 1.95, 1.93, 1.86 and
# 1.87).
MEMORY = 16
BAN_ODDS = 1_500_000  # millionths, for a phrase with two words that carry meaning
WORD_ODDS = 2_000_000  # for any other: a single word is more often the topic's than the writer's
BAN_RATIO = 1_100_000  # what the removals alone must say, whatever the phrase looks like
LEAST_RATE = 10_000  # bounds of a rate of removal, in millionths: no draft is all or nothing
SUFFIXED = 5  # letters of a word whose ending tells


@dataclass(frozen=True, slots=True)
class PhraseEvidence:
    """The record of one phrase.

    surface: as it was written. content_words: how many of its words carry meaning. listed: whether machines overuse it
    (`machine_phrases`). prior: odds from what it looks like, in thousandths. removed_in, kept_in, added_in: distinct
    drafts it was removed from, left in, brought into, of about the newest MEMORY: older ones fade (`faded`). expected:
    the removals that the rates of those edits explain, in millionths. contents: hashes of the newest drafts that it was
    removed from or brought into; left: of the newest that kept it. edits: ids of the newest edits that removed or added
    it, oldest first. seen: number of the newest edit whose draft or result had it.
    """

    surface: str
    content_words: int
    listed: bool
    prior: int
    removed_in: int
    kept_in: int
    added_in: int
    expected: int
    contents: tuple[int, ...]
    left: int | None
    edits: tuple[str, ...]
    seen: int

    @property
    def key(self) -> str:
        return ngrams.key(self.surface)

    @property
    def odds(self) -> int:
        """Of being removed, over the odds of the draft's other phrases of that length, in millionths. A draft that
        the phrase was brought into counts as one that kept it."""
        return self.ratio * self.prior // 1_000

    @property
    def ratio(self) -> int:
        """(removed + PRIOR) / (expected + PRIOR), in millionths: what the removals say without what it looks like."""
        chances = self.removed_in + self.kept_in
        expected = self.expected + (self.added_in * self.expected // chances if chances else 0)
        return MILLION * MILLION * (self.removed_in + PRIOR) // (expected + PRIOR * MILLION)

    def probability(self, rate: int) -> int:
        """Of being removed from a draft of which this share of the phrases is, both in millionths."""
        share = min(max(rate, LEAST_RATE), MILLION - LEAST_RATE)
        gone = share * self.odds // MILLION
        return MILLION * gone // (MILLION - share + gone)

    def faded(self) -> PhraseEvidence:
        """The record with room for one more sight: where there is none, all counts are halved until there is.

        However often a phrase was removed before, left in MEMORY drafts it is banned no more; however often it was
        left or brought in, removed from as many by edits that leave the most of them, it is banned.
        """
        item = self
        while item.removed_in + item.kept_in + item.added_in >= MEMORY:
            item = replace(
                item,
                removed_in=item.removed_in // 2,
                kept_in=item.kept_in // 2,
                added_in=item.added_in // 2,
                expected=item.expected // 2,
            )
        return item

    @property
    def needed(self) -> int:
        """Drafts that it must be removed from before it is banned."""
        return BAN_CONTENTS if self.content_words > 1 or self.listed else LIKE_CONTENTS

    @property
    def mostly_left(self) -> bool:
        """Removed from less than a third of the drafts that had it: however rare removals are, no ban."""
        return 2 * self.removed_in < self.kept_in

    @property
    def banned(self) -> bool:
        least = BAN_ODDS if self.content_words > 1 else WORD_ODDS
        enough = self.removed_in >= max(self.needed, 2 * self.added_in)
        return enough and not self.mostly_left and self.odds >= least and self.ratio >= BAN_RATIO

    @property
    def liked(self) -> bool:
        return self.added_in >= LIKE_CONTENTS and self.removed_in == 0


def blank(surface: str, language: str | None, number: int) -> PhraseEvidence:
    """The record of a phrase of which nothing is known yet."""
    key = ngrams.key(surface)
    return PhraseEvidence(
        surface=surface,
        content_words=ngrams.content_words(key, language),
        listed=machine_phrases.holds_one(key, language),
        prior=prior_of(key, language),
        removed_in=0,
        kept_in=0,
        added_in=0,
        expected=0,
        contents=(),
        left=None,
        edits=(),
        seen=number,
    )


def prior_of(key: str, language: str | None) -> int:
    """The odds of a phrase from what it looks like, in thousandths. Endings, grammar and the list are English;
    elsewhere only its length counts."""
    words = key.split()
    factors = [LONG] if len(words) > ngrams.PAIR else []
    if language == "en":
        telling = [word for word in words if len(word) >= SUFFIXED and ngrams.carries_meaning(word, language)]
        for found, factor in (
            (machine_phrases.holds_one(key, language), LISTED),
            (any(word.endswith("ing") for word in telling), PARTICIPLE),
            (any(word.endswith("ly") for word in telling), ADVERB),
            (len(words) == ngrams.PAIR and ngrams.content_words(key, language) == 1, GRAMMAR),
        ):
            factors += [factor] if found else []
    return reduce(lambda prior, factor: prior * factor // 1_000, factors, 1_000)


_COUNTS = struct.Struct("<BHHHHIIHB")  # the last two: `left`, and the flags
_LEFT, _LISTED = 1, 2
_MOST_EXPECTED = 0xFFFF_FFFF
_MOST_WORDS = 0xFF


def pack(records: Iterable[PhraseEvidence], room: int) -> bytes:
    """The records, best first, for as long as they fit into this many bytes."""
    return packing.fill((_packed(item) for item in records), room)


def unpack(records: bytes) -> Iterator[PhraseEvidence]:
    reader = packing.Reader(records)
    while reader.more():
        words, prior, removed_in, kept_in, added_in, expected, seen, left, flags = reader.struct(_COUNTS)
        yield PhraseEvidence(
            surface=reader.text(),
            content_words=words,
            listed=bool(flags & _LISTED),
            prior=prior,
            removed_in=removed_in,
            kept_in=kept_in,
            added_in=added_in,
            expected=expected,
            contents=reader.contents(),
            left=left if flags & _LEFT else None,
            edits=reader.ids(),
            seen=seen,
        )


def _packed(item: PhraseEvidence) -> bytes:
    counts = _COUNTS.pack(
        min(item.content_words, _MOST_WORDS),
        packing.short(item.prior),
        packing.short(item.removed_in),
        packing.short(item.kept_in),
        packing.short(item.added_in),
        min(item.expected, _MOST_EXPECTED),
        item.seen,
        item.left or 0,
        _LEFT * (item.left is not None) + _LISTED * item.listed,
    )
    return counts + packing.text(item.surface) + packing.contents(item.contents) + packing.ids(item.edits)
