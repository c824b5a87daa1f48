"""Counts of one text: everything that traits are measured from, as integers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace

import regex

from voice_engine.voice import lexicon
from voice_engine.voice import text as structure
from voice_engine.voice.structure import calls_to_action, is_numbered, shape
from voice_engine.voice.text import Line


@dataclass(frozen=True, slots=True)
class Features:
    """Counts of one text, or of the posts of a thread together (`total`).

    words: all words. unspaced: characters of scripts without spaces, which are in no word count.
    sentences, sentence_words: sentences of prose and list items that hold a word, and their words (headings are
    neither). texts without spaces give sentences with no words: `wordless_sentences`.
    paragraphs, paragraph_words: lines of prose, and their words. list_items, headings: lines of that kind;
    numbered_items: items with a number or letter. links: web addresses.
    questions: sentences that end in a question mark, wordless ones included.
    exclamations, commas, dashes, semicolons, ellipses: marks in running text; a comma, dash or hyphen inside a
    number, a link or a word is none. emoji: grapheme clusters.
    plain_words, letters: words of letters alone (marks within them aside), and their letters; long_words: those of
    more than LONG_WORD letters.

    English only, else 0. english_words: all words, where the text is English. contractions, expandable: `don't`, and
    `do not` where `don't` could stand. syllables: of plain words, estimated. first_person to sequence: entries of the
    lists in `lexicon`. calls_to_action: sentences that ask the reader to do something.

    texts: texts counted. opening_*, body_*, ending_*: texts with that shape (`structure.Shape`); hooks: that open
    with a hook.
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
    numbered_items: int = 0
    links: int = 0
    plain_words: int = 0
    letters: int = 0
    long_words: int = 0
    english_words: int = 0
    syllables: int = 0
    first_person: int = 0
    second_person: int = 0
    hedges: int = 0
    formal: int = 0
    informal: int = 0
    enthusiastic: int = 0
    emotional: int = 0
    humorous: int = 0
    assertive: int = 0
    reasoning: int = 0
    sequence: int = 0
    calls_to_action: int = 0
    texts: int = 0
    hooks: int = 0
    opening_hook: int = 0
    opening_story: int = 0
    opening_problem: int = 0
    opening_statement: int = 0
    body_steps: int = 0
    body_bullets: int = 0
    body_analysis: int = 0
    body_narrative: int = 0
    ending_cta: int = 0
    ending_reflection: int = 0
    ending_summary: int = 0
    ending_question: int = 0


NAMES = tuple(item.name for item in fields(Features))
# What a text has as a whole, and its lines one by one have not.
OF_THE_WHOLE = tuple(name for name in NAMES if name.startswith(("texts", "hooks", "opening_", "body_", "ending_")))
ENGLISH_ONLY = (
    "contractions",
    "expandable",
    "english_words",
    "syllables",
    "calls_to_action",
    *lexicon.CATEGORIES,
    "opening_story",
    "opening_problem",
    "opening_statement",
    "body_analysis",
    "body_narrative",
    "ending_cta",
    "ending_reflection",
    "ending_summary",
)
LONG_WORD = 6  # letters, as in the readability index LIX (Bjornsson 1968)


def total(parts: Iterable[Features]) -> Features:
    """The counts of several texts together."""
    sums = [sum(column) for column in zip(*([getattr(part, name) for name in NAMES] for part in parts), strict=True)]
    return Features(*sums)


def of_posts(posts: tuple[str, ...], language: str | None) -> Features:
    """The counts of a thread: its posts together, with the opening of the first and the ending of the last."""
    counted = total(count(post, language) for post in posts)
    if len(posts) < 2:
        return counted
    whole = count("\n\n".join(posts), language)
    return replace(counted, **{name: getattr(whole, name) for name in OF_THE_WHOLE})


def count(text: str, language: str | None) -> Features:
    """The features of one text. `language` is an ISO 639-1 code, or None where it is not known: then what needs
    a language stays 0."""
    text = structure.composed(text)
    tally = dict.fromkeys(NAMES, 0)
    lines = list(structure.lines(text))
    for line in lines:
        _count_line(line, language, tally)
    tally["emoji"] = len(structure.emoji(text))
    tally["links"] = structure.links(text)
    if language == "en":
        plain = text.replace("’", "'")
        tally["contractions"] = len(CONTRACTION.findall(plain))
        tally["expandable"] = len(_EXPANDABLE.findall(plain))
        tally["english_words"] = tally["words"]
    _count_shape(lines, language, tally)
    return Features(**tally)


def _count_shape(lines: list[Line], language: str | None, tally: dict[str, int]) -> None:
    if not lines:
        return
    found = shape(
        lines, language, sequence=tally["sequence"], reasoning=tally["reasoning"], words=tally["english_words"]
    )
    tally["texts"] = 1
    tally["hooks"] = int(found.hook)
    for part, kind in (("opening", found.opening), ("body", found.body), ("ending", found.ending)):
        if kind:
            tally[f"{part}_{kind}"] = 1


def _count_line(line: Line, language: str | None, tally: dict[str, int]) -> None:
    words = structure.words(line.body)
    tally["words"] += len(words)
    tally["unspaced"] += structure.unspaced(line.body)
    for name, mark in _MARKS.items():
        tally[name] += len(mark.findall(line.body))
    _count_words(words, language, tally)
    if line.kind == "heading":
        tally["headings"] += 1
        return
    if line.kind == "item":
        tally["list_items"] += 1
        tally["numbered_items"] += is_numbered(line)
    elif words:
        tally["paragraphs"] += 1
        tally["paragraph_words"] += len(words)
    _count_sentences(line, language, tally)


def _count_words(words: list[str], language: str | None, tally: dict[str, int]) -> None:
    for word in words:
        letters = len(_LETTER.findall(word))
        if letters and not _NOT_PLAIN.search(word):
            tally["plain_words"] += 1
            tally["letters"] += letters
            tally["long_words"] += letters > LONG_WORD
            if language == "en":
                tally["syllables"] += _syllables(word.casefold())
    if language == "en":
        lexicon.tally(lexicon.plain(words), tally)


def _syllables(word: str) -> int:
    """An estimate for English: groups of vowels, less a silent last `e`."""
    groups = len(_VOWELS.findall(word))
    return max(1, groups - (groups > 1 and _SILENT_E.search(word) is not None))


def _count_sentences(line: Line, language: str | None, tally: dict[str, int]) -> None:
    for sentence in structure.sentences_of(line, language):
        words = structure.words(sentence)
        if words:
            tally["sentences"] += 1
            tally["sentence_words"] += len(words)
            if language == "en" and calls_to_action(lexicon.plain(words)):
                tally["calls_to_action"] += 1
        elif structure.unspaced(sentence):
            tally["wordless_sentences"] += 1
        if sentence.rstrip(_CLOSING_MARKS).endswith(_QUESTION_MARKS):
            tally["questions"] += 1


_LETTER = regex.compile(r"\p{L}")
_NOT_PLAIN = regex.compile(r"[\p{N}@#/:_]")
_VOWELS = regex.compile(r"[aeiouyáéíóú]++")
_SILENT_E = regex.compile(r"[^aeiouyl]es?$|[^aeiouydt]ed$|[aeiouy]le$")
_QUESTION_MARKS = ("?", "？", "؟")
_CLOSING_MARKS = "!！\"'”’»)]"

# English contractions that have a full form. `'s` is one only after words where it cannot be a possessive.
CONTRACTION = regex.compile(
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
