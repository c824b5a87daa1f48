"""The profile on the wire. Bounds come from the domain's table of fields, so a limit is written once."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, ValidationInfo, field_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from models.wire import EXACT, SEEN, SEEN_SCHEMA, WHOLE, Timestamp, Wire
from voice_engine.voice import visible
from voice_engine.voice.fields import BY_PATH, Substitution


def within(path: str) -> Any:
    """The bounds of a number."""
    field = BY_PATH[path]
    return Field(ge=field.low, le=field.high)


def _few(path: str) -> Any:
    """How many items a list may have."""
    return Field(max_length=BY_PATH[path].max_items)


def _short(path: str) -> Any:
    """How long one text of a list may be; SEEN beside it keeps it from being blank."""
    return Field(min_length=1, max_length=BY_PATH[path].max_length, json_schema_extra=SEEN_SCHEMA)


def _but_null(schema: JsonSchemaValue) -> JsonSchemaValue:
    value: JsonSchemaValue
    (value,) = (option for option in schema["anyOf"] if option != {"type": "null"})
    return value


class Change(Wire):
    """Any subset of the fields. A field that is left out stays as it is; null is no value."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        described = handler.resolve_ref_schema(handler(schema))
        described["properties"] = {
            name: part if name == "archetypeBase" else _but_null(part) for name, part in described["properties"].items()
        }
        return described

    @field_validator("*", mode="before")
    @classmethod
    def _not_null(cls, value: Any, field: ValidationInfo) -> Any:
        if value is None and field.field_name != "archetype_base":
            raise PydanticCustomError("null", "must have a value; leave the field out to keep what holds")
        return value


ProfileSource = Literal["neutral", "inherited", "archetype", "learned", "manual", "mixed"]
type Scale = Annotated[int, within("tone.formality"), WHOLE]


class ToneChange(Change):
    formality: Scale | None = None
    enthusiasm: Scale | None = None
    directness: Scale | None = None
    humor: Scale | None = None
    emotionality: Scale | None = None


class WritingTraitsChange(Change):
    avg_sentence_length: Annotated[float, within("writingTraits.avgSentenceLength")] | None = None
    uses_questions_often: bool | None = None
    uses_emojis: bool | None = None
    emoji_frequency: Annotated[float, within("writingTraits.emojiFrequency")] | None = None
    uses_bullet_points: bool | None = None
    uses_short_paragraphs: bool | None = None
    uses_hooks: bool | None = None
    commas_per100_words: Annotated[float, within("writingTraits.commasPer100Words")] | None = None
    dashes_per100_words: Annotated[float, within("writingTraits.dashesPer100Words")] | None = None
    semicolons_per100_words: Annotated[float, within("writingTraits.semicolonsPer100Words")] | None = None
    exclamations_per100_words: Annotated[float, within("writingTraits.exclamationsPer100Words")] | None = None
    ellipses_per100_words: Annotated[float, within("writingTraits.ellipsesPer100Words")] | None = None
    contraction_share: Annotated[float, within("writingTraits.contractionShare")] | None = None


class StructureChange(Change):
    intro_style: Literal["hook", "story", "problem", "statement"] | None = None
    body_style: Literal["steps", "narrative", "analysis", "bullets"] | None = None
    ending_style: Literal["cta", "reflection", "summary", "question"] | None = None


class SubstitutionChange(Wire):
    from_: Annotated[str, _short("substitutions"), SEEN, Field(alias="from")]
    # Empty takes the words out.
    to: Annotated[str, Field(max_length=BY_PATH["substitutions"].max_length, pattern=rf"^$|{visible.PATTERN}")]


class VoiceValues(Change):
    """What shows in a text; all that an archetype can hold."""

    voice_type: Literal["balanced", "conversational", "authoritative", "playful", "analytical"] | None = None
    tone: ToneChange | None = None
    writing_traits: WritingTraitsChange | None = None
    structure_preferences: StructureChange | None = None
    vocabulary_level: Literal["simple", "medium", "advanced"] | None = None
    common_phrases: Annotated[list[Annotated[str, _short("commonPhrases"), SEEN]], _few("commonPhrases")] | None = None
    banned_phrases: Annotated[list[Annotated[str, _short("bannedPhrases"), SEEN]], _few("bannedPhrases")] | None = None
    substitutions: Annotated[list[SubstitutionChange], _few("substitutions")] | None = None

    def values(self) -> dict[str, Any]:
        """What was given, by dotted path, as the domain holds it."""
        return dict(_leaves(self.model_dump(by_alias=True, exclude_unset=True), ""))


class ProfileChange(VoiceValues):
    """What a person sets by hand. `learningIterations`, `profileSource` and `archetypeBase` are worked out: they may be
    sent back as they hold now, and set nothing. Neither does `lastUpdated`, of whichever time."""

    rules: Annotated[list[Annotated[str, _short("rules"), SEEN]], _few("rules")] | None = None
    sample_posts: Annotated[list[Annotated[str, _short("samplePosts"), SEEN]], _few("samplePosts")] | None = None
    voice_strength: Annotated[int, within("voiceStrength"), WHOLE] | None = None
    learning_iterations: Annotated[int, Field(ge=0, le=EXACT), WHOLE] | None = None
    profile_source: ProfileSource | None = None
    archetype_base: str | None = None
    last_updated: Timestamp | None = None

    def values(self) -> dict[str, Any]:
        """What was given, by dotted path, as the domain holds it: it knows nothing of times."""
        return {path: value for path, value in super().values().items() if path != "lastUpdated"}


def _leaves(tree: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for name, value in tree.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.")
        elif path == "substitutions":
            yield path, tuple(Substitution(pair["from"], pair["to"]) for pair in value)
        else:
            yield path, tuple(value) if isinstance(value, list) else value


PHRASE_CHARACTERS = BY_PATH["bannedPhrases"].max_length


class LearningChange(Wire):
    """`learning` false: what is saved from now on is never learned. True: from now on it is again."""

    learning: bool
