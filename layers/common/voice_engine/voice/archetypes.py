"""Archetypes: kinds of writers whose values a voice can start from, below all that is learned or set by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voice_engine.voice.fields import BY_PATH, FIELDS, FieldError, Value, Values
from voice_engine.voice.profile import ProfileState, learned_values, values

MOST_OWN = 20  # archetypes of one's own a person may have

# Rules and sample posts are one writer's own words, and the strength is a choice of the moment.
_OF_ONE_WRITER = frozenset({"rules", "samplePosts", "voiceStrength"})
PATHS = tuple(field.path for field in FIELDS if field.settable and field.path not in _OF_ONE_WRITER)


@dataclass(frozen=True, slots=True)
class Archetype:
    """`slug` names it for its owner, `name` and `description` are for people, `values` are by path."""

    slug: str
    name: str
    description: str
    values: Values


def archetype_values(given: Mapping[str, object]) -> dict[str, Value]:
    """Values by path as an archetype holds them. Raises FieldError for a path or a value that it cannot hold."""
    for path, value in given.items():
        if path not in PATHS:
            raise FieldError(path, "left out: an archetype has no such field", type(value).__name__)
    return {path: BY_PATH[path].check(value) for path, value in given.items()}


def values_of(state: ProfileState) -> dict[str, Value]:
    """What an archetype made of a profile holds: the effective value of each field that anything is known of."""
    known = {*state.base, *learned_values(state), *state.overrides}
    effective = values(state)
    return archetype_values({path: effective[path] for path in PATHS if path in known})


PRESETS = (
    Archetype(
        slug="tech-twitter-influencer",
        name="Tech Twitter influencer",
        description="Opinions on software in short, bold lines: a hook, a list, and a reason to reply.",
        values=archetype_values(
            {
                "voiceType": "conversational",
                "tone.formality": 3,
                "tone.enthusiasm": 7,
                "tone.directness": 9,
                "tone.humor": 6,
                "tone.emotionality": 5,
                "writingTraits.avgSentenceLength": 10.0,
                "writingTraits.usesQuestionsOften": True,
                "writingTraits.usesEmojis": True,
                "writingTraits.emojiFrequency": 1.0,
                "writingTraits.usesBulletPoints": True,
                "writingTraits.usesShortParagraphs": True,
                "writingTraits.usesHooks": True,
                "writingTraits.commasPer100Words": 4.0,
                "writingTraits.dashesPer100Words": 0.5,
                "writingTraits.semicolonsPer100Words": 0.0,
                "writingTraits.exclamationsPer100Words": 0.5,
                "writingTraits.ellipsesPer100Words": 0.2,
                "writingTraits.contractionShare": 0.9,
                "structurePreferences.introStyle": "hook",
                "structurePreferences.bodyStyle": "bullets",
                "structurePreferences.endingStyle": "cta",
                "vocabularyLevel": "medium",
                "commonPhrases": ["hot take", "here's what I learned", "ship it"],
                "bannedPhrases": ["in today's fast-paced world", "furthermore", "it is important to note"],
            }
        ),
    ),
    Archetype(
        slug="linkedin-thought-leader",
        name="LinkedIn thought leader",
        description="A moment from work, what it taught, and a question to colleagues, in calm short paragraphs.",
        values=archetype_values(
            {
                "voiceType": "authoritative",
                "tone.formality": 6,
                "tone.enthusiasm": 6,
                "tone.directness": 7,
                "tone.humor": 3,
                "tone.emotionality": 6,
                "writingTraits.avgSentenceLength": 13.0,
                "writingTraits.usesQuestionsOften": True,
                "writingTraits.usesEmojis": False,
                "writingTraits.emojiFrequency": 0.0,
                "writingTraits.usesBulletPoints": False,
                "writingTraits.usesShortParagraphs": True,
                "writingTraits.usesHooks": True,
                "writingTraits.commasPer100Words": 5.5,
                "writingTraits.dashesPer100Words": 0.4,
                "writingTraits.semicolonsPer100Words": 0.0,
                "writingTraits.exclamationsPer100Words": 0.2,
                "writingTraits.ellipsesPer100Words": 0.0,
                "writingTraits.contractionShare": 0.7,
                "structurePreferences.introStyle": "story",
                "structurePreferences.bodyStyle": "narrative",
                "structurePreferences.endingStyle": "question",
                "vocabularyLevel": "medium",
                "commonPhrases": ["what I learned", "early in my career", "the best teams"],
                "bannedPhrases": ["game-changer", "synergy", "thrilled to announce"],
            }
        ),
    ),
    Archetype(
        slug="meme-lord",
        name="Meme lord",
        description="One joke a line, lower stakes, higher volume: playful, abrupt and full of emoji.",
        values=archetype_values(
            {
                "voiceType": "playful",
                "tone.formality": 1,
                "tone.enthusiasm": 8,
                "tone.directness": 8,
                "tone.humor": 10,
                "tone.emotionality": 7,
                "writingTraits.avgSentenceLength": 7.0,
                "writingTraits.usesQuestionsOften": True,
                "writingTraits.usesEmojis": True,
                "writingTraits.emojiFrequency": 4.0,
                "writingTraits.usesBulletPoints": False,
                "writingTraits.usesShortParagraphs": True,
                "writingTraits.usesHooks": True,
                "writingTraits.commasPer100Words": 2.5,
                "writingTraits.dashesPer100Words": 0.2,
                "writingTraits.semicolonsPer100Words": 0.0,
                "writingTraits.exclamationsPer100Words": 3.0,
                "writingTraits.ellipsesPer100Words": 1.0,
                "writingTraits.contractionShare": 1.0,
                "structurePreferences.introStyle": "hook",
                "structurePreferences.bodyStyle": "narrative",
                "structurePreferences.endingStyle": "question",
                "vocabularyLevel": "simple",
                "commonPhrases": ["plot twist", "no thoughts", "send help"],
                "bannedPhrases": ["moreover", "in conclusion", "best practices"],
            }
        ),
    ),
    Archetype(
        slug="academic-researcher",
        name="Academic researcher",
        description="A problem, the evidence and its limits, in full and measured sentences.",
        values=archetype_values(
            {
                "voiceType": "analytical",
                "tone.formality": 9,
                "tone.enthusiasm": 3,
                "tone.directness": 6,
                "tone.humor": 1,
                "tone.emotionality": 2,
                "writingTraits.avgSentenceLength": 26.0,
                "writingTraits.usesQuestionsOften": False,
                "writingTraits.usesEmojis": False,
                "writingTraits.emojiFrequency": 0.0,
                "writingTraits.usesBulletPoints": False,
                "writingTraits.usesShortParagraphs": False,
                "writingTraits.usesHooks": False,
                "writingTraits.commasPer100Words": 8.5,
                "writingTraits.dashesPer100Words": 0.3,
                "writingTraits.semicolonsPer100Words": 0.8,
                "writingTraits.exclamationsPer100Words": 0.0,
                "writingTraits.ellipsesPer100Words": 0.0,
                "writingTraits.contractionShare": 0.0,
                "structurePreferences.introStyle": "problem",
                "structurePreferences.bodyStyle": "analysis",
                "structurePreferences.endingStyle": "summary",
                "vocabularyLevel": "advanced",
                "commonPhrases": ["the evidence suggests", "by contrast", "further work"],
                "bannedPhrases": ["game-changer", "mind-blowing", "needless to say"],
            }
        ),
    ),
)
