"""What one edit did to a text: how much, to which features, to which phrases. No running text, but of a new one."""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from voice_engine.voice import features, fingerprint, ngrams, replacements, samples
from voice_engine.voice.alignment import Alignment, Post, align
from voice_engine.voice.features import Features
from voice_engine.voice.fingerprint import TextDigest
from voice_engine.voice.ngrams import LENGTHS, Ngram
from voice_engine.voice.replacements import Replacement
from voice_engine.voice.text import composed

MILLION = 1_000_000
MAX_PHRASES = 240  # in `removed`, and in `added`
MAX_KEPT = 6_000  # hashes in `kept`
MAX_REPLACED = 40


@dataclass(frozen=True, slots=True)
class PhraseCount:
    """A phrase as it was written, and how often."""

    surface: str
    count: int


@dataclass(frozen=True, slots=True)
class StructureChange:
    """Sentences that became two, pairs of them that became one, and the same for lines (paragraphs, list items)."""

    sentences_split: int = 0
    sentences_joined: int = 0
    lines_split: int = 0
    lines_joined: int = 0


@dataclass(frozen=True, slots=True)
class Delta:
    """What one edit did, all that replay needs. At most about 150 KB as BSON.

    language: ISO 639-1 code or None. unchanged: saved as it was (spaces, the form of Unicode and what editors make of
    quotation marks and apostrophes by themselves aside): then it is the delta of the draft and itself.
    changed: share of words and marks changed, in millionths: 1 - 2 * matching / (draft + edited). What only moved
    matches. moved: words of sentences that stand elsewhere. spelling_only: nothing but misspellings was mended, which
    is no style: no vote for anything.
    draft, edited: features of both. removed, added: phrases that became fewer or more, with by how many.
    removal_rates: for phrases of 1, 2, 3, 4 and 5 words, the share of the draft's that this edit removed, in
    millionths: what a removal is measured against.
    kept: sorted 32-bit hashes (`ngrams.digest`, little-endian) of the draft's phrases that stayed.
    replaced: words put in the place of others. structure: what became of sentences and lines.
    draft_digest, edited_digest: of both texts for the fingerprint; of an unchanged one the draft's alone.
    sample: the beginning of the edited text (`samples.excerpt`) where more than SAMPLE_SHARE changed, else empty.
    Lists over their caps keep words and pairs before longer phrases, and of these the lowest hashes: an even sample of
    the whole text.
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
    sample: str = ""
    moved: int = 0
    spelling_only: bool = False
    replaced: tuple[Replacement, ...] = ()
    structure: StructureChange = StructureChange()
    draft_digest: TextDigest | None = None
    edited_digest: TextDigest | None = None

    def kept_digests(self) -> frozenset[int]:
        return frozenset(struct.unpack(f"<{len(self.kept) // 4}I", self.kept))


def measure(draft: tuple[str, ...], edited: tuple[str, ...], language: str | None) -> Delta:
    """Compares a draft with what the writer made of it.

    Both are the posts of a thread, or one text as a tuple of one. Threads of equal length are compared post by
    post and summed; where posts were added or taken out, the threads are compared as one text each.
    """
    draft, edited = _composed(draft), _composed(edited)
    aligned = _aligned(draft, edited)
    matching, size, changed = sum(item.matching for item in aligned), _size(aligned), _changed(aligned)
    moved = sum(item.moved for item in aligned)
    whole = len(draft) == len(edited) and not moved
    unchanged = whole and 2 * matching == size
    if unchanged and draft != edited:
        return measure(draft, draft, language)
    before = _Phrases.of((item.old for item in aligned), language)
    after = _Phrases.of((item.new for item in aligned), language)
    return Delta(
        language=language,
        unchanged=unchanged,
        changed=changed,
        draft=features.of_posts(draft, language),
        edited=features.of_posts(edited, language),
        removed=_sample(before.more_than(after)),
        added=_sample(after.more_than(before)),
        removal_rates=tuple(before.share_gone(after, length) for length in LENGTHS),
        kept=_pack(before.not_more_than(after)),
        sample=samples.excerpt("\n\n".join(edited), language) if changed > samples.SAMPLE_SHARE else "",
        moved=moved,
        spelling_only=2 * matching < size and whole and replacements.spelling_only(aligned, language),
        replaced=_replaced(aligned, language) if changed <= samples.SAMPLE_SHARE else (),
        structure=_structure(aligned),
        draft_digest=fingerprint.digest("\n\n".join(draft)),
        edited_digest=None if unchanged else fingerprint.digest("\n\n".join(edited)),
    )


def distance(draft: tuple[str, ...], edited: tuple[str, ...]) -> int:
    """The share of words and marks that differ between two texts, in millionths, as `changed` of a delta."""
    return _changed(_aligned(_composed(draft), _composed(edited)))


def _composed(posts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(composed(post) for post in posts)


def _aligned(draft: tuple[str, ...], edited: tuple[str, ...]) -> list[Alignment]:
    pairs = list(zip(draft, edited, strict=True)) if len(draft) == len(edited) else [_joined(draft, edited)]
    return [align(old, new) for old, new in pairs]


def _size(aligned: list[Alignment]) -> int:
    return sum(len(item.old.tokens) + len(item.new.tokens) for item in aligned)


def _changed(aligned: list[Alignment]) -> int:
    size = _size(aligned)
    return MILLION - MILLION * 2 * sum(item.matching for item in aligned) // size if size else 0


def _joined(draft: tuple[str, ...], edited: tuple[str, ...]) -> tuple[str, str]:
    return "\n\n".join(draft), "\n\n".join(edited)


def _replaced(aligned: list[Alignment], language: str | None) -> tuple[Replacement, ...]:
    return replacements.replacements(aligned, language)[:MAX_REPLACED]


def _structure(aligned: list[Alignment]) -> StructureChange:
    return StructureChange(
        sum(item.sentences_split for item in aligned),
        sum(item.sentences_joined for item in aligned),
        sum(item.lines_split for item in aligned),
        sum(item.lines_joined for item in aligned),
    )


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one side: how often each occurs, how it is written, and which the edit reached: those at
    least half of whose words the other side lacks, in one place or more."""

    counts: Counter[str]
    surfaces: dict[str, str]
    reached: set[str]

    @classmethod
    def of(cls, posts: Iterable[Post], language: str | None) -> _Phrases:
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


def _half_touched(post: Post, phrase: Ngram) -> bool:
    return 2 * sum(post.touched[phrase.first : phrase.first + phrase.length]) >= phrase.length


def _sample(found: list[tuple[str, PhraseCount]]) -> tuple[PhraseCount, ...]:
    ranked = sorted(found, key=lambda item: (item[0].count(" ") >= ngrams.PAIR, ngrams.digest(item[0]), item[0]))
    return tuple(item for _, item in ranked[:MAX_PHRASES])


def _pack(digests: list[int]) -> bytes:
    lowest = sorted(set(digests))[:MAX_KEPT]
    return struct.pack(f"<{len(lowest)}I", *lowest)
