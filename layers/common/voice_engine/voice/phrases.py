"""Evidence about phrases: which the writer removes more than the rest of a draft, and which they bring in."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voice_engine.voice import machine_phrases, ngrams, overlaps, packing, phrase_evidence
from voice_engine.voice.delta import MILLION, Delta, PhraseCount
from voice_engine.voice.phrase_evidence import PhraseEvidence

MAX_RECORDS = 8_000  # bytes of records: 50 of the longest phrases, 100 and more of common ones
MAX_REMOVED_ONCE = 850  # phrases removed from one draft so far
MAX_ADDED_ONCE = 300  # the same for those brought in
MAX_LISTED = 20  # phrases shown in a list
POINTERS = 3  # edits named behind a phrase
KEPT_ODDS = 1_200_000  # odds from which a record is worth its room, in millionths
FORGET_UNSURE = 60  # edits without a sight of it, after which a phrase in no list is forgotten
FORGET_LISTED = 240  # the same for a phrase in a list

# The share of a draft's phrases of 1 to 5 words that an edit removes: the mean over the edits of eleven writers of
# English prose, each writer counting once. It stands for START edits until a writer's own are known, which count by
# their newest WINDOW or so.
RATES = (270_000, 330_000, 290_000, 305_000, 285_000)
START = 3
WINDOW = 20


@dataclass(frozen=True, slots=True)
class PhraseMemory:
    """All that is known of phrases, under 18 KB.

    removed_once, added_once: phrases that one draft lost or was given so far, oldest first (`_Lost`, `_ADDED`). Most
    never come back; those that do get a record in `records` (`evidence`), packed.
    rates: the share of a draft's phrases of 1 to 5 words that the writer's edits remove, in millionths.
    """

    removed_once: bytes = b""
    added_once: bytes = b""
    records: bytes = b""
    rates: tuple[int, ...] = RATES

    @property
    def evidence(self) -> tuple[PhraseEvidence, ...]:
        return tuple(phrase_evidence.unpack(self.records))

    def probability(self, item: PhraseEvidence) -> int:
        """That the writer removes this phrase from their next draft that has it, in millionths."""
        return item.probability(self.rates[_length(item.key)])


def update(memory: PhraseMemory, delta: Delta, *, content_id: str, edit_id: str, number: int) -> PhraseMemory:
    """The memory after one more edit. `number` counts the edits of the profile."""
    if delta.spelling_only:
        return memory
    work = _Update(memory, delta, packing.content(content_id), edit_id, number)
    work.see_kept()
    work.see_removed()
    work.see_added()
    return work.memory()


def banned(memory: PhraseMemory) -> tuple[PhraseEvidence, ...]:
    """Phrases that the writer removes, surest first. Of phrases within each other the longest that explains all
    removals stands for the rest; overlaps are reduced to one."""
    found = overlaps.maximal([item for item in memory.evidence if item.banned])
    return overlaps.separate(found, lambda item: item.odds, MAX_LISTED)


def liked(memory: PhraseMemory) -> tuple[PhraseEvidence, ...]:
    """Phrases that the writer brings in, strongest first, overlaps reduced to one."""
    found = [item for item in memory.evidence if item.liked]
    return overlaps.separate(found, lambda item: item.added_in, MAX_LISTED)


class _Update:
    """One edit's passage through the memory. Lives for one call of `update`."""

    def __init__(self, memory: PhraseMemory, delta: Delta, content: int, edit_id: str, number: int) -> None:
        self._delta = delta
        self._content = content
        self._edit_id = edit_id
        self._number = number
        self._rates = memory.rates
        self._records = {item.key: item for item in memory.evidence}
        self._removed_once = dict(_unpack_lost(memory.removed_once))
        self._added_once = dict(_ADDED.iter_unpack(memory.added_once))

    def see_kept(self) -> None:
        """Left in: a chance to remove it that the writer let pass. Against a phrase that was never removed that says
        nothing, and what they brought in is not forgotten for it."""
        kept = self._delta.kept_digests()
        self._removed_once = {
            digest: self._left_once(lost) if digest in kept else lost for digest, lost in self._removed_once.items()
        }
        for key, item in self._records.items():
            if ngrams.digest(key) in kept and self._content not in (item.left, *item.contents):
                item = item.faded() if item.removed_in else item
                self._records[key] = replace(
                    item,
                    kept_in=item.kept_in + 1,
                    expected=item.expected + self._rate(key),
                    left=self._content,
                    seen=self._number,
                )

    def see_removed(self) -> None:
        promoted: list[PhraseEvidence] = []
        for phrase in self._delta.removed:
            key = ngrams.key(phrase.surface)
            record = self._records.get(key)
            if record is not None:
                self._records[key] = self._removal(record, self._rate(key))
            elif machine_phrases.is_one(key, self._delta.language):
                self._records[key] = self._removal(self._blank(phrase), self._rate(key))
            elif first := self._second_removal(key):
                promoted.append(self._removal(self._from_once(phrase, first), self._rate(key)))
        self._keep(promoted)

    def see_added(self) -> None:
        promoted: list[PhraseEvidence] = []
        for phrase in self._delta.added:
            key = ngrams.key(phrase.surface)
            record = self._records.get(key)
            if record is not None:
                self._records[key] = self._addition(record)
                continue
            first = self._added_once.setdefault(ngrams.digest(key), self._content)
            if first != self._content:
                blank = replace(self._blank(phrase), added_in=1, contents=(first,))
                lost = self._removed_once.get(ngrams.digest(key))
                if lost:
                    blank = replace(blank, removed_in=1, kept_in=lost.kept, expected=lost.expected)
                promoted.append(self._addition(blank))
        self._keep(promoted)

    def memory(self) -> PhraseMemory:
        """What is remembered of it all, within the caps."""
        added = list(self._added_once.items())[-MAX_ADDED_ONCE:]
        return PhraseMemory(
            removed_once=_pack_lost(self._removed_once),
            added_once=b"".join(_ADDED.pack(*entry) for entry in added),
            records=phrase_evidence.pack(_strongest(self._records.values(), self._number), MAX_RECORDS),
            rates=self._typical(),
        )

    def _typical(self) -> tuple[int, ...]:
        weight = min(START + self._number, WINDOW)
        return tuple(
            old + (new - old) // weight for old, new in zip(self._rates, self._delta.removal_rates, strict=True)
        )

    def _rate(self, key: str) -> int:
        """The share of the draft's phrases of that length that this edit removed, in millionths."""
        return self._delta.removal_rates[_length(key)]

    def _second_removal(self, key: str) -> _Lost | None:
        """The first removal of a phrase, if this is the second, in another draft; else it is noted as the first."""
        digest = ngrams.digest(key)
        first = self._removed_once.setdefault(digest, _Lost(self._content, 0, self._rate(key), _length(key)))
        return first if first.content != self._content else None

    def _left_once(self, lost: _Lost) -> _Lost:
        return lost.left(self._delta.removal_rates[lost.length]) if lost.content != self._content else lost

    def _blank(self, phrase: PhraseCount) -> PhraseEvidence:
        return phrase_evidence.blank(phrase.surface, self._delta.language, self._number)

    def _from_once(self, phrase: PhraseCount, first: _Lost) -> PhraseEvidence:
        return replace(
            self._blank(phrase),
            removed_in=1,
            kept_in=first.kept,
            expected=first.expected,
            added_in=int(ngrams.digest(ngrams.key(phrase.surface)) in self._added_once),
            contents=(first.content,),
        )

    def _removal(self, item: PhraseEvidence, rate: int) -> PhraseEvidence:
        if self._content in item.contents:
            return item
        if self._content == item.left:  # left at first, removed with a later save of the same draft
            item = replace(item, kept_in=max(0, item.kept_in - 1), left=None)
        else:
            item = item.faded()
            item = replace(item, expected=item.expected + rate)
        return self._counted(replace(item, removed_in=item.removed_in + 1))

    def _addition(self, item: PhraseEvidence) -> PhraseEvidence:
        if self._content in item.contents:
            return item
        item = item.faded() if item.removed_in else item
        return self._counted(replace(item, added_in=item.added_in + 1))

    def _counted(self, item: PhraseEvidence) -> PhraseEvidence:
        return replace(
            item,
            contents=(*item.contents, self._content)[-packing.CONTENTS :],
            edits=(*item.edits, self._edit_id)[-POINTERS:],
            seen=self._number,
        )

    def _keep(self, promoted: list[PhraseEvidence]) -> None:
        """Gives records to the phrases that came back."""
        for item in promoted:
            self._records[item.key] = item
            self._removed_once.pop(ngrams.digest(item.key), None)
            self._added_once.pop(ngrams.digest(item.key), None)


_ADDED = struct.Struct("<IH")  # hash of the phrase, and of the draft
_LOST = struct.Struct("<IHHB")  # the same, `expected` in 4,096ths, and `kept` with the length
_SHARE = 4_096
_MOST_KEPT = 15  # after which a phrase removed once is nobody's habit


@dataclass(frozen=True, slots=True)
class _Lost:
    """A phrase removed once. content: hash of the draft. kept: drafts that kept it since. expected: the removals that
    the rates of all these explain, in millionths. length: its number among the LENGTHS."""

    content: int
    kept: int
    expected: int
    length: int

    def left(self, rate: int) -> _Lost:
        return replace(self, kept=self.kept + 1, expected=self.expected + rate)


def _pack_lost(once: dict[int, _Lost]) -> bytes:
    alive = [(digest, item) for digest, item in once.items() if item.kept <= _MOST_KEPT]
    newest = alive[-MAX_REMOVED_ONCE:]
    return b"".join(
        _LOST.pack(digest, item.content, packing.short(item.expected * _SHARE // MILLION), item.kept * 8 + item.length)
        for digest, item in newest
    )


def _unpack_lost(packed: bytes) -> Iterator[tuple[int, _Lost]]:
    for digest, content, expected, counts in _LOST.iter_unpack(packed):
        yield digest, _Lost(content, counts // 8, expected * MILLION // _SHARE, counts % 8)


def _length(key: str) -> int:
    """The number of a phrase's length among the LENGTHS."""
    return min(key.count(" "), len(ngrams.LENGTHS) - 1)


def _strongest(records: Iterable[PhraseEvidence], number: int) -> tuple[PhraseEvidence, ...]:
    """The records worth their room, best first: those in a list, then those that the writer
    removes rather than not, then those seen last."""
    alive = [
        item
        for item in records
        if number - item.seen <= (FORGET_LISTED if item.banned or item.liked else FORGET_UNSURE)
    ]
    alive.sort(
        key=lambda item: (
            item.banned or item.liked,
            item.odds >= KEPT_ODDS,
            item.seen,
            item.removed_in + item.added_in,
            item.key,
        ),
        reverse=True,
    )
    return tuple(alive)
