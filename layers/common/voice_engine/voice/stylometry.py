"""What in a text tells writers apart: which n-grams stand in it how often, and how it handles marks and small words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from zlib import crc32

import regex

from voice_engine.voice import ngrams
from voice_engine.voice.ngrams import Token

VIEWS = ("words", "shapes", "characters")
HASH_BITS = 24  # two n-grams of a view in sixteen million share a hash
HASH_MASK = (1 << HASH_BITS) - 1
LOG_UNIT = 1024  # of log2

_LONGEST_TOKEN = 40  # characters of a token that tell it apart
_SUFFIX = 2
_SHORT_WORD = 3  # in any language, most words this short are articles, prepositions and pronouns
_LENGTHS = ((5, "s"), (8, "m"))  # a longer word is `l`
_SPACES = regex.compile(r"[ \t]{3,}+")


def ngram_counts(text: str, found: Sequence[Token]) -> tuple[Counter[int], ...]:
    """How often each n-gram stands in a text, by its hash; one counter a view of VIEWS.

    words: one and two neighbouring words or marks, case aside. shapes: one to three, in which function words and
    marks stay and any other word is cut to its case, its length class and its last letters, so that grammar shows
    whatever the subject (text distortion: Stamatatos 2018). characters: two to four, case kept.
    """
    words = [ngrams.key(token.surface[:_LONGEST_TOKEN]) if token.word else token.surface for token in found]
    shapes = [_shape(token, word) for token, word in zip(found, words, strict=True)]
    spaced = f" {_SPACES.sub('  ', text.strip())} ".replace("\n", " \n ")
    return (
        _hashed("\x1f".join(gram) for gram in _grams(words, 1, 2)),
        _hashed("\x1f".join(gram) for gram in _grams(shapes, 1, 3)),
        _hashed(spaced[start : start + size] for size in (2, 3, 4) for start in range(len(spaced) - size + 1)),
    )


def _grams(items: Sequence[str], shortest: int, longest: int) -> Iterator[Sequence[str]]:
    for size in range(shortest, longest + 1):
        for start in range(len(items) - size + 1):
            yield items[start : start + size]


def _hashed(grams: Iterable[str]) -> Counter[int]:
    """How often each n-gram stands there. Each is hashed once, however often it does."""
    found: Counter[int] = Counter()
    for gram, count in Counter(grams).items():
        found[_hash(gram)] += count
    return found


def _hash(gram: str) -> int:
    return crc32(gram.encode("utf-8", "surrogatepass")) & HASH_MASK


def _shape(token: Token, word: str) -> str:
    if not token.word or len(word) <= _SHORT_WORD or word in ngrams.ENGLISH_FUNCTION_WORDS:
        return word
    if word[0] in "@#":
        return word[0]
    if word.startswith(("http:", "https:", "www.")):
        return "\x1elink"
    length = next((name for most, name in _LENGTHS if len(word) <= most), "l")
    return f"\x1e{_case(token.surface)}{length}{word[-_SUFFIX:]}"


def _case(surface: str) -> str:
    if surface.isupper():
        return "A"
    if surface[0].isupper():
        return "C"
    return "a" if surface[0].isalpha() else "9"


# Groups of English words. In other languages they stay at zero in draft and edit alike, and tell nothing.
_GROUPS = {
    "first person": "i i'm i've i'll i'd me my mine myself",
    "second person": "you your yours you're you'll",
    "we": "we us our ours we're we'll",
    "third person": "he she him her his they them their it its",
    "negation": "not no never don't didn't can't won't doesn't isn't",
    "joining": "and but or so because if",
    "the": "the",
    "a": "a an",
    "prepositions": "of in on at to for with from by as",
    "being": "is are was were be been am it's i'm that's",
    "modal": "would could should can may might will",
    "adverbs": "very really just so quite only even still",
}
_GROUP_WORDS = {name: frozenset(words.split()) for name, words in _GROUPS.items()}
_SUFFIXES = ("ly", "ing", "ed")
_MARKS = (
    (",",),
    (".",),
    (";",),
    (":",),
    ("!",),
    ("?",),
    ("—", "–", "-"),
    ("…",),
    ("(", ")"),
    ('"', "“", "”", "«", "»"),
    ("’", "‘"),
    ("'",),
)
_ENDS = frozenset(".!?…。！？")
_PRIOR_WORDS = 30  # words without the thing, that a rate starts from
_PRIOR_SENTENCE = 8  # words, half a sentence of which starts the mean

STYLE = (
    "sentence length",
    "paragraph length",
    "word length",
    "short words",
    "long words",
    "function words",
    *_GROUPS,
    *(f"-{suffix}" for suffix in _SUFFIXES),
    "capitals",
    "all capitals",
    "lower-case i",
    "digits",
    *("".join(marks) for marks in _MARKS),
    "lines",
    "double spaces",
    "@",
    "#",
    "links",
    "ends with a stop",
    "starts in lower case",
)


def style(text: str, found: Sequence[Token]) -> tuple[int, ...]:
    """The habits of STYLE in one text, as logarithms to base 2 in units of 1/LOG_UNIT: each a rate a word, lengths in
    words or letters."""
    words = [token.surface for token in found if token.word]
    keys = [ngrams.key(word[:_LONGEST_TOKEN]) for word in words]
    count = len(words)
    letters = Counter(text)
    lines = sum(1 for token in found if token.surface[0] == "\n")
    rates = (
        sum(len(key) <= _SHORT_WORD for key in keys),
        sum(len(key) >= 2 * _SHORT_WORD + 2 for key in keys),
        sum(key in ngrams.ENGLISH_FUNCTION_WORDS for key in keys),
        *(sum(key in group for key in keys) for group in _GROUP_WORDS.values()),
        *(sum(key.endswith(suffix) for key in keys) for suffix in _SUFFIXES),
        sum(word[0].isupper() for word in words),
        sum(len(word) > 1 and word.isupper() for word in words),
        words.count("i"),
        sum(word[0].isdigit() for word in words),
        *(sum(letters[mark] for mark in marks) for marks in _MARKS),
        lines,
        text.count("  "),
        letters["@"],
        letters["#"],
        text.count("http"),
    )
    stripped = text.strip()
    return (
        _log_ratio(2 * count + 2 * _PRIOR_SENTENCE, 2 * _sentence_ends(found) + 1),
        _log_ratio(2 * count + 2 * _PRIOR_WORDS, 2 * lines + 3),
        _log_ratio(sum(len(key) for key in keys) + 5 * _PRIOR_SENTENCE, count + _PRIOR_SENTENCE) * 4,
        *(_log_ratio(2 * rate + 1, 2 * (count + _PRIOR_WORDS)) for rate in rates),
        LOG_UNIT * (stripped[-1:] == "."),
        LOG_UNIT * stripped[:1].islower(),
    )


def _sentence_ends(found: Iterable[Token]) -> int:
    """Ends of sentences and of lines, a row of marks counted once. Near enough for a rate, and cheap."""
    ends = 0
    after_word = False
    for token in found:
        if after_word and (token.surface in _ENDS or token.surface[0] == "\n"):
            ends += 1
            after_word = False
        else:
            after_word = after_word or token.word
    return ends + after_word


def _log_ratio(above: int, below: int) -> int:
    return log2(above) - log2(below)


def log2(number: int) -> int:
    """The logarithm to base 2 in units of 1/LOG_UNIT, rounded down: in whole numbers, so that it is the same on
    every machine. Raises ValueError below 1."""
    if number < 1:
        raise ValueError(f"a logarithm needs a number of at least 1; {number} was given")
    whole = number.bit_length() - 1
    fraction = (number << 32) >> whole  # 1 to 2, in 2**32nds
    result = whole
    for _ in range(LOG_UNIT.bit_length() - 1):
        fraction = fraction * fraction >> 32
        result = 2 * result + (fraction >> 33)
        fraction >>= fraction >> 33
    return result
