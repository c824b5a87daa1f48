"""The profile as it is answered: the cache holds that body ready to send, so these models only describe it."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from models.profile import ProfileSource, Scale, within
from models.wire import Moment, Wire


class Described(Wire):
    # No request is parsed by it and no answer made of it: it need not be built when a function starts.
    model_config = ConfigDict(defer_build=True)


class Tone(Described):
    formality: Scale
    enthusiasm: Scale
    directness: Scale
    humor: Scale
    emotionality: Scale


class WritingTraits(Described):
    """`avgSentenceLength` in words, `emojiFrequency` per 100 words, `contractionShare` from 0 to 1."""

    avg_sentence_length: Annotated[float, within("writingTraits.avgSentenceLength")]
    uses_questions_often: bool
    uses_emojis: bool
    emoji_frequency: Annotated[float, within("writingTraits.emojiFrequency")]
    uses_bullet_points: bool
    uses_short_paragraphs: bool
    uses_hooks: bool
    commas_per100_words: Annotated[float, within("writingTraits.commasPer100Words")]
    dashes_per100_words: Annotated[float, within("writingTraits.dashesPer100Words")]
    semicolons_per100_words: Annotated[float, within("writingTraits.semicolonsPer100Words")]
    exclamations_per100_words: Annotated[float, within("writingTraits.exclamationsPer100Words")]
    ellipses_per100_words: Annotated[float, within("writingTraits.ellipsesPer100Words")]
    contraction_share: Annotated[float, within("writingTraits.contractionShare")]


class StructurePreferences(Described):
    intro_style: Literal["hook", "story", "problem", "statement"]
    body_style: Literal["steps", "narrative", "analysis", "bullets"]
    ending_style: Literal["cta", "reflection", "summary", "question"]


class SubstitutionPair(Described):
    """`to` empty: the words are taken out, where the sentence reads on without them. A `from` in capitals throughout
    (`US`) stands for those letters in capitals alone."""

    from_: Annotated[str, Field(alias="from")]
    to: str


class ProfileView(Described):
    """The values that hold now. `profileSource` tells where most of them come from; `archetypeBase` is the slug of the
    archetype beneath them. `voiceStrength` is how far the person wants drafts to go towards their voice, from 0, not at
    all, to 100: whoever drafts goes by it; checks and repairs do not."""

    voice_type: Literal["balanced", "conversational", "authoritative", "playful", "analytical"]
    tone: Tone
    writing_traits: WritingTraits
    structure_preferences: StructurePreferences
    vocabulary_level: Literal["simple", "medium", "advanced"]
    common_phrases: list[str]
    banned_phrases: list[str]
    substitutions: list[SubstitutionPair]
    rules: list[str]
    sample_posts: list[str]
    voice_strength: Annotated[int, within("voiceStrength")]
    learning_iterations: int
    profile_source: ProfileSource
    archetype_base: str | None
    last_updated: Moment


class StyleView(Described):
    """`profile` null, `hasProfile` false and `version` 0: nothing has been learned or set yet."""

    profile: ProfileView | None
    evolution_score: Annotated[int, Field(ge=0, le=100)]
    has_profile: bool
    version: int
