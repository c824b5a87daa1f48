"""Words taken out and words replaced: which rule fires at a place."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass, field

import regex

from voice_engine.voice.repair import sentence
from voice_engine.voice.repair.pieces import Cause, Piece, phrase
from voice_engine.voice.repair.removal import is_soft_break, removal
from voice_engine.voice.repair.rewriting import Firing, Rewriting
from voice_engine.voice.text import composed

Condition = Callable[[Rewriting, int], bool]

MOST_REMOVALS = 3  # bans within each other that are tried at a place: whether a sentence reads on takes long to tell

_UPPER = regex.compile(r"\p{Lu}")
_LOWER = regex.compile(r"\p{Ll}")


@dataclass(frozen=True, slots=True)
class Wording:
    """One rule: the words `before` become `after`, or go where that is empty. keys, after_keys: of both, as words are
    compared. condition: asked with the number of pieces that the words take. acronym: `before` is written in capitals
    throughout, and does not mean the same letters written otherwise (`US`, `us`)."""

    before: str
    after: str
    keys: tuple[str, ...]
    after_keys: tuple[str, ...]
    cause: Cause
    condition: Condition | None = None
    acronym: bool = False

    @classmethod
    def of(cls, before: str, after: str, cause: Cause, condition: Condition | None = None) -> Wording:
        before, after = before.strip(), after.strip()
        return cls(before, after, _keys(before), _keys(after), cause, condition, _is_acronym(before))

    @property
    def recases(self) -> bool:
        """Whether it changes capitals alone: `github`, `GitHub`."""
        return self.keys == self.after_keys

    @property
    def shortens(self) -> bool:
        return len(self.after_keys) < len(self.keys)

    @property
    def surrounds(self) -> bool:
        """Whether its words stand in what they become: `great`, `really great`."""
        return not self.shortens and any(True for _ in self.places())

    def places(self) -> Iterable[int]:
        """Where in `after` the words stand."""
        size = len(self.keys)
        return (at for at in range(len(self.after_keys) - size + 1) if self.after_keys[at : at + size] == self.keys)


@dataclass(slots=True)
class _Node:
    children: dict[str, _Node] = field(default_factory=dict)
    rules: list[Wording] = field(default_factory=list)


class WordingRules:
    """All rules of words. The longest one does its work at a place; of two on the same words the one that replaces."""

    def __init__(self, wordings: Iterable[Wording]) -> None:
        self._root = _Node()
        self.reach = 0  # pieces of the longest rule
        for wording in sorted(wordings, key=lambda item: (not item.after, not item.acronym)):
            node = self._root
            for key in wording.keys:
                node = node.children.setdefault(key, _Node())
            node.rules.append(wording)
            self.reach = max(self.reach, len(wording.keys), len(wording.after_keys))

    @property
    def first(self) -> Container[str]:
        """Keys of the words that a rule begins with."""
        return self._root.children

    def __call__(self, r: Rewriting) -> Firing | None:
        return next((firing for _, _, firing in self._tried(r) if firing), None)

    def named(self, r: Rewriting) -> tuple[int, Wording, Firing | None] | None:
        """The rule whose words stand at a place and are not to, with the pieces that they take: the one that does its
        work there, else the longest whose words cannot be taken out."""
        found = list(self._tried(r))
        able = next((item for item in found if item[2]), None)
        return able or next((item for item in found if not item[1].after), None)

    def _tried(self, r: Rewriting) -> Iterator[tuple[int, Wording, Firing | None]]:
        """The rules whose words stand at a place, the longest first: the pieces that they take, and what they do."""
        removals = 0
        for size, rule in self._named(r):
            removals += not rule.after
            if rule.after or removals <= MOST_REMOVALS:
                yield size, rule, _firing(r, rule, size)

    def _named(self, r: Rewriting) -> list[tuple[int, Wording]]:
        """The rules whose words stand at a place, the longest first, with the pieces that they take."""
        node, taken = self._root, 0
        found: list[tuple[int, Wording]] = []
        while (piece := r.behind(taken)) is not None:
            taken += 1
            if taken > 1 and (piece.kind == "space" or is_soft_break(r.behind(taken - 2), piece, r.behind(taken))):
                continue
            child = node.children.get(piece.key) if piece.key else None
            if child is None:
                break
            node = child
            found += [(taken, rule) for rule in node.rules if not rule.acronym or _is_acronym(_surface(r, taken))]
        return sorted(found, key=lambda item: -item[0])


def cased(after: str, surface: str, before: str, *, opens: bool) -> str:
    """`after` in the case of the words that it replaces. One with capitals of its own (`GitHub`) keeps them.
    opens: whether it begins a sentence."""
    if _UPPER.search(after):
        return after
    capitals = _UPPER.findall(surface)
    if len(capitals) > 1 and not _LOWER.search(surface) and _LOWER.search(before):
        return after.upper()
    if capitals and surface.startswith(capitals[0]) and (opens or not _UPPER.match(before)):
        return sentence.capital(after)
    return after


def _firing(r: Rewriting, rule: Wording, taken: int) -> Firing | None:
    if rule.condition and not rule.condition(r, taken):
        return None
    if not rule.after:
        found = removal(r, taken)
        return None if found is None else Firing(found.taken, "", rule.cause, found.lead)
    surface = _surface(r, taken)
    after = cased(rule.after, surface, rule.before, opens=sentence.at_start(r))
    done = composed(surface) == composed(after) if rule.recases else _stands_already(r, rule)
    return None if done else Firing(taken, after, rule.cause)


def _stands_already(r: Rewriting, rule: Wording) -> bool:
    """Whether the words stand here in what they are to become."""
    wanted = rule.after_keys
    return any(
        _solid_keys(reversed(r.left), at)[::-1] == wanted[:at]
        and _solid_keys(reversed(r.right), len(wanted) - at) == wanted[at:]
        for at in rule.places()
    )


def _solid_keys(pieces: Iterable[Piece], count: int) -> tuple[str, ...]:
    found: list[str] = []
    for piece in pieces:
        if len(found) == count:
            break
        if piece.kind not in {"space", "break"}:
            found.append(piece.key)
    return tuple(found)


def _surface(r: Rewriting, taken: int) -> str:
    return "".join(piece.text for piece in reversed(r.right[-taken:]))


def _is_acronym(text: str) -> bool:
    return len(_UPPER.findall(text)) > 1 and not _LOWER.search(text)


def _keys(text: str) -> tuple[str, ...]:
    return tuple(piece.key for piece in phrase(text) if piece.key)
