"""Where the value of each field comes from: a person's hand, their edits, their own texts, or a layer below."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from voice_engine.voice import lists
from voice_engine.voice.fields import FIELDS, Value, Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.profile import SAMPLE_POSTS, ProfileState, learned_values, values
from voice_engine.voice.traits import TRAITS

Source = Literal["manual", "learned", "ownTexts", "archetype", "inherited", "neutral"]

_WHY: Mapping[Source, str] = {
    "manual": "It was set by hand, which learning never touches.",
    "learned": "Edits taught it.",
    "ownTexts": "Texts of your own tell it.",
    "archetype": "The archetype says it, and no edit has said otherwise yet.",
    "inherited": "The voice that this one started from has it, and no edit has said otherwise yet.",
    "neutral": "Nothing is known of it yet; it is where everybody starts.",
}
_TRAITS = {trait.path: position for position, trait in enumerate(TRAITS) if trait.path}


@dataclass(frozen=True, slots=True)
class Origin:
    """What a field holds. sources: the layers that it comes from, topmost first; of a list there can be several."""

    path: str
    value: Value | None
    sources: tuple[Source, ...]

    @property
    def why(self) -> str:
        """A sentence for each source."""
        return " ".join(_WHY[source] for source in self.sources)


def origins(state: ProfileState) -> tuple[Origin, ...]:
    """Every field that a person can set, in the order of the table."""
    holds, learned = values(state), learned_values(state)
    return tuple(
        Origin(field.path, holds[field.path], tuple(_sources(state, field.path, holds[field.path], learned)))
        for field in FIELDS
        if field.settable
    )


def _sources(state: ProfileState, path: str, value: Value | None, learned: Values) -> Iterator[Source]:
    if path in state.overrides:
        yield "manual"
    elif path in lists.PATHS:
        yield from _of_list(state, path, value, learned)
    elif path in learned:
        yield "ownTexts" if _told_by_own_texts(state, path) else "learned"
    elif path in state.base and value == state.base[path]:
        yield _below(state, path, value)
    elif path in state.base:
        yield "learned"  # edits take out what the base says
    else:
        yield "neutral"


def _of_list(state: ProfileState, path: str, value: Value | None, learned: Values) -> Iterator[Source]:
    """What edits say of a list is also what they keep out of it."""
    items, taught = _items(value), _items(learned.get(path))
    unlearned = lists.layered(state.base, LearnedState(), state.overrides, state.tombstones)
    below = tuple(item for item in items if item not in taught)
    inherited = _items(state.inherited.get(path))
    if taught or below != _items(unlearned.get(path)):
        yield "learned"
    if any(item not in inherited for item in below):
        yield "archetype"
    if any(item in inherited for item in below):
        yield "inherited"
    if not items and not taught and not _items(unlearned.get(path)):
        yield "neutral"


def _below(state: ProfileState, path: str, value: Value) -> Source:
    return "inherited" if state.inherited.get(path) == value else "archetype"


def _told_by_own_texts(state: ProfileState, path: str) -> bool:
    """What edits taught of a trait stands above what own texts say of it; sample posts are own texts."""
    position = _TRAITS.get(path)
    return path == SAMPLE_POSTS if position is None else state.learned.traits[position].value is None


def _items(value: Value | None) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
