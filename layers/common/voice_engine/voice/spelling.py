"""Which replaced word is a misspelling mended. There is no dictionary: what two spellings look like tells, and a few
lists of English words."""

from __future__ import annotations

from typing import Final

import regex
from rapidfuzz.distance import OSA

from voice_engine.voice import lexicon
from voice_engine.voice.ngrams import ENGLISH_FUNCTION_WORDS, key

# Damerau-Levenshtein distance (restricted: optimal string alignment) up to which two spellings are one word. Damerau
# 1964 found that a single slip explains four misspellings in five; longer words get two.
SHORT: Final = 7  # letters up to which one slip is all that is forgiven: `sharply` and `starkly` are two words
LEAST: Final = 3  # letters of a word in which only two that changed places (`teh`) are taken for a slip

# English endings. Two words that differ in these alone are two forms of a word (`walk`, `walked`): grammar.
_ENDINGS = frozenset(
    "s es ed d ing e er r est ly y ies ied n en t st ness able al ally ation 's s'".split()  # noqa: SIM905  a list
) | {""}
# Spellings of two lands or habits: who changes one into the other chooses. (`colour`, `organise`, `centre`, `defence`)
_HABITS = (
    ("our", "or"),
    ("s", "z"),
    ("re", "er"),
    ("lle", "le"),
    ("lli", "li"),
    ("ence", "ense"),
    ("ogue", "og"),
    ("ae", "e"),
)
_LETTERS = regex.compile(r"[\p{L}\p{M}']+(?: [\p{L}\p{M}']+)?$")
_VOWELS = frozenset("aeiouy")
MONOSYLLABLE: Final = 5  # letters up to which one vowel for another is most often a tense or a number
_ENGLISH = ENGLISH_FUNCTION_WORDS.union(*lexicon.CATEGORIES.values(), lexicon.ACTION_WORDS, lexicon.PROBLEM)


def mended(before: str, after: str, language: str | None) -> bool:
    """Whether `before` is most likely a misspelling of `after`, both as written.

    Both are letters alone, begin with the same one, and differ by a slip or two, or by a space (`alot`). Not so where
    `before` stands in a list of English words (`than`, `quite`), where both are forms of one word, or where two
    spellings are in use. Without a dictionary a real word put for another that looks like it (`house`, `horse`) passes
    for a misspelling. Lists, endings and habits are known of English only; elsewhere a slip must leave the last two
    letters alone.
    """
    old, new = key(before), key(after)
    if old == new or not _LETTERS.match(old) or not _LETTERS.match(new):
        return False
    if " " in old + new:
        return old.replace(" ", "") == new.replace(" ", "")
    if old[0] != new[0] or not _one_slip_apart(old, new):
        return False
    if language == "en":
        return old not in _ENGLISH and not (_one_word(old, new) or _habit(old, new) or _vowel_changed(old, new))
    return old[-2:] == new[-2:]


def _one_slip_apart(old: str, new: str) -> bool:
    shorter = min(len(old), len(new))
    if shorter <= LEAST:
        return shorter == LEAST and sorted(old) == sorted(new)
    return OSA.distance(old, new, score_cutoff=2) <= (1 if shorter <= SHORT else 2)


def one_word(old: str, new: str, language: str | None) -> bool:
    """Whether two keys are forms of one English word, told by their endings: `walk`, `walked`."""
    return language == "en" and " " not in old + new and _one_word(old, new)


def _one_word(old: str, new: str) -> bool:
    shared = _shared_start(old, new)
    return any(
        old[size:] in _ENDINGS and new[size:] in _ENDINGS for size in range(max(LEAST - 1, shared - 2), shared + 1)
    )


def _habit(old: str, new: str) -> bool:
    if "'" in old + new:
        return "'" in old and "'" in new
    return any(
        old.replace(one, other, 1) == new or new.replace(one, other, 1) == old or old.replace(one, other) == new
        for pair in _HABITS
        for one, other in (pair, pair[::-1])
    )


def _vowel_changed(old: str, new: str) -> bool:
    """One vowel for another in a word of one or two syllables: most often a tense or a number (`ran`, `women`)."""
    if len(old) != len(new) or len(old) > MONOSYLLABLE:
        return False
    differing = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    return len(differing) == 1 and set(differing[0]) <= _VOWELS


def _shared_start(old: str, new: str) -> int:
    size = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        size += 1
    return size
