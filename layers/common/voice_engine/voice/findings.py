"""What in a text goes against what a writer set by hand, and, as a hint, against what was learned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from voice_engine.voice.apply import Hints, undecided
from voice_engine.voice.fields import Values
from voice_engine.voice.repair.rules import Offence, Rules


@dataclass(frozen=True, slots=True)
class Finding:
    """text[offset:offset+length], in characters (Unicode code points), goes against `rule`, the path of a field: the
    phrase, the mark, the emoji or the marker of a list item, and nothing around it.

    why: in words. suggestion: what `apply` puts in its place, empty to leave it out, None where it leaves it; spaces,
    commas and capitals around it, which `apply` mends too, are not in it. probability: None for what was set by hand,
    which is no guess; for what was learned, that the writer would change it, from 0 to 1.
    """

    offset: int
    length: int
    rule: str
    why: str
    suggestion: str | None
    probability: float | None


def findings(text: str, by_hand: Values, hints: Hints, *, language: str | None = None) -> tuple[Finding, ...]:
    """All in a text that goes against the values, in its order, whether `apply` knows a repair or not. Where a hint
    lies on what was set by hand, the latter is told."""
    set_by_hand = [_finding(offence, None) for offence in Rules(by_hand, text, language).offences(text)]
    apart = [hint for hint in _learned(text, undecided(hints, by_hand), language) if not _on_one(hint, set_by_hand)]
    return tuple(sorted([*set_by_hand, *apart], key=lambda finding: (finding.offset, finding.length)))


def _learned(text: str, hints: Hints, language: str | None) -> Iterator[Finding]:
    for offence in Rules(hints.values, text, language).offences(text):
        probability = hints.probabilities.get((offence.cause.path, offence.cause.subject))
        if probability is not None:
            yield _finding(offence, probability)


def _finding(offence: Offence, probability: float | None) -> Finding:
    length = offence.end - offence.start
    return Finding(offence.start, length, offence.cause.path, offence.cause.why, offence.after, probability)


def _on_one(hint: Finding, others: list[Finding]) -> bool:
    return any(hint.offset < item.offset + item.length and item.offset < hint.offset + hint.length for item in others)
