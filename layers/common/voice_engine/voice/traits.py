"""The table of traits: how each is measured, what moves it, and where it shows in the profile.

Every field of the profile that says how somebody writes is here, but for lists of phrases (`phrases`), substitutions
and sample posts. Not learned, because no edit shows them: `rules` and `voiceStrength`, which a person sets.
"""

from __future__ import annotations

from voice_engine.voice import tone, vocabulary
from voice_engine.voice.fields import BY_PATH
from voice_engine.voice.trait_kinds import (
    LEAST_VOTES_OF_A_TYPE,
    MILLION,
    Choice,
    Count,
    Graded,
    Level,
    Relative,
    Switch,
    Trait,
    amount,
    kind_of,
    ratio,
)

__all__ = ["CHOICES", "LEVELS", "MILLION", "RELATIVE", "SWITCHES", "TRAITS", "Choice", "Level", "Switch", "Trait"]


def _rate(name: str, path: str, top: Count, *, deadband: float, kappa: int, clip: float) -> Level:
    """Marks per 100 words. Fewer than 10 words say nothing about a rate."""
    return Level(
        name,
        f"writingTraits.{path}",
        ratio(top, lambda f: f.words, per=100, least=10),
        top,
        deadband=round(deadband * MILLION),
        kappa=kappa,
        clip=round(clip * MILLION),
    )


def _tone(name: str, *, kappa: int, clip: float) -> Relative:
    scale = tone.SCALES[name]
    return Relative(
        name,
        f"tone.{name}",
        scale.gauge,
        scale.weighed,
        deadband=300_000,
        kappa=kappa,
        clip=round(clip * MILLION),
    )


# kappa and clip come from 630 edits of prose by 11 writers (LAMP) and 196 of messages by 49 (Post-edit): one-way
# analysis of variance of the change (edited - draft) by writer. Shares of variance between writers, as intraclass
# correlations: sentence length 0.31, commas 0.12 to 0.17, dashes 0.10 to 0.14, other marks 0.01 to 0.11,
# contractions 0.10, formality 0.12 to 0.23, long words 0.13 to 0.33, length 0.27 to 0.38, reading ease 0.33 to 0.53.
# No set holds emoji: they take the values of the dash, the nearest mark in use. In the other tones hardly anybody has
# a habit there (0.00 to 0.05, directness and humor more in messages); their kappa is held at 12.
LEVELS: tuple[Level, ...] = (
    Level(
        "sentenceLength",
        "writingTraits.avgSentenceLength",
        ratio(lambda f: f.sentence_words, lambda f: f.sentences),
        lambda f: (f.sentence_words, f.sentences),
        deadband=750_000,
        kappa=2,
        clip=7_500_000,
        digits=1,
    ),
    _rate("commas", "commasPer100Words", lambda f: f.commas, deadband=0.4, kappa=7, clip=2.8),
    _rate("dashes", "dashesPer100Words", lambda f: f.dashes, deadband=0.25, kappa=9, clip=0.8),
    _rate("semicolons", "semicolonsPer100Words", lambda f: f.semicolons, deadband=0.2, kappa=17, clip=0.4),
    _rate("exclamations", "exclamationsPer100Words", lambda f: f.exclamations, deadband=0.2, kappa=9, clip=0.6),
    _rate("ellipses", "ellipsesPer100Words", lambda f: f.ellipses, deadband=0.2, kappa=17, clip=0.4),
    _rate("emoji", "emojiFrequency", lambda f: f.emoji, deadband=0.3, kappa=9, clip=0.8),
    Level(
        "contractions",
        "writingTraits.contractionShare",
        ratio(lambda f: f.contractions, lambda f: f.contractions + f.expandable),
        lambda f: f.contractions,
        deadband=80_000,
        kappa=10,
        clip=400_000,
    ),
)

TONES: tuple[Level, ...] = (
    _tone("formality", kappa=7, clip=1.0),
    _tone("enthusiasm", kappa=12, clip=1.0),
    _tone("directness", kappa=12, clip=1.7),
    _tone("humor", kappa=12, clip=0.9),
    _tone("emotionality", kappa=12, clip=1.4),
    Graded(
        "longWords",
        "vocabularyLevel",
        vocabulary.long_words,
        lambda f: f.long_words,
        deadband=500_000,
        least_votes=LEAST_VOTES_OF_A_TYPE,
        kappa=5,
        clip=4_600_000,
        low=0,
        high=100,
        start=24.4,
        grades=vocabulary.LEVELS,
    ),
)

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "asksQuestions",
        "writingTraits.usesQuestionsOften",
        ratio(lambda f: f.questions, lambda f: f.sentences + f.wordless_sentences),
        lambda f: f.questions,
        limit=100_000,  # one sentence in ten
    ),
    Switch(
        "usesEmojis",
        "writingTraits.usesEmojis",
        lambda f: MILLION * f.emoji,
        lambda f: f.emoji,
        limit=MILLION,
    ),
    Switch(
        "usesBulletPoints",
        "writingTraits.usesBulletPoints",
        lambda f: MILLION * f.list_items,
        lambda f: f.list_items,
        limit=2 * MILLION,  # one item is no list
    ),
    Switch(
        "shortParagraphs",
        "writingTraits.usesShortParagraphs",
        ratio(lambda f: f.paragraph_words, lambda f: f.paragraphs),
        lambda f: f.paragraphs,  # cutting words from each is a habit of length
        limit=40 * MILLION,  # words: two or three sentences
        low=True,
    ),
    Switch(
        "usesHooks",
        "writingTraits.usesHooks",
        ratio(lambda f: f.hooks, lambda f: f.texts),
        lambda f: f.hooks,
        limit=MILLION,
    ),
)


def _structure(name: str, field: str, part: str) -> Choice:
    path = f"structurePreferences.{field}"
    choices = BY_PATH[path].choices
    gauge = kind_of(part, choices)
    return Choice(name, path, gauge, lambda f: gauge(f) or 0, choices=choices)


CHOICES: tuple[Choice, ...] = (
    _structure("intro", "introStyle", "opening"),
    _structure("body", "bodyStyle", "body"),
    _structure("ending", "endingStyle", "ending"),
    Choice(
        "voiceType",
        "voiceType",
        tone.voice_type,
        lambda f: tone.voice_type(f) or 0,
        least_votes=LEAST_VOTES_OF_A_TYPE,
        choices=tone.VOICE_TYPES,
    ),
)


# Levels that no field shows: how long the texts are, and what else tells writers apart.
UNSHOWN: tuple[Level, ...] = (
    Level(
        "firstPerson",
        "",
        ratio(lambda f: f.first_person, lambda f: f.english_words, per=100, least=10),
        lambda f: f.first_person,
        deadband=300_000,
        kappa=12,
        clip=1_800_000,
        high=100,
        start=3.1,
    ),
    Level(
        "wordLength",
        "",
        ratio(lambda f: f.letters, lambda f: f.plain_words, least=10),
        lambda f: (f.letters, f.plain_words),
        deadband=40_000,
        kappa=5,
        clip=270_000,
        high=50,
        start=4.8,
    ),
    Level(
        "paragraphs",
        "",
        amount(lambda f: f.paragraphs),
        lambda f: f.paragraphs,
        deadband=MILLION,
        kappa=1,
        clip=1_400_000,
        digits=1,
        high=200,
        start=2,
    ),
    Level(
        "length",
        "",
        amount(lambda f: f.words),
        lambda f: f.words,
        deadband=5 * MILLION,
        kappa=2,
        clip=50 * MILLION,
        digits=0,
        high=2_000,
        start=190,
    ),
    Level(
        "readingEase",
        "",
        vocabulary.reading_ease,
        lambda f: (f.syllables, f.plain_words, f.sentence_words, f.sentences),
        deadband=1_500_000,
        kappa=2,
        clip=10 * MILLION,
        digits=0,
        low=-100,
        high=150,
        start=60,
    ),
)

# The order is the order of measures in an observation: append, never reorder, within a LEARNER_VERSION.
TRAITS: tuple[Level | Switch | Choice, ...] = (*LEVELS, *SWITCHES, *TONES, *CHOICES, *UNSHOWN)
RELATIVE: tuple[int, ...] = tuple(position for position, trait in enumerate(TRAITS) if isinstance(trait, Relative))
