"""The fields of a profile: path, kind, bounds or choices, and the neutral value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from voice_engine.voice.visible import is_blank

Kind = Literal["number", "integer", "flag", "choice", "texts", "substitutions", "derived"]


@dataclass(frozen=True, slots=True)
class Substitution:
    """Words to replace: `before` becomes `after`. Named `from` and `to` in the API."""

    before: str
    after: str


Value = bool | int | float | str | tuple[str, ...] | tuple[Substitution, ...]
Values = Mapping[str, Value]


class FieldError(ValueError):
    """A value set by hand that its field cannot hold.

    `path` is the field, `limit` what it may hold in words, `given` a short description of the value that
    never contains text of the writer beyond its type, length or number.
    """

    def __init__(self, path: str, limit: str, given: str) -> None:
        super().__init__(f"{path} must be {limit}; {given} was given")
        self.path = path
        self.limit = limit
        self.given = given


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the effective profile.

    path: where it stands, `writingTraits.avgSentenceLength`. neutral: its value before anything is known.
    low, high: inclusive bounds of a number. choices: what a choice may be. max_items, max_length: bounds of
    a list and of each text in it, in characters. settable: whether a person may set it by hand.
    """

    path: str
    kind: Kind
    neutral: Value | None
    low: int = 0
    high: int = 0
    choices: tuple[str, ...] = ()
    max_items: int = 0
    max_length: int = 0
    settable: bool = True

    def check(self, value: object) -> Value:
        """The value as this field holds it. Raises FieldError when it cannot."""
        if not self.settable:
            raise FieldError(self.path, "left out: it is worked out, not set", type(value).__name__)
        return _CHECKS[self.kind](self, value)


def _number(field: Field, value: object) -> Value:
    limit = f"a number from {field.low} to {field.high}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(field.path, limit, type(value).__name__)
    if not field.low <= value <= field.high:
        raise FieldError(field.path, limit, str(value))
    return value


def _integer(field: Field, value: object) -> Value:
    limit = f"a whole number from {field.low} to {field.high}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise FieldError(field.path, limit, type(value).__name__)
    if value != value // 1 or not field.low <= value <= field.high:
        raise FieldError(field.path, limit, str(value))
    return int(value)


def _flag(field: Field, value: object) -> Value:
    if not isinstance(value, bool):
        raise FieldError(field.path, "true or false", type(value).__name__)
    return value


def _choice(field: Field, value: object) -> Value:
    limit = "one of " + ", ".join(field.choices)
    if not isinstance(value, str):
        raise FieldError(field.path, limit, type(value).__name__)
    if value not in field.choices:
        raise FieldError(field.path, limit, f"another text of {len(value)} characters")
    return value


def _texts(field: Field, value: object) -> Value:
    limit = f"at most {field.max_items} texts of 1 to {field.max_length} characters"
    items = _items(field, value, limit)
    for item in items:
        _text(field, item, limit)
    unique = {str(item).casefold(): str(item) for item in reversed(items)}
    return tuple(reversed(unique.values()))


def _substitutions(field: Field, value: object) -> Value:
    limit = f"at most {field.max_items} pairs of texts of 1 to {field.max_length} characters"
    items = _items(field, value, limit)
    pairs: list[Substitution] = []
    for item in items:
        pair = item if isinstance(item, Substitution) else Substitution(*_from_and_to(field, item, limit))
        _text(field, pair.before, limit)
        if pair.after:
            _text(field, pair.after, limit)
        pairs.append(pair)
    return tuple(pairs)


def _from_and_to(field: Field, item: object, limit: str) -> tuple[str, str]:
    if not isinstance(item, Mapping) or set(item) != {"from", "to"}:
        raise FieldError(field.path, limit + ", each with `from` and `to`", type(item).__name__)
    if not isinstance(item["to"], str):
        raise FieldError(field.path, limit, type(item["to"]).__name__)
    return item["from"], item["to"]


def _items(field: Field, value: object, limit: str) -> Sequence[object]:
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise FieldError(field.path, limit, type(value).__name__)
    if len(value) > field.max_items:
        raise FieldError(field.path, limit, f"{len(value)} items")
    return value


def _text(field: Field, value: object, limit: str) -> None:
    if not isinstance(value, str):
        raise FieldError(field.path, limit, type(value).__name__)
    if is_blank(value):
        raise FieldError(field.path, limit, "a text without a visible character")
    if len(value) > field.max_length:
        raise FieldError(field.path, limit, f"a text of {len(value)} characters")


_CHECKS = {
    "number": _number,
    "integer": _integer,
    "flag": _flag,
    "choice": _choice,
    "texts": _texts,
    "substitutions": _substitutions,
}


def _scale(path: str) -> Field:
    return Field(path, "integer", 5, low=1, high=10)


def _rate(path: str, neutral: float, high: int) -> Field:
    return Field(path, "number", neutral, low=0, high=high)


# Neutral numbers are those of typical machine drafts, over 826 of them: 630 paragraphs of prose (LAMP) and 196
# messages (Post-edit). avgSentenceLength is the median over drafts weighted by their words (prose alone has 20.7,
# messages 14.0), rates are pooled; contractionShare is over the 341 whose apostrophes are intact. Neither set holds
# emoji or lists.
FIELDS: tuple[Field, ...] = (
    Field(
        "voiceType",
        "choice",
        "balanced",
        choices=("balanced", "conversational", "authoritative", "playful", "analytical"),
    ),
    _scale("tone.formality"),
    _scale("tone.enthusiasm"),
    _scale("tone.directness"),
    _scale("tone.humor"),
    _scale("tone.emotionality"),
    Field("writingTraits.avgSentenceLength", "number", 20.0, low=5, high=50),
    Field("writingTraits.usesQuestionsOften", "flag", False),
    Field("writingTraits.usesEmojis", "flag", False),
    _rate("writingTraits.emojiFrequency", 0.0, 10),
    Field("writingTraits.usesBulletPoints", "flag", False),
    Field("writingTraits.usesShortParagraphs", "flag", False),
    Field("writingTraits.usesHooks", "flag", False),
    _rate("writingTraits.commasPer100Words", 7.9, 30),
    _rate("writingTraits.dashesPer100Words", 0.3, 20),
    _rate("writingTraits.semicolonsPer100Words", 0.1, 20),
    _rate("writingTraits.exclamationsPer100Words", 0.0, 30),
    _rate("writingTraits.ellipsesPer100Words", 0.0, 20),
    _rate("writingTraits.contractionShare", 0.7, 1),
    Field(
        "structurePreferences.introStyle",
        "choice",
        "statement",
        choices=("hook", "story", "problem", "statement"),
    ),
    Field(
        "structurePreferences.bodyStyle",
        "choice",
        "narrative",
        choices=("steps", "narrative", "analysis", "bullets"),
    ),
    Field(
        "structurePreferences.endingStyle",
        "choice",
        "summary",
        choices=("cta", "reflection", "summary", "question"),
    ),
    Field("vocabularyLevel", "choice", "medium", choices=("simple", "medium", "advanced")),
    Field("commonPhrases", "texts", (), max_items=50, max_length=100),
    Field("bannedPhrases", "texts", (), max_items=100, max_length=100),
    Field("substitutions", "substitutions", (), max_items=100, max_length=100),
    Field("rules", "texts", (), max_items=20, max_length=300),
    Field("samplePosts", "texts", (), max_items=5, max_length=5000),
    Field("voiceStrength", "integer", 80, low=0, high=100),
    Field("learningIterations", "derived", 0, settable=False),
    Field("profileSource", "derived", "neutral", settable=False),
    Field("archetypeBase", "derived", None, settable=False),
)

BY_PATH: Mapping[str, Field] = {field.path: field for field in FIELDS}
