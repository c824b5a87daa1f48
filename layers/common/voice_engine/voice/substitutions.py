"""Words that a writer puts in the place of others, learned over many edits."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from voice_engine.voice import ngrams, packing
from voice_engine.voice.delta import MILLION, Delta
from voice_engine.voice.replacements import Replacement

MAX_ONCE = 200  # pairs seen in one draft so far
MAX_RECORDS = 2_000  # bytes of records
MAX_LISTED = 20
POINTERS = 3  # edits named behind a pair
CONTENTS = 2  # distinct drafts in which the pair must have been replaced
# Drafts in which the words were left, added to those counted. A choice, not a fit: in the edits of eleven writers of
# prose, words replaced once came again in 1,558 drafts and got the same replacement in 5; a pair seen twice was met
# once more in all. What two drafts agree on is worth a suggestion, not more.
PRIOR = 3
MEMORY = 16  # drafts that a record counts at most, as of phrases: with one more, all its counts are halved
FORGET = 120  # edits without a sight of it, after which a pair is forgotten


@dataclass(frozen=True, slots=True)
class SubstitutionEvidence:
    """The record of one pair. replaced_in, kept_in: drafts in which `before` became `after`, and in which it was left.
    reversed_in: those in which `after` became `before`. All three of about the newest MEMORY (`faded`). contents:
    hashes of the newest drafts that counted. edits: ids of the newest edits that replaced it, oldest first. seen:
    number of the newest edit that told something of it."""

    before: str
    after: str
    replaced_in: int
    kept_in: int
    reversed_in: int
    contents: tuple[int, ...]
    edits: tuple[str, ...]
    seen: int

    @property
    def key(self) -> str:
        return Replacement(self.before, self.after).key

    @property
    def probability(self) -> int:
        """That the writer does so again, in millionths: replaced / (replaced + left + reversed + PRIOR). Where a
        draft lost the words in another way, it does not count."""
        return MILLION * self.replaced_in // (self.replaced_in + self.kept_in + self.reversed_in + PRIOR)

    def faded(self) -> SubstitutionEvidence:
        """The record with room for one more draft: where there is none, all counts are halved until there is. However
        often it was done before, what is left or turned round in MEMORY drafts is learned no more, and the reverse."""
        item = self
        while item.replaced_in + item.kept_in + item.reversed_in >= MEMORY:
            item = replace(
                item,
                replaced_in=item.replaced_in // 2,
                kept_in=item.kept_in // 2,
                reversed_in=item.reversed_in // 2,
            )
        return item

    @property
    def learned(self) -> bool:
        """In CONTENTS drafts, oftener than left, and not the other way round as well."""
        return self.replaced_in >= max(CONTENTS, 2 * self.reversed_in) and self.replaced_in > self.kept_in


@dataclass(frozen=True, slots=True)
class SubstitutionMemory:
    """All that is known of replaced words, about 3 KB at most. once: pairs seen in one draft, oldest first, 6 bytes
    each: hash of the pair (4) and of the draft (2). records: those that came back (`evidence`), packed."""

    once: bytes = b""
    records: bytes = b""

    @property
    def evidence(self) -> tuple[SubstitutionEvidence, ...]:
        return tuple(_unpacked(self.records))


def learned(memory: SubstitutionMemory) -> tuple[SubstitutionEvidence, ...]:
    """What the writer replaces, surest first; of several things put for the same words, the surest."""
    found = [item for item in memory.evidence if item.learned]
    found.sort(key=lambda item: (-item.probability, -item.replaced_in, -item.seen, item.key))
    chosen: dict[str, SubstitutionEvidence] = {}
    for item in found:
        if ngrams.key(item.after) not in chosen:  # never both ways
            chosen.setdefault(ngrams.key(item.before), item)
    return tuple(chosen.values())[:MAX_LISTED]


def update(
    memory: SubstitutionMemory, delta: Delta, *, content_id: str, edit_id: str, number: int
) -> SubstitutionMemory:
    """The memory after one more edit. `number` counts the edits of the profile."""
    if delta.spelling_only:
        return memory
    content, kept = packing.content(content_id), delta.kept_digests()
    once = dict(_ONCE.iter_unpack(memory.once))
    records = {item.key: _seen_left(item, kept, number) for item in memory.evidence}
    for pair in delta.replaced:
        back = Replacement(pair.after, pair.before).key
        if back in records:
            other = records[back].faded()
            records[back] = replace(other, reversed_in=other.reversed_in + 1, seen=number)
        item = records.get(pair.key)
        if item is None:
            first = once.setdefault(ngrams.digest(pair.key), content)
            if first == content:
                continue
            del once[ngrams.digest(pair.key)]
            reversed_in = records[back].replaced_in if back in records else 0
            item = SubstitutionEvidence(pair.before, pair.after, 1, 0, reversed_in, (first,), (), number)
        if content not in item.contents:
            item = item.faded()
            records[pair.key] = replace(
                item,
                replaced_in=item.replaced_in + 1,
                contents=(*item.contents, content)[-packing.CONTENTS :],
                edits=(*item.edits, edit_id)[-POINTERS:],
                seen=number,
            )
    return SubstitutionMemory(
        b"".join(_ONCE.pack(*entry) for entry in list(once.items())[-MAX_ONCE:]), _pack(records.values(), number)
    )


def _seen_left(item: SubstitutionEvidence, kept: frozenset[int], number: int) -> SubstitutionEvidence:
    if ngrams.digest(ngrams.key(item.before)) not in kept:
        return item
    item = item.faded()
    return replace(item, kept_in=item.kept_in + 1, seen=number)


_ONCE = struct.Struct("<IH")
_COUNTS = struct.Struct("<HHHI")


def _pack(records: Iterable[SubstitutionEvidence], number: int) -> bytes:
    """The records worth their room: the learned ones, then those seen last."""
    alive = [item for item in records if number - item.seen <= FORGET]
    alive.sort(key=lambda item: (item.learned, item.seen, item.replaced_in, item.key), reverse=True)
    return packing.fill((_packed(item) for item in alive), MAX_RECORDS)


def _packed(item: SubstitutionEvidence) -> bytes:
    counts = (packing.short(item.replaced_in), packing.short(item.kept_in), packing.short(item.reversed_in))
    return b"".join(
        (
            _COUNTS.pack(*counts, item.seen),
            packing.text(item.before),
            packing.text(item.after),
            packing.contents(item.contents),
            packing.ids(item.edits),
        )
    )


def _unpacked(records: bytes) -> Iterator[SubstitutionEvidence]:
    reader = packing.Reader(records)
    while reader.more():
        replaced_in, kept_in, reversed_in, seen = reader.struct(_COUNTS)
        before, after = reader.text(), reader.text()
        yield SubstitutionEvidence(
            before, after, replaced_in, kept_in, reversed_in, reader.contents(), reader.ids(), seen
        )
