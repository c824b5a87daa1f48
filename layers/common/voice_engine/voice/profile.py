"""A profile: layers of values, and the effective one that a client sees."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from voice_engine.voice import ngrams, phrases
from voice_engine.voice.fields import BY_PATH, FIELDS, FieldError, Substitution, Value, Values
from voice_engine.voice.learning import LearnedState
from voice_engine.voice.traits import TRAITS

USES_EMOJIS = "writingTraits.usesEmojis"
EMOJI_FREQUENCY = "writingTraits.emojiFrequency"
LEAST_EMOJI_FREQUENCY = 0.5  # shown for a writer who uses emoji at all


@dataclass(frozen=True, slots=True)
class ProfileState:
    """The layers of a profile, lowest first: neutral values (the table of fields), `base` (those of `archetype`),
    `learned`, `overrides` (set by hand). `tombstones` are phrases that learning never shows again."""

    base: Values = field(default_factory=dict)
    archetype: str | None = None
    learned: LearnedState = field(default_factory=LearnedState)
    overrides: Values = field(default_factory=dict)
    tombstones: tuple[str, ...] = ()


def neutral() -> ProfileState:
    """The profile of a writer of whom nothing is known."""
    return ProfileState()


def effective(state: ProfileState) -> dict[str, object]:
    """The profile that a client sees: nested, camelCase, ready for JSON, one entry a field of the table. The times
    (`lastUpdated`) are the store's to add."""
    nested: dict[str, object] = {}
    for path, value in values(state).items():
        section, _, name = path.rpartition(".")
        if not section:
            nested[path] = _plain(value)
            continue
        inner = nested.setdefault(section, {})
        assert isinstance(inner, dict)  # noqa: S101  a section of the table is no field of it
        inner[name] = _plain(value)
    return nested


def values(state: ProfileState) -> dict[str, Value | None]:
    """The effective value of every field, by path."""
    found: dict[str, Value | None] = {item.path: item.neutral for item in FIELDS}
    found.update(state.base)
    found.update(learned_values(state))
    found.update(state.overrides)
    found["learningIterations"] = state.learned.iterations
    found["profileSource"] = _source(state)
    found["archetypeBase"] = state.archetype
    return found


def learned_values(state: ProfileState) -> dict[str, Value]:
    """What learning gives the fields, before anything set by hand. Fields that have learned nothing are absent."""
    found: dict[str, Value] = {}
    for trait, learned in zip(TRAITS, state.learned.traits, strict=True):
        if learned.value is not None:
            found[trait.path] = trait.shown(learned.value)
    _agree_on_emoji(found)
    banned = [item.surface for item in phrases.banned(state.learned.phrases)]
    liked = [item.surface for item in phrases.liked(state.learned.phrases)]
    banned = _without(banned, [*state.tombstones, *_texts(state.overrides.get("commonPhrases"))])
    refused = _texts(state.overrides.get("bannedPhrases"))
    liked = _without(liked, [*state.tombstones, *refused, *banned])
    if banned:
        found["bannedPhrases"] = tuple(banned)
    if liked:
        found["commonPhrases"] = tuple(liked)
    return found


def set_by_hand(state: ProfileState, given: Mapping[str, object]) -> dict[str, Value]:
    """Of the values given by path, those that differ from the effective ones: what becomes an override. A form that
    sends every field back unchanged freezes nothing. Raises FieldError for a path or a value that cannot be."""
    current = values(state)
    changed: dict[str, Value] = {}
    for path, value in given.items():
        if path not in BY_PATH:
            raise FieldError(path, "left out: there is no such field", type(value).__name__)
        checked = BY_PATH[path].check(value)
        if checked != current[path]:
            changed[path] = checked
    return changed


def _agree_on_emoji(found: dict[str, Value]) -> None:
    """The switch and the frequency tell one story: without emoji there is no frequency, with them there is one."""
    if found.get(USES_EMOJIS) is False:
        found[EMOJI_FREQUENCY] = 0.0
    elif found.get(USES_EMOJIS) is True:
        frequency = found.get(EMOJI_FREQUENCY, 0.0)
        assert isinstance(frequency, float)  # noqa: S101  a level is shown as a float
        found[EMOJI_FREQUENCY] = max(frequency, LEAST_EMOJI_FREQUENCY)


def _without(found: list[str], refused: list[str]) -> list[str]:
    keys = [ngrams.key(phrase) for phrase in refused]
    return [phrase for phrase in found if not any(phrases.overlap(ngrams.key(phrase), key) for key in keys)]


def _texts(value: Value | None) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, tuple) else []


def _source(state: ProfileState) -> str:
    learned = bool(learned_values(state))
    if state.overrides:
        return "mixed" if learned else "manual"
    if learned:
        return "learned"
    return "archetype" if state.archetype else "neutral"


def _plain(value: Value | None) -> object:
    if isinstance(value, tuple):
        return [{"from": item.before, "to": item.after} if isinstance(item, Substitution) else item for item in value]
    return value
