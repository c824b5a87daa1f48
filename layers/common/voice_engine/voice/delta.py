"""What one edit did to a text: how much, to which features, to which phrases. It holds no running text."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Indel, Levenshtein

from voice_engine.voice import features, ngrams
from voice_engine.voice.features import Features
from voice_engine.voice.ngrams import LENGTHS, Ngram, Token

MILLION = 1_000_000
MAX_PHRASES = 350  # in `removed`, and in `added`
# Above this many pairs of tokens (texts of 10,000 each), Levenshtein aligns in place of the longest common
# subsequence: it finds a little less in common and needs 1 MB where that would need 300.
MAX_CELLS = 100_000_000
MAX_KEPT = 10_000  # hashes in `kept`


@dataclass(frozen=True, slots=True)
class PhraseCount:
    """A phrase as it was written, and how often."""

    surface: str
    count: int


@dataclass(frozen=True, slots=True)
class Delta:
    """What one edit did, all that replay needs. At most about 150 KB as BSON.

    language: ISO 639-1 code or None. unchanged: saved as it was (spaces aside).
    changed: share of words and marks changed, in millionths: 1 - 2 * matching / (draft + edited).
    draft, edited: features of both. removed, added: phrases that became fewer or more, with by how many.
    removal_rates: for phrases of 2, 3, 4 and 5 words, the share of the draft's that this edit removed, in
    millionths: what a removal is measured against.
    kept: sorted 32-bit hashes (`ngrams.digest`, little-endian) of the draft's phrases that stayed.
    Lists over their caps keep the phrases of the lowest hashes: an even sample of the whole text.
    """

    language: str | None
    unchanged: bool
    changed: int
    draft: Features
    edited: Features
    removed: tuple[PhraseCount, ...]
    added: tuple[PhraseCount, ...]
    removal_rates: tuple[int, ...]
    kept: bytes

    def kept_digests(self) -> frozenset[int]:
        return frozenset(struct.unpack(f"<{len(self.kept) // 4}I", self.kept))


def measure(draft: tuple[str, ...], edited: tuple[str, ...], language: str | None) -> Delta:
    """Compares a draft with what the writer made of it.

    Both are the posts of a thread, or one text as a tuple of one. Threads of equal length are compared post by
    post and summed; where posts were added or taken out, the threads are compared as one text each.
    """
    if len(draft) == len(edited):
        pairs = [(_Post.of(old), _Post.of(new)) for old, new in zip(draft, edited, strict=True)]
    else:
        pairs = [(_Post.of("\n\n".join(draft)), _Post.of("\n\n".join(edited)))]
    matching = sum(_align(old, new) for old, new in pairs)
    size = sum(len(old.tokens) + len(new.tokens) for old, new in pairs)
    before = _Phrases.of((old for old, _ in pairs), language)
    after = _Phrases.of((new for _, new in pairs), language)
    return Delta(
        language=language,
        unchanged=2 * matching == size and len(draft) == len(edited),
        changed=MILLION - MILLION * 2 * matching // size if size else 0,
        draft=features.total(features.count(post, language) for post in draft),
        edited=features.total(features.count(post, language) for post in edited),
        removed=_sample(before.more_than(after)),
        added=_sample(after.more_than(before)),
        removal_rates=tuple(before.share_gone(after, length) for length in LENGTHS),
        kept=_pack(before.not_more_than(after)),
    )


@dataclass(frozen=True, slots=True)
class _Post:
    """The tokens of one post, and for each whether the other side lacks it."""

    tokens: list[Token]
    touched: bytearray

    @classmethod
    def of(cls, text: str) -> _Post:
        found = ngrams.tokens(text)
        return cls(found, bytearray(len(found)))

    def touch(self, start: int, end: int) -> None:
        self.touched[start:end] = b"\x01" * (end - start)


def _align(old: _Post, new: _Post) -> int:
    """Marks in both posts what the other lacks; the number of tokens that match. Bit-parallel: 5,000 words
    against 5,000 take milliseconds."""
    left, right = [token.surface for token in old.tokens], [token.surface for token in new.tokens]
    aligner = Indel if len(left) * len(right) <= MAX_CELLS else Levenshtein
    opcodes = aligner.opcodes(left, right)
    matching = 0
    for step in opcodes:
        if step.tag == "equal":
            matching += step.src_end - step.src_start
        else:
            old.touch(step.src_start, step.src_end)
            new.touch(step.dest_start, step.dest_end)
    return matching


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one side: how often each occurs, how it is written, and which the edit reached: those at
    least half of whose words the other side lacks, in one place or more."""

    counts: Counter[str]
    surfaces: dict[str, str]
    reached: set[str]

    @classmethod
    def of(cls, posts: Iterable[_Post], language: str | None) -> _Phrases:
        counts: Counter[str] = Counter()
        surfaces: dict[str, str] = {}
        reached: set[str] = set()
        for post in posts:
            for phrase in ngrams.ngrams(post.tokens, language):
                counts[phrase.key] += 1
                surfaces.setdefault(phrase.key, phrase.surface)
                if _half_touched(post, phrase):
                    reached.add(phrase.key)
        return cls(counts, surfaces, reached)

    def more_than(self, other: _Phrases) -> list[tuple[str, PhraseCount]]:
        """What this side has more of and the edit reached. Text that only moved is on both sides alike."""
        surplus = ((key, self.counts[key] - other.counts[key]) for key in self.reached)
        return [(key, PhraseCount(self.surfaces[key], count)) for key, count in surplus if count > 0]

    def not_more_than(self, other: _Phrases) -> list[int]:
        """Digests of what the other side has at least as often."""
        return [ngrams.digest(key) for key, count in self.counts.items() if count <= other.counts[key]]

    def share_gone(self, other: _Phrases, length: int) -> int:
        """Of this side's phrases of a length, the share that the other side lacks, in millionths."""
        present = gone = 0
        for key, count in self.counts.items():
            if key.count(" ") + 1 == length:
                present += count
                gone += max(0, count - other.counts[key]) if key in self.reached else 0
        return MILLION * gone // present if present else 0


def _half_touched(post: _Post, phrase: Ngram) -> bool:
    return 2 * sum(post.touched[phrase.first : phrase.first + phrase.length]) >= phrase.length


def _sample(found: list[tuple[str, PhraseCount]]) -> tuple[PhraseCount, ...]:
    ranked = sorted(found, key=lambda item: (ngrams.digest(item[0]), item[0]))
    return tuple(item for _, item in ranked[:MAX_PHRASES])


def _pack(digests: list[int]) -> bytes:
    lowest = sorted(set(digests))[:MAX_KEPT]
    return struct.pack(f"<{len(lowest)}I", *lowest)
