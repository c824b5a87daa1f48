"""Counts of one text: everything that traits are measured from, as integers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

import regex

from voice_engine.voice import text as structure
from voice_engine.voice.text import Line


@dataclass(frozen=True, slots=True)
class Features:
    """Counts of one text, or of the posts of a thread together (`total`).

    words: all words. unspaced: characters of scripts without spaces, which are in no word count.
    sentences, sentence_words: sentences of prose and list items that hold a word, and their words (headings are
    neither). texts without spaces give sentences with no words: `wordless_sentences`.
    paragraphs, paragraph_words: lines of prose, and their words. list_items, headings: lines of that kind.
    questions: sentences that end in a question mark, wordless ones included.
    exclamations, commas, dashes, semicolons, ellipses: marks in running text; a comma, dash or hyphen inside a
    number, a link or a word is none. emoji: grapheme clusters.
    contractions, expandable: English only, else 0: `don't`, and `do not` where `don't` could stand.
    """

    words: int = 0
    unspaced: int = 0
    sentences: int = 0
    sentence_words: int = 0
    wordless_sentences: int = 0
    paragraphs: int = 0
    paragraph_words: int = 0
    list_items: int = 0
    headings: int = 0
    questions: int = 0
    exclamations: int = 0
    commas: int = 0
    dashes: int = 0
    semicolons: int = 0
    ellipses: int = 0
    emoji: int = 0
    contractions: int = 0
    expandable: int = 0


NAMES = tuple(item.name for item in fields(Features))


def total(parts: Iterable[Features]) -> Features:
    """The counts of several texts together."""
    sums = [sum(column) for column in zip(*([getattr(part, name) for name in NAMES] for part in parts), strict=True)]
    return Features(*sums)


def count(text: str, language: str | None) -> Features:
    """The features of one text. `language` is an ISO 639-1 code, or None where it is not known: then what needs
    a language (contractions) stays 0."""
    tally = dict.fromkeys(NAMES, 0)
    for line in structure.lines(text):
        _count_line(line, language, tally)
    tally["emoji"] = len(structure.emoji(text))
    if language == "en":
        plain = text.replace("’", "'")
        tally["contractions"] = len(_CONTRACTION.findall(plain))
        tally["expandable"] = len(_EXPANDABLE.findall(plain))
    return Features(**tally)


def _count_line(line: Line, language: str | None, tally: dict[str, int]) -> None:
    body_words = len(structure.words(line.body))
    tally["words"] += body_words
    tally["unspaced"] += structure.unspaced(line.body)
    for name, mark in _MARKS.items():
        tally[name] += len(mark.findall(line.body))
    if line.kind == "heading":
        tally["headings"] += 1
        return
    if line.kind == "item":
        tally["list_items"] += 1
    elif body_words:
        tally["paragraphs"] += 1
        tally["paragraph_words"] += body_words
    _count_sentences(line, language, tally)


def _count_sentences(line: Line, language: str | None, tally: dict[str, int]) -> None:
    for sentence in structure.sentences_of(line, language):
        sentence_words = len(structure.words(sentence))
        if sentence_words:
            tally["sentences"] += 1
            tally["sentence_words"] += sentence_words
        elif structure.unspaced(sentence):
            tally["wordless_sentences"] += 1
        if sentence.rstrip(_CLOSING_MARKS).endswith(_QUESTION_MARKS):
            tally["questions"] += 1


_QUESTION_MARKS = ("?", "？", "؟")
_CLOSING_MARKS = "!！\"'”’»)]"

# English contractions that have a full form. `'s` is one only after words where it cannot be a possessive.
_CONTRACTION = regex.compile(
    r"\b(?:\w++(?<=n)'t|(?:i|you|he|she|it|we|they|who|what|that|there|this|how|where)'(?:m|re|ve|ll|d)"
    r"|(?:he|she|it|that|there|here|what|who|where|how|let)'s)\b",
    regex.IGNORECASE,
)
_AUXILIARY = "do|does|did|is|are|was|were|have|has|had|would|could|should|must|need"
_EXPANDABLE = regex.compile(
    rf"\b(?:(?:{_AUXILIARY}|will|can) not|cannot|i am|(?:you|we|they) are|(?:he|she|it|that|there) is"
    r"|(?:i|you|we|they) have(?= (?:been|had|seen|done|made|got|never|always|also|already)\b)"
    r"|(?:i|you|he|she|it|we|they) (?:will|would)|let us)\b(?! not\b)",
    regex.IGNORECASE,
)
_MARKS = {
    "exclamations": regex.compile(r"[!！]"),
    "commas": regex.compile(r"(?<!\p{N}),|,(?!\p{N})|[，、،]"),
    # An em dash; an en dash, `--` or spaced hyphen between words. `10–20` is a range.
    "dashes": regex.compile(r"—+|(?<!\p{N})–|–(?!\p{N})|(?<!-)--(?!-)|(?<=\S[ \t])-(?=[ \t]\S)"),
    "semicolons": regex.compile(r"[;；؛]"),
    "ellipses": regex.compile(r"…+|\.{3,}+|(?<!\. )\.(?: \.){2,}+"),
}
