"""How demanding the words of a text are. English only: other languages build other words."""

from __future__ import annotations

from voice_engine.voice.features import Features
from voice_engine.voice.trait_kinds import MILLION

LEAST_WORDS = 10

# Long words in a hundred (more than six letters, as in LIX): drafts by machines have 20 (messages) to 25 (prose),
# people's letters 12, blogs 25 with a fifth above 32.
LEVELS = ((0, "simple"), (18 * MILLION, "medium"), (30 * MILLION, "advanced"))


def long_words(features: Features) -> int | None:
    """Long words in a hundred, in millionths, or None where the text cannot tell."""
    if features.english_words < LEAST_WORDS or not features.plain_words:
        return None
    return 100 * MILLION * features.long_words // features.plain_words


def reading_ease(features: Features) -> int | None:
    """Flesch's reading ease (1948) in millionths: 206.835 - 1.015 * words a sentence - 84.6 * syllables a word.
    Syllables are estimated. None where the text cannot tell."""
    if features.english_words < LEAST_WORDS or not features.plain_words or not features.sentences:
        return None
    words = 1_015_000 * features.sentence_words // features.sentences
    syllables = 84_600_000 * features.syllables // features.plain_words
    return 206_835_000 - words - syllables
