"""Every phrase can answer for itself: its drafts, its edits, how likely it goes again, and why it is in no list yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from voice_engine.voice import lists, overlaps, substitutions
from voice_engine.voice.phrase_evidence import LIKE_CONTENTS, MILLION, PhraseEvidence
from voice_engine.voice.profile import ProfileState
from voice_engine.voice.substitutions import SubstitutionEvidence

PhraseReason = Literal[
    "learned",
    "locked by hand",
    "said otherwise by hand",
    "paused",
    "too few drafts",
    "brought in as well",
    "not above the rest",
    "mostly left as it is",
    "part of another",
]
MAX_OPEN = 10  # phrases named that are in no list, the likeliest


@dataclass(frozen=True, slots=True)
class PhraseSummary:
    """One phrase, in a list or on its way there.

    path: bannedPhrases or commonPhrases. removed_in, kept_in, added_in: distinct drafts that lost it, kept it, were
    given it, of about the newest MEMORY that told something of it. probability: that the writer removes it from their
    next draft that has it, from 0 to 1; None for a phrase that they bring in. machine_phrase: whether machines are
    known to overuse it. edits: ids of the newest edits behind it, oldest first. needed: drafts still missing. reason,
    why: why it stands where it does, the second as a sentence.
    """

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int
    probability: float | None
    machine_phrase: bool
    edits: tuple[str, ...]
    needed: int
    reason: PhraseReason
    why: str


@dataclass(frozen=True, slots=True)
class SubstitutionSummary:
    """Words and what the writer puts in their place; the counts are drafts, of about the newest MEMORY, the rest as in
    PhraseSummary."""

    before: str
    after: str
    replaced_in: int
    kept_in: int
    reversed_in: int
    probability: float
    edits: tuple[str, ...]
    needed: int
    reason: PhraseReason
    why: str


def phrase_summary(state: ProfileState) -> tuple[PhraseSummary, ...]:
    """The phrases learned, those removed first; then the likeliest of those that are in no list."""
    memory = state.learned.phrases
    shown = lists.shown(state.learned, state.overrides, state.tombstones)
    removed = [_phrase(state, "bannedPhrases", item, shown=True) for item in shown.banned]
    brought = [_phrase(state, "commonPhrases", item, shown=True) for item in shown.liked]
    known = {item.key for item in (*shown.banned, *shown.liked)}
    rest = [item for item in memory.evidence if item.key not in known and item.removed_in and not _deleted(state, item)]
    rest.sort(key=lambda item: (-memory.probability(item), item.key))
    return (*removed, *brought, *(_phrase(state, "bannedPhrases", item, shown=False) for item in rest[:MAX_OPEN]))


def substitution_summary(state: ProfileState) -> tuple[SubstitutionSummary, ...]:
    """The substitutions learned, surest first; then the likeliest of those that are not yet."""
    shown = lists.shown(state.learned, state.overrides, state.tombstones).substitutions
    known = {item.key for item in shown}
    rest = [item for item in state.learned.substitutions.evidence if item.key not in known]
    rest = [item for item in rest if not overlaps.meets((item.before, item.after), state.tombstones)]
    rest.sort(key=lambda item: (-item.probability, item.key))
    return (
        *(_substitution(state, item, shown=True) for item in shown),
        *(_substitution(state, item, shown=False) for item in rest[:MAX_OPEN]),
    )


def _deleted(state: ProfileState, item: PhraseEvidence) -> bool:
    return overlaps.meets((item.surface,), state.tombstones)


def _phrase(state: ProfileState, path: str, item: PhraseEvidence, *, shown: bool) -> PhraseSummary:
    removed = path == "bannedPhrases"
    needed = max(0, item.needed - item.removed_in) if removed else max(0, LIKE_CONTENTS - item.added_in)
    reason = _phrase_reason(state, path, item, shown=shown)
    return PhraseSummary(
        path=path,
        phrase=item.surface,
        removed_in=item.removed_in,
        kept_in=item.kept_in,
        added_in=item.added_in,
        probability=round(state.learned.phrases.probability(item) / MILLION, 2) if removed else None,
        machine_phrase=item.listed,
        edits=item.edits,
        needed=needed,
        reason=reason,
        why=_why(reason, _phrase_told(path, item), item.removed_in, needed, _PHRASE_BALANCE),
    )


def _phrase_reason(state: ProfileState, path: str, item: PhraseEvidence, *, shown: bool) -> PhraseReason:
    if path in state.overrides:
        return "locked by hand"
    if shown:
        return "learned"
    if not state.learning:
        return "paused"
    if item.removed_in < item.needed:
        return "too few drafts"
    if item.removed_in < 2 * item.added_in:
        return "brought in as well"
    if item.mostly_left:
        return "mostly left as it is"
    if not item.banned:
        return "not above the rest"
    likes = state.overrides.get("commonPhrases", ())
    by_hand = [text for text in likes if isinstance(text, str)] if isinstance(likes, tuple) else []
    return "said otherwise by hand" if overlaps.meets((item.surface,), by_hand) else "part of another"


def _substitution(state: ProfileState, item: SubstitutionEvidence, *, shown: bool) -> SubstitutionSummary:
    needed = max(0, substitutions.CONTENTS - item.replaced_in)
    reason: PhraseReason
    if "substitutions" in state.overrides:
        reason = "locked by hand"
    elif shown:
        reason = "learned"
    elif not state.learning:
        reason = "paused"
    elif item.learned:
        reason = "said otherwise by hand"
    else:
        reason = "too few drafts" if needed else "mostly left as it is"
    return SubstitutionSummary(
        before=item.before,
        after=item.after,
        replaced_in=item.replaced_in,
        kept_in=item.kept_in,
        reversed_in=item.reversed_in,
        probability=round(item.probability / MILLION, 2),
        edits=item.edits,
        needed=needed,
        reason=reason,
        why=_why(reason, _substitution_told(item), item.replaced_in, needed, _PAIR_BALANCE),
    )


def _phrase_told(path: str, item: PhraseEvidence) -> str:
    if path == "commonPhrases":
        return f"Brought into {_drafts(item.added_in)}"
    brought = f", brought into {item.added_in}" if item.added_in else ""
    return f"Removed from {_drafts(item.removed_in)}, left in {item.kept_in}{brought}"


def _substitution_told(item: SubstitutionEvidence) -> str:
    back = f", turned round in {item.reversed_in}" if item.reversed_in else ""
    return f"Replaced in {_drafts(item.replaced_in)}, left in {item.kept_in}{back}"


def _drafts(count: int) -> str:
    return f"{count} draft{'' if count == 1 else 's'}"


_PHRASE_BALANCE = "it takes one removal in three"
_PAIR_BALANCE = "it must be replaced oftener than left, and twice as often as turned round"


def _why(reason: PhraseReason, told: str, agreeing: int, needed: int, balance: str) -> str:
    """The reason as a sentence. told: the evidence in numbers. agreeing, needed: the drafts that speak for it, and
    those still missing. balance: what the numbers would have to be where drafts enough speak for it, and too many
    against."""
    return {
        "learned": f"{told}.",
        "locked by hand": "The list was set by hand, which learning never touches.",
        "said otherwise by hand": "What was set by hand says otherwise.",
        "paused": "Learning is paused.",
        "too few drafts": f"{told}: {agreeing} of {agreeing + needed} drafts needed.",
        "brought in as well": f"{told}; it takes twice as many removals.",
        "not above the rest": f"{told}: hardly sooner than the rest of those drafts.",
        "mostly left as it is": f"{told}; {balance}.",
        "part of another": "Another phrase or substitution in the lists stands for it.",
    }[reason]
