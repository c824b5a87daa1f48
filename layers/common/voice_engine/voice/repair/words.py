"""Small words that a seam has to know: what joins, what leads on, what says nothing twice, `a` or `an`."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from voice_engine.voice import ngrams

# Words for `and` and `or`: with nothing before them at the start of a sentence, or nothing behind them at its end, they
# join nothing.
_JOINING = {
    "en": {"and", "or"},
    "de": {"und", "oder"},
    "es": {"y", "e", "o", "u"},
    "fr": {"et", "ou"},
    "it": {"e", "ed", "o"},
    "nl": {"en", "of"},
    "pt": {"e", "ou"},
}
_ARTICLES = {
    "en": {"a", "an", "the"},
    "de": {"der", "die", "das", "ein", "eine"},
    "es": {"el", "la", "los", "las", "un", "una"},
    "fr": {"le", "la", "les", "un", "une"},
    "it": {"il", "lo", "la", "un", "una"},
    "nl": {"de", "het", "een"},
    "pt": {"os", "as", "um", "uma"},
}

# Words and phrases that stand between commas as an aside. Without them neither comma is needed; a member of a list
# leaves one.
_ENGLISH_ASIDES = frozenset(
    {
        "accordingly",
        "actually",
        "additionally",
        "admittedly",
        "after all",
        "as a result",
        "basically",
        "clearly",
        "consequently",
        "crucially",
        "essentially",
        "first and foremost",
        "for example",
        "for instance",
        "frankly",
        "fundamentally",
        "furthermore",
        "hence",
        "honestly",
        "hopefully",
        "however",
        "importantly",
        "in addition",
        "in conclusion",
        "in essence",
        "in fact",
        "in other words",
        "in short",
        "in turn",
        "incidentally",
        "indeed",
        "instead",
        "interestingly",
        "likewise",
        "meanwhile",
        "moreover",
        "naturally",
        "needless to say",
        "nevertheless",
        "nonetheless",
        "notably",
        "obviously",
        "of course",
        "on the other hand",
        "overall",
        "perhaps",
        "quite frankly",
        "rather",
        "remarkably",
        "similarly",
        "simply put",
        "specifically",
        "surprisingly",
        "that said",
        "therefore",
        "though",
        "thus",
        "to be honest",
        "too",
        "truly",
        "ultimately",
        "undoubtedly",
        "unfortunately",
    }
)

# What begins a clause that can stand alone.
_SUBJECTS = {
    "en": {"i", "you", "he", "she", "it", "we", "they", "this", "there", "let's", "here's", "that's", "there's"}
    | {"it's", "i'm", "we're", "they're", "you're", "he's", "she's", "i've", "we've", "they've", "you've"}
    | {"i'll", "you'll", "he'll", "she'll", "it'll", "we'll", "they'll"}
}
# What begins a clause that goes on with the sentence before it.
_CONJUNCTIONS = {
    "en": {"and", "but", "or", "nor", "so", "yet", "which", "who", "because", "although", "though", "while", "if", "as"}
}

# Written with a vowel and said with a consonant, and the other way round. Numbers as said: 8, 11, 18, 80 …
_CONSONANT_SOUND = regex.compile(
    r"(?:eu(?!ler)|ewe|one(?!rous)|once|ouija|u(?:nan|ni(?!n|m)|se|sa[bgn]|su|ti|to|ra|ri[cn]|bi|ku|ga)|uk\b|us\b|usb)",
    regex.IGNORECASE,
)
_VOWEL_SOUND = regex.compile(r"(?:[aeiou]|hour|honest|hono[u]?r|heir|8|1[18](?!\d)|1[18],?\d{3}\b)", regex.IGNORECASE)
_SPELLED_OUT = regex.compile(r"\p{Lu}(?:\p{Lu}{0,2}|[B-DF-HJ-NP-TV-Z]+)(?:s|\b)(?!\p{Ll})")
_LETTERS_SAID_WITH_A_VOWEL = frozenset("AEFHILMNORSX")


def joins(key: str, language: str | None) -> bool:
    return key in _JOINING.get(language or "", ())


def is_article(key: str, language: str | None) -> bool:
    return key in _ARTICLES.get(language or "", ())


def stands_alone(key: str, language: str | None) -> bool:
    """Whether a clause that begins with this word can be a sentence."""
    return key in _SUBJECTS.get(language or "", ())


def goes_on(key: str, language: str | None) -> bool:
    return key in _CONJUNCTIONS.get(language or "", ())


def says_nothing_twice(key: str, language: str | None) -> bool:
    """Whether a word that now stands twice was meant once. Content words may be meant twice."""
    if language == "en":
        return key in ngrams.ENGLISH_FUNCTION_WORDS - {"had", "that", "is"}
    return joins(key, language) or is_article(key, language)


def is_aside(keys: Sequence[str], language: str | None) -> bool:
    """Whether words stand between commas for themselves: `however`, not a member of a list."""
    return language == "en" and " ".join(key for key in keys if key) in _ENGLISH_ASIDES


def article(word: str) -> str:
    """The English indefinite article before a word, by its sound as far as its letters tell."""
    if len(word) == 1:
        return "an" if word.upper() in _LETTERS_SAID_WITH_A_VOWEL or word == "8" else "a"
    if _SPELLED_OUT.match(word):
        return "an" if word[0] in _LETTERS_SAID_WITH_A_VOWEL else "a"
    if _CONSONANT_SOUND.match(word):
        return "a"
    return "an" if _VOWEL_SOUND.match(word) else "a"
