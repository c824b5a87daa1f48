"""Archetypes on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from models.profile import VoiceValues
from models.voices import SLUG
from models.wire import SEEN, SEEN_SCHEMA, Wire, Yes, exactly_one_of
from voice_engine.archetypes import Listed
from voice_engine.voice.profile import nested

type Slug = Annotated[str, Field(pattern=SLUG)]


class CreateArchetype(Wire):
    """`values`: any of the fields that show in a text. Or `fromProfile` true: those of the voice as it is now."""

    model_config = exactly_one_of("values", "fromProfile")

    slug: Slug
    name: Annotated[str, Field(min_length=1, max_length=60, json_schema_extra=SEEN_SCHEMA), SEEN]
    description: Annotated[str, Field(max_length=300)] = ""
    values: VoiceValues | None = None
    from_profile: Yes | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.values is None) == (self.from_profile is None):
            raise PydanticCustomError("one_of", "must have exactly one of values and fromProfile")
        return self


class ApplyArchetype(Wire):
    """`slug` of a preset or of one's own; null takes the archetype off."""

    slug: Slug | None


class ArchetypeView(Wire):
    """`own`: made by the person who asks. `usageCount`: how often it was applied. `values` holds the fields that the
    archetype speaks of, and no others."""

    slug: str
    name: str
    description: str
    own: bool
    usage_count: int
    values: VoiceValues

    @classmethod
    def of(cls, listed: Listed) -> Self:
        told = listed.archetype
        return cls(
            slug=told.slug,
            name=told.name,
            description=told.description,
            own=listed.is_own,
            usage_count=listed.uses,
            values=VoiceValues.model_validate(nested(told.values)),
        )


class ArchetypeList(Wire):
    """The presets, then the person's own. `most`: as many of their own as a person may have."""

    items: list[ArchetypeView]
    most: int

    @classmethod
    def of(cls, listed: Sequence[Listed], most: int) -> Self:
        return cls(items=list(map(ArchetypeView.of, listed)), most=most)
