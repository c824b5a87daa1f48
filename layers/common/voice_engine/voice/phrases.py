"""Evidence about phrases: which the writer removes more than the rest of a draft, and which they bring in."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from zlib import crc32

from voice_engine.voice import ngrams
from voice_engine.voice.delta import MILLION, Delta, PhraseCount

MAX_EVIDENCE = 80  # phrases with a record
MAX_ONCE = 1_200  # phrases seen once, in each direction
MAX_LISTED = 20  # phrases shown in a list
POINTERS = 4  # edits named behind a phrase

BAN_CONTENTS = 2  # distinct drafts a phrase must be removed from, if two of its words carry meaning
LIKE_CONTENTS = 3  # distinct drafts a phrase must be brought into; and to be banned with one such word
BAN_LIFT = 1_500_000  # removals over what the edits' own rates explain, in millionths, prior included
FORGET_UNSURE = 60  # edits without a sight of it, after which a phrase in no list is forgotten
FORGET_LISTED = 240  # the same for a phrase in a list


@dataclass(frozen=True, slots=True)
class PhraseEvidence:
    """The record of one phrase.

    surface: as it was written. content_words: how many of its words carry meaning. removed_in, kept_in, added_in:
    distinct drafts it was removed from, left in, brought into. expected: the removals that the rates of those
    edits explain, in millionths. contents: hashes of the newest drafts that counted. edits: ids of the newest
    edits that removed or added it, oldest first. seen: number of the newest edit whose draft or result had it.
    """

    surface: str
    content_words: int
    removed_in: int
    kept_in: int
    added_in: int
    expected: int
    contents: tuple[int, ...]
    edits: tuple[str, ...]
    seen: int

    @property
    def key(self) -> str:
        return ngrams.key(self.surface)

    @property
    def lift(self) -> int:
        """(removed + 2r) / (expected + 2r) in millionths, r being the mean rate of removal of the edits whose
        drafts had the phrase: a ratio with two such drafts as its prior."""
        chances = self.removed_in + self.kept_in
        if not chances:
            return 0
        prior = 2 * self.expected // chances
        return MILLION * (self.removed_in * MILLION + prior) // max(1, self.expected + prior)

    @property
    def banned(self) -> bool:
        least = BAN_CONTENTS if self.content_words > 1 else LIKE_CONTENTS
        return self.removed_in >= max(least, 2 * self.added_in) and self.lift >= BAN_LIFT

    @property
    def liked(self) -> bool:
        return self.added_in >= LIKE_CONTENTS and self.removed_in == 0


@dataclass(frozen=True, slots=True)
class PhraseMemory:
    """All that is known of phrases.

    removed_once, added_once: phrases seen in one draft so far, oldest first, 8 bytes each: hash of the phrase (4),
    hash of the draft (2), the edit's rate of removal in 65,535ths (2). Most never come back; those that do get a
    record in `evidence`.
    """

    removed_once: bytes = b""
    added_once: bytes = b""
    evidence: tuple[PhraseEvidence, ...] = ()


def update(memory: PhraseMemory, delta: Delta, *, content_id: str, edit_id: str, number: int) -> PhraseMemory:
    """The memory after one more edit. `number` counts the edits of the profile."""
    work = _Update(memory, delta, _content_hash(content_id), edit_id, number)
    work.see_kept()
    work.see_removed()
    work.see_added()
    return work.memory()


def banned(memory: PhraseMemory) -> tuple[PhraseEvidence, ...]:
    """Phrases that the writer removes, strongest first, overlaps reduced to one."""
    found = [item for item in memory.evidence if item.banned]
    return _separate(found, lambda item: item.removed_in)


def liked(memory: PhraseMemory) -> tuple[PhraseEvidence, ...]:
    """Phrases that the writer brings in, strongest first, overlaps reduced to one."""
    found = [item for item in memory.evidence if item.liked]
    return _separate(found, lambda item: item.added_in)


class _Update:
    """One edit's passage through the memory. Lives for one call of `update`."""

    def __init__(self, memory: PhraseMemory, delta: Delta, content: int, edit_id: str, number: int) -> None:
        self._delta = delta
        self._content = content
        self._edit_id = edit_id
        self._number = number
        self._records = {item.key: item for item in memory.evidence}
        self._removed_once = dict(_unpack(memory.removed_once))
        self._added_once = dict(_unpack(memory.added_once))

    def see_kept(self) -> None:
        """Left in: a chance to remove it that the writer let pass. What was removed once is forgotten by it."""
        kept = self._delta.kept_digests()
        for digest in kept & self._removed_once.keys():
            del self._removed_once[digest]
        for key, item in self._records.items():
            if ngrams.digest(key) in kept:
                self._records[key] = replace(
                    item,
                    kept_in=item.kept_in + 1,
                    expected=item.expected + self._rate(key),
                    seen=self._number,
                )

    def see_removed(self) -> None:
        promoted: list[PhraseEvidence] = []
        for phrase in self._delta.removed:
            key = ngrams.key(phrase.surface)
            record = self._records.get(key)
            if record is not None:
                self._records[key] = self._removal(record, self._rate(key))
            elif first := self._second_sight(self._removed_once, key, self._rate(key)):
                added = self._added_once.get(ngrams.digest(key))
                blank = self._blank(phrase, first.content, added_in=int(added is not None))
                once = replace(blank, removed_in=1, expected=first.rate)
                promoted.append(self._removal(once, self._rate(key)))
        self._keep(promoted)

    def see_added(self) -> None:
        promoted: list[PhraseEvidence] = []
        for phrase in self._delta.added:
            key = ngrams.key(phrase.surface)
            record = self._records.get(key)
            if record is not None:
                self._records[key] = self._addition(record)
            elif first := self._second_sight(self._added_once, key, 0):
                removed = self._removed_once.get(ngrams.digest(key))
                blank = self._blank(phrase, first.content, added_in=1)
                if removed:
                    blank = replace(blank, removed_in=1, expected=removed.rate)
                promoted.append(self._addition(blank))
        self._keep(promoted)

    def memory(self) -> PhraseMemory:
        """What is remembered of it all, within the caps."""
        return PhraseMemory(
            removed_once=_pack(self._removed_once),
            added_once=_pack(self._added_once),
            evidence=_strongest(self._records.values(), self._number),
        )

    def _rate(self, key: str) -> int:
        """The share of the draft's phrases of that length that this edit removed, in millionths."""
        return self._delta.removal_rates[key.count(" ") + 1 - ngrams.SHORTEST]

    def _second_sight(self, once: dict[int, _Once], key: str, rate: int) -> _Once | None:
        """The first sight of a phrase, if this is the second, in another draft; else it is noted as the first."""
        digest = ngrams.digest(key)
        first = once.setdefault(digest, _Once(self._content, rate))
        return first if first.content != self._content else None

    def _blank(self, phrase: PhraseCount, content: int, *, added_in: int) -> PhraseEvidence:
        words = ngrams.content_words(ngrams.key(phrase.surface), self._delta.language)
        return PhraseEvidence(phrase.surface, words, 0, 0, added_in, 0, (content,), (), self._number)

    def _removal(self, item: PhraseEvidence, rate: int) -> PhraseEvidence:
        if self._content in item.contents:
            return item
        return self._counted(replace(item, removed_in=item.removed_in + 1, expected=item.expected + rate))

    def _addition(self, item: PhraseEvidence) -> PhraseEvidence:
        if self._content in item.contents:
            return item
        return self._counted(replace(item, added_in=item.added_in + 1))

    def _counted(self, item: PhraseEvidence) -> PhraseEvidence:
        return replace(
            item,
            contents=(*item.contents, self._content)[-POINTERS:],
            edits=(*item.edits, self._edit_id)[-POINTERS:],
            seen=self._number,
        )

    def _keep(self, promoted: list[PhraseEvidence]) -> None:
        """Gives records to the longest of the phrases that came back together. The others wait: `share that` is
        evidence of its own only where it comes back without `thrilled to share that`."""
        for item in _separate(promoted, _contents, limit=None):
            self._records[item.key] = item
            self._removed_once.pop(ngrams.digest(item.key), None)
            self._added_once.pop(ngrams.digest(item.key), None)


@dataclass(frozen=True, slots=True)
class _Once:
    """Where a phrase was seen first: hash of the draft, and the rate of removal there in millionths."""

    content: int
    rate: int


_ENTRY = struct.Struct("<IHH")
_SHARE = 65_535


def _pack(once: dict[int, _Once]) -> bytes:
    newest = list(once.items())[-MAX_ONCE:]
    return b"".join(_ENTRY.pack(digest, item.content, item.rate * _SHARE // MILLION) for digest, item in newest)


def _unpack(packed: bytes) -> Iterator[tuple[int, _Once]]:
    for digest, content, share in _ENTRY.iter_unpack(packed):
        yield digest, _Once(content, share * MILLION // _SHARE)


def _content_hash(content_id: str) -> int:
    return crc32(content_id.encode("utf-8")) & 0xFFFF


def _contents(item: PhraseEvidence) -> int:
    return item.removed_in + item.added_in


def _strongest(records: Iterable[PhraseEvidence], number: int) -> tuple[PhraseEvidence, ...]:
    """The records worth their room, in the order of their keys: those in a list, then those seen last."""
    alive = [
        item
        for item in records
        if number - item.seen <= (FORGET_LISTED if item.banned or item.liked else FORGET_UNSURE)
    ]
    alive.sort(key=lambda item: (item.banned or item.liked, item.seen, _contents(item), item.key), reverse=True)
    return tuple(sorted(alive[:MAX_EVIDENCE], key=lambda item: item.key))


def _separate(
    found: Iterable[PhraseEvidence], strength: Callable[[PhraseEvidence], int], limit: int | None = MAX_LISTED
) -> tuple[PhraseEvidence, ...]:
    """The strongest phrases of which none overlaps another; of equally strong ones the longest."""
    ranked = sorted(
        found,
        key=lambda item: (-strength(item), -item.key.count(" "), -item.content_words, -item.lift, item.key),
    )
    chosen: list[PhraseEvidence] = []
    by_joint: dict[tuple[str, ...], list[str]] = {}
    for item in ranked:
        if len(chosen) == limit:
            break
        joints = _joints(item.key)
        if not any(overlap(item.key, other) for joint in joints for other in by_joint.get(joint, ())):
            chosen.append(item)
            for joint in joints:
                by_joint.setdefault(joint, []).append(item.key)
    return tuple(chosen)


def overlap(one: str, other: str) -> bool:
    """Whether one key holds the other, or its end is the other's beginning: by two words or more, or, of two pairs,
    by the word that carries meaning (`a mix`, `mix of`)."""
    if f" {one} " in f" {other} " or f" {other} " in f" {one} ":
        return True
    first, second = one.split(), other.split()
    if len(first) == len(second) == ngrams.SHORTEST:
        shared = {first[-1]} & {second[0]} | {second[-1]} & {first[0]}
        return bool(shared - ngrams.ENGLISH_FUNCTION_WORDS)
    return any(
        first[-size:] == second[:size] or second[-size:] == first[:size]
        for size in range(2, min(len(first), len(second)))
    )


def _joints(key: str) -> set[tuple[str, ...]]:
    """What a phrase shares with each that it overlaps: its pairs of neighbouring words, and a pair's words."""
    words = key.split()
    joints: set[tuple[str, ...]] = set(pairwise(words))
    return joints | {(word,) for word in words} if len(words) == ngrams.SHORTEST else joints
