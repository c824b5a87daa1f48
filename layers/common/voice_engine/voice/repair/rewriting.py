"""The machine that rewrites a text: a rule looks at one place after another until it has nothing left to do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from voice_engine.voice.repair.pieces import Cause, Piece, phrase, pieces

REACH = 8  # pieces around a place that a rule may look at, beside the words that it names
MAX_FIRINGS, MAX_FIRINGS_A_PIECE = 1_000, 4


@dataclass(frozen=True, slots=True)
class Edit:
    """`after` in place of text[start:end], made by `causes`."""

    start: int
    end: int
    after: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class Firing:
    """What a rule does at a place: takes so many pieces and puts `after` there. lead: pieces before the place that go
    with them."""

    taken: int
    after: str
    cause: Cause
    lead: int = 0


Rule = Callable[["Rewriting"], Firing | None]


class Rewriting:
    """A text being rewritten at the place between `left` and `right`; `right` is in reverse order, so that the last
    piece of each is the nearest."""

    def __init__(self, text: str, language: str | None) -> None:
        self.language = language
        self.left: list[Piece] = []
        self.right = pieces(text)[::-1]
        self.tired = False
        self._length = len(text)
        self._cause = Cause("", "", "")
        self._taken: list[tuple[int, Cause]] = []

    @property
    def last(self) -> Piece | None:
        """The piece on the left."""
        return self.left[-1] if self.left else None

    @property
    def next(self) -> Piece | None:
        """The piece on the right."""
        return self.right[-1] if self.right else None

    def behind(self, taken: int) -> Piece | None:
        """The piece on the right behind the next `taken`."""
        return self.right[-1 - taken] if taken < len(self.right) else None

    @property
    def before(self) -> Piece | None:
        """The nearest piece on the left that is no space."""
        return next((piece for piece in reversed(self.left) if piece.kind != "space"), None)

    def after(self, taken: int = 0) -> Piece | None:
        """The nearest piece on the right, behind the next `taken`, that is no space."""
        behind = (self.right[-number] for number in range(taken + 1, len(self.right) + 1))
        return next((piece for piece in behind if not _space(piece)), None)

    def drop_left(self) -> None:
        self._drop(self.left)

    def drop_right(self) -> None:
        self._drop(self.right)

    def put_left(self, text: str) -> None:
        self.left += self._made(text)

    def put_right(self, text: str) -> int:
        """Puts a text at the place; how many pieces it has."""
        made = self._made(text)
        self.right += reversed(made)
        return len(made)

    def forward(self, count: int) -> None:
        for _ in range(count):
            self.left.append(self.right.pop())

    def back_to(self, size: int) -> None:
        """Moves the place back until so many pieces are on the left."""
        while len(self.left) > size:
            self.right.append(self.left.pop())

    def run(self, rule: Rule, mend: Callable[[Rewriting, Sequence[Piece], int], None], reach: int) -> list[Edit]:
        """What the rule makes of the text. It is asked at each piece in turn. Where it fires, the seams are mended, and
        it is asked again from `reach` pieces before: in the end it fires nowhere. Should it fire more often than rules
        do that come to rest, it is `tired`, and the rest of the text stays as it is."""
        most = MAX_FIRINGS + len(self.right) * MAX_FIRINGS_A_PIECE
        while self.right:
            firing = rule(self) if most else None
            if firing is None:
                self.forward(1)
                continue
            most -= 1
            self.tired = not most
            self._cause = firing.cause
            taken = [*self.left[len(self.left) - firing.lead :], *self.right[-firing.taken :][::-1]]
            for _ in range(firing.lead):
                self.drop_left()
            for _ in range(firing.taken):
                self.drop_right()
            mend(self, taken, self.put_right(firing.after))
            self._step_back(reach + REACH)
        return self._edits()

    def _step_back(self, count: int) -> None:
        while self.left and count:
            count -= not _space(self.left[-1])
            self.right.append(self.left.pop())

    def _made(self, text: str) -> list[Piece]:
        return [replace(piece, cause=self._cause) for piece in phrase(text)]

    def _drop(self, stack: list[Piece]) -> None:
        piece = stack.pop()
        if piece.cause is None:
            self._taken.append((piece.start, self._cause))

    def _edits(self) -> list[Edit]:
        """The difference between the text and what is left: what stands between pieces of the text."""
        taken = sorted(self._taken, key=lambda item: -item[0])
        edits: list[Edit] = []
        start, after = 0, ""
        causes: list[Cause] = []
        for piece in [*self.left, Piece("", "", "break", self._length, self._length)]:
            if piece.cause is not None:
                after += piece.text
                causes.append(piece.cause)
                continue
            while taken and taken[-1][0] < piece.start:
                causes.append(taken.pop()[1])
            if causes:
                edits.append(Edit(start, piece.start, after, tuple(dict.fromkeys(causes))))
            start, after, causes = piece.end, "", []
        return edits


def _space(piece: Piece) -> bool:
    return piece.kind == "space"
