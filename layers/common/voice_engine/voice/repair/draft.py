"""A text under repair that remembers where each of its characters came from."""

from __future__ import annotations

from collections.abc import Sequence

from voice_engine.voice.repair.pieces import Cause
from voice_engine.voice.repair.rewriting import Edit

_MADE = -1


class Draft:
    """The text as it stands after edits, and how it differs from the one it began as."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._original = text
        self._origin = list(range(len(text)))  # for each character its place in the original, or _MADE
        self._causes: list[tuple[int, Cause]] = []  # with the place in the original

    def edit(self, edits: Sequence[Edit]) -> None:
        """Makes edits of the text as it stands, given in its order and apart from each other."""
        origin: list[int] = []
        parts: list[str] = []
        position = newest = 0
        for edit in edits:
            kept = self._origin[position : edit.start]
            newest = next((place + 1 for place in reversed(kept) if place != _MADE), newest)
            self._causes += [(newest, cause) for cause in edit.causes]
            origin += [*kept, *[_MADE] * len(edit.after)]
            parts += [self.text[position : edit.start], edit.after]
            position = edit.end
        self._origin = [*origin, *self._origin[position:]]
        self.text = "".join([*parts, self.text[position:]])

    def changes(self) -> list[Edit]:
        """The edits of the original, in order and apart from each other, that give the text as it stands."""
        causes = sorted(self._causes, key=lambda item: -item[0])
        found: list[Edit] = []
        start = 0
        made: list[str] = []
        for character, place in zip([*self.text, ""], [*self._origin, len(self._original)], strict=True):
            if place == _MADE:
                made.append(character)
                continue
            after = "".join(made)
            if after != self._original[start:place]:
                found.append(Edit(start, place, after, _between(causes, start, place)))
            start, made = place + 1, []
        return found


def _between(causes: list[tuple[int, Cause]], start: int, end: int) -> tuple[Cause, ...]:
    """The causes from `start` to `end`, and no more of those up to it: causes come last first."""
    found: list[Cause] = []
    while causes and causes[-1][0] <= end:
        place, cause = causes.pop()
        if place >= start:
            found.append(cause)
    return tuple(dict.fromkeys(found))
