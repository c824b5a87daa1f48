"""What in a text goes against what a writer set by hand, and, as a hint, against what was learned."""

from __future__ import annotations

from dataclasses import dataclass

from voice_engine.voice.apply import Hints, apply, undecided
from voice_engine.voice.fields import Values


@dataclass(frozen=True, slots=True)
class Finding:
    """text[offset:offset+length], in characters (Unicode code points), goes against `rule`, the path of a field.

    why: in words. suggestion: what could stand in its place, empty to leave it out. probability: None for what was
    set by hand, which is no guess; for what was learned, that the writer would change it, from 0 to 1.
    """

    offset: int
    length: int
    rule: str
    why: str
    suggestion: str
    probability: float | None


def findings(text: str, by_hand: Values, hints: Hints, *, language: str | None = None) -> tuple[Finding, ...]:
    """All that `apply` would change in a text, or suggest, in the order of the text. Where a hint lies on what was set
    by hand, the latter is told."""
    set_by_hand = tuple(
        Finding(change.offset, change.length, change.rule, change.why, change.after, None)
        for change in apply(text, by_hand, language=language).changes
    )
    learned = (
        Finding(hint.offset, hint.length, hint.rule, hint.why, hint.after, hint.probability)
        for hint in apply(text, {}, undecided(hints, by_hand), language=language).suggestions
    )
    apart = [hint for hint in learned if not any(_overlap(hint, finding) for finding in set_by_hand)]
    return tuple(sorted([*set_by_hand, *apart], key=lambda finding: (finding.offset, finding.length)))


def _overlap(one: Finding, other: Finding) -> bool:
    return one.offset < other.offset + other.length and other.offset < one.offset + one.length
