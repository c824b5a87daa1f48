"""The table of traits: how each is measured, what moves it, and where it shows in the profile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH

MILLION = 1_000_000

Count = Callable[[Features], int]


@dataclass(frozen=True, slots=True)
class Trait:
    """One habit, measured as `per` * top / bottom, in millionths.

    name: its name in the state; path: the field of the profile that shows it.
    top, bottom: counts; least: the smallest bottom that says anything, below which a text does not measure it.
    deadband: a smaller change of the measure is no vote. touched: the count that an edit must have changed to
    vote at all, so that a shorter text does not pass for fewer commas.
    """

    name: str
    path: str
    top: Count
    bottom: Count
    touched: Count
    per: int
    least: int
    deadband: int

    def measure(self, features: Features) -> int | None:
        """The trait's value in one text, in millionths, or None where the text cannot tell."""
        bottom = self.bottom(features)
        if bottom < max(1, self.least) or features.unspaced > features.words:
            return None
        return self.per * MILLION * self.top(features) // bottom


@dataclass(frozen=True, slots=True)
class Level(Trait):
    """A trait with a number. kappa: how many edits of 200 words weigh as much as the prior that the writer changes
    nothing: variance within writers over variance between them. clip: a change further than this from the
    writer's median change counts as this far: two standard deviations within writers, in millionths."""

    kappa: int
    clip: int
    digits: int

    def measure(self, features: Features) -> int | None:
        """As any trait's, within the bounds of its field, which keeps every sum of the state within 64 bits."""
        found = Trait.measure(self, features)
        return None if found is None else self.bounded(found)

    @property
    def neutral(self) -> int:
        value = BY_PATH[self.path].neutral
        assert isinstance(value, int | float)  # noqa: S101  the table of fields holds numbers here
        return round(value * MILLION)

    def bounded(self, value: int) -> int:
        field = BY_PATH[self.path]
        return min(field.high * MILLION, max(field.low * MILLION, value))

    def shown(self, value: int) -> float:
        return round(value / MILLION, self.digits)


@dataclass(frozen=True, slots=True)
class Switch(Trait):
    """A trait that is on or off in a text: on where the measure is at least `limit`, or at most it where `low`."""

    limit: int
    low: bool = False

    def on(self, measured: int) -> bool:
        return measured <= self.limit if self.low else measured >= self.limit

    def shown(self, value: int) -> bool:
        return value > 0


def _words(features: Features) -> int:
    return features.words


def _rate(name: str, path: str, top: Count, *, deadband: float, kappa: int, clip: float) -> Level:
    """Marks per 100 words. Fewer than 10 words say nothing about a rate."""
    return Level(
        name,
        f"writingTraits.{path}",
        top,
        _words,
        top,
        per=100,
        least=10,
        deadband=round(deadband * MILLION),
        kappa=kappa,
        clip=round(clip * MILLION),
        digits=2,
    )


# kappa and clip come from 630 edits of prose by 11 writers (LAMP) and 196 of messages by 49 (Post-edit): one-way
# analysis of variance of the change (edited - draft) by writer. Shares of variance between writers, as intraclass
# correlations: sentence length 0.31, commas 0.12 to 0.17, dashes 0.10 to 0.14, other marks 0.01 to 0.11,
# contractions 0.10. No set holds emoji: they take the values of the dash, the nearest mark in use.
LEVELS: tuple[Level, ...] = (
    Level(
        "sentenceLength",
        "writingTraits.avgSentenceLength",
        lambda features: features.sentence_words,
        lambda features: features.sentences,
        lambda features: features.sentence_words,
        per=1,
        least=1,
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
        lambda features: features.contractions,
        lambda features: features.contractions + features.expandable,
        lambda features: features.contractions,
        per=1,
        least=1,
        deadband=80_000,
        kappa=10,
        clip=400_000,
        digits=2,
    ),
)

SWITCHES: tuple[Switch, ...] = (
    Switch(
        "asksQuestions",
        "writingTraits.usesQuestionsOften",
        lambda features: features.questions,
        lambda features: features.sentences + features.wordless_sentences,
        lambda features: features.questions,
        per=1,
        least=1,
        deadband=0,
        limit=100_000,  # one sentence in ten
    ),
    Switch(
        "usesEmojis",
        "writingTraits.usesEmojis",
        lambda features: features.emoji,
        lambda _: 1,
        lambda features: features.emoji,
        per=1,
        least=1,
        deadband=0,
        limit=MILLION,
    ),
    Switch(
        "usesBulletPoints",
        "writingTraits.usesBulletPoints",
        lambda features: features.list_items,
        lambda _: 1,
        lambda features: features.list_items,
        per=1,
        least=1,
        deadband=0,
        limit=2 * MILLION,  # one item is no list
    ),
    Switch(
        "shortParagraphs",
        "writingTraits.usesShortParagraphs",
        lambda features: features.paragraph_words,
        lambda features: features.paragraphs,
        lambda features: features.paragraphs,
        per=1,
        least=1,
        deadband=0,
        limit=40 * MILLION,  # words: two or three sentences
        low=True,
    ),
)

# The order is the order of measures in an observation: append, never reorder, within a LEARNER_VERSION.
TRAITS: tuple[Level | Switch, ...] = (*LEVELS, *SWITCHES)
