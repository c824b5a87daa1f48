"""The structure of a text: lines, sentences, words, emoji. Every step is linear in the text's length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal
from unicodedata import normalize

import regex
import sentencex

# Scripts written without spaces between words. Their characters are counted on their own (`unspaced`), never
# taken for words: telling words apart there needs a dictionary, which this project does not carry.
UNSPACED_SCRIPTS = ("Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar", "Tibetan")

_UNSPACED = "".join(rf"\p{{{script}}}" for script in UNSPACED_SCRIPTS)
_CHAR = rf"[[\p{{L}}\p{{M}}\p{{N}}_]--[{_UNSPACED}]]"
_URL = r"(?:https?://|www\.)[^\s<>\"”»]++"
# Bounded, for it is tried at every word: without an end, `a.b-c+` ten thousand times over would take minutes.
_ADDRESS = rf"{_CHAR}{{1,64}}+(?:[.+\-]{_CHAR}{{1,64}}+){{0,8}}+@{_CHAR}{{1,64}}+(?:[.\-]{_CHAR}{{1,64}}+){{1,8}}+"
_WORD = rf"[@#]?{_CHAR}++(?:(?:['’ʼ.\-‐‑]|(?<=\p{{N}})[,:/](?=\p{{N}})){_CHAR}++)*+"

WORD = regex.compile(rf"{_URL}|(?<!{_CHAR}){_ADDRESS}|{_WORD}", regex.V1)
_LINK = regex.compile(_URL)
_STACKED = regex.compile(r"\p{M}{31}")  # Unicode's Stream-Safe Text Format (UAX 15, section 13) has at most 30 in a row
_UNSPACED_CHAR = regex.compile(rf"[{_UNSPACED}]", regex.V1)

ITEM = regex.compile(
    r"[ \t]*+(?:[-*+•◦‣▪▫⁃–✓✔✅☑➤►▶→➡👉🔹🔸]\uFE0F?+[ \t]++"
    r"|⁃?(?:\d{1,3}(?:\.\)|[.)])|[a-zA-Z]\)|[a-z]\.)[ \t]++)(?=\S)"
)
_HEADING = regex.compile(r"[ \t]*+(?:#{1,6}[ \t]++(?=\S)|(?=\*\*[^*]++\*\*[ \t]*+$))")
_INLINE_MARKER = regex.compile(r"(?<!\S)⁃?(?:(?P<number>\d{1,3})(?:\.\)|[.)])|(?P<letter>[a-z])[.)])[ \t]++(?=\S)")
_LINE_END = regex.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")

LONG_QUOTATION = 60  # words
BLOCK = 10_000  # characters that are cut into sentences at a time; a longer sentence is cut
MAX_LINK = 2_000  # characters of a link that are looked back over

LineKind = Literal["prose", "item", "heading"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line that holds something. `marker` is the length of its bullet, number or `#` with the space."""

    kind: LineKind
    text: str
    marker: int

    @property
    def body(self) -> str:
        return self.text[self.marker :]


def lines(text: str) -> Iterator[Line]:
    """The lines of a text, empty ones left out. A list on one line (`1. this 2. that`) gives its items."""
    for raw in _LINE_END.split(text):
        if not raw.strip():
            continue
        heading = _HEADING.match(raw)
        if heading:
            yield Line("heading", raw, heading.end())
            continue
        for part in _inline_items(raw):
            item = ITEM.match(part)
            yield Line("item", part, item.end()) if item else Line("prose", part, 0)


def composed(text: str) -> str:
    """The text with each letter and its accents as one character (NFC). The same text may come in other forms of
    Unicode, by the keyboard or the file system that it went through.

    A text that stacks more marks on a letter than any script does is left as it is: to order them takes the square of
    their number.
    """
    return text if text.isascii() or _STACKED.search(text) else normalize("NFC", text)


def words(text: str) -> list[str]:
    """The words of a text as written. A link, an address, a number with its decimals, `let's` and `#tag` are one
    word each. Characters of scripts without spaces are left out (`unspaced`)."""
    return WORD.findall(text)


def links(text: str) -> int:
    """How many links a text has: a web address each, or one as the target of a text in brackets."""
    return len(_LINK.findall(text))


def unspaced(text: str) -> int:
    """How many characters of scripts without spaces a text has."""
    return len(_UNSPACED_CHAR.findall(text))


def sentences(text: str, language: str | None) -> list[str]:
    """The sentences of a text, trimmed, with the markers of their list items. A line ends a sentence."""
    return [sentence for line in lines(text) for sentence in _line_sentences(line, language)]


def _line_sentences(line: Line, language: str | None) -> list[str]:
    """The sentences of one line, trimmed; the first keeps the line's marker."""
    found = sentences_of(line, language)
    return [(line.text[: line.marker] + found[0]).strip(), *found[1:]] if found else []


def sentences_of(line: Line, language: str | None) -> list[str]:
    """The sentences of one line, trimmed, without its marker."""
    body = line.body.strip()
    if line.kind == "heading":
        return [body]
    segments = [part for segment in _segments(body, language) for part in _open_quotation(segment, language)]
    return [part for part in _split_after_abbreviation(_merge(segments), language) if part]


def _segments(text: str, language: str | None) -> list[str]:
    """The segmenter's sentences. Its time grows with the square of its input, so it gets BLOCK characters at a time,
    the last sentence of one block again with the next."""
    found: list[str] = []
    open_end = ""
    for start in range(0, len(text), BLOCK):
        *closed, open_end = sentencex.segment(language or "", open_end + text[start : start + BLOCK])
        found += closed
        if len(open_end) >= BLOCK:
            found.append(open_end)
            open_end = ""
    return [*found, open_end] if open_end else found


def _open_quotation(segment: str, language: str | None) -> list[str]:
    """The segmenter leaves a quotation whole, however long. One of more than LONG_QUOTATION words is running text
    and gets its own sentences."""
    if not _QUOTE.search(segment) or len(words(segment)) <= LONG_QUOTATION:
        return [segment]
    parts: list[str] = []
    start = 0
    for part in _segments(_QUOTE.sub("_", segment), language):
        parts.append(segment[start : start + len(part)])
        start += len(part)
    return [*parts, segment[start:]]


# An inner end has no white space behind it: `Node.js`, `Y!J`, `http://a.b`. A full-width stop needs none.
_INNER_END = regex.compile(r"[.!?]$")
_STARTS_INSIDE = regex.compile(r"[\p{L}\p{N}]")
# What cannot open a sentence: closing marks, and a dash that goes on with the sentence before it.
_GOES_ON = regex.compile(r"(?:--|[—–]|[)\]}»”,;:])")
_NUMBER_SIGN = regex.compile(r"(?:^|\s)(?:[Nn][°ºo]|[Nn]r|[Nn]o)\.\s*+$")
_QUOTE = regex.compile(r"[\"“”„«»]")
_LOWER_END = regex.compile(r"[\p{Ll}\p{N}][.!?]$")
_LINK_END = regex.compile(r"(?:https?://|www\.)\S++$")
_ENUMERATOR = regex.compile(r"^(?:\d{1,3}|\p{Lu})[.)]+$")
_LOWER_START = regex.compile(r"[\"“‘'«(]*+\p{Ll}")


def _merge(segments: list[str]) -> list[str]:
    """Joins what a segmenter cut inside a name, a number or a sentence that goes on. In a text where most
    sentences open in lower case, a small letter says nothing."""
    lower = sum(1 for segment in segments if _LOWER_START.match(segment))
    lower_tells = 2 * lower < len(segments) or (len(segments) == 2 and not _LOWER_START.match(segments[0]))
    groups: list[list[str]] = []
    for segment in segments:
        if not segment.strip():
            continue
        if groups and _belongs(groups[-1], segment, lower_tells=lower_tells):
            groups[-1].append(segment)
        else:
            groups.append([segment])
    return ["".join(group).strip() for group in groups]


def _belongs(group: list[str], segment: str, *, lower_tells: bool) -> bool:
    before = group[-1]
    if _GOES_ON.match(segment) or _NUMBER_SIGN.search(before[-6:]):
        return True
    if _INNER_END.search(before) and _STARTS_INSIDE.match(segment) and not _space_forgotten(before, segment):
        return True
    if len(group) == 1 and _ENUMERATOR.match(before.strip()):
        return True
    return lower_tells and bool(_LOWER_START.match(segment))


def _space_forgotten(before: str, segment: str) -> bool:
    """Two sentences with no space between them: `world.Today`, but not within a link."""
    if not _LOWER_END.search(before[-2:]) or not segment[0].isupper():
        return False
    return not _LINK_END.search(before[-MAX_LINK:])


# English only: the segmenter takes these words for abbreviations (of a state, a number, an article …), which they are
# seldom before a word with a capital letter.
_PLAIN_WORD = r"(?<![\w.])(?:[Mm]ay|[Nn]o|O[Kk]|ok|I[Dd]|id|me|ill|art|miss|con|ore|fig|min|op)\."
_SENTENCE_OPENS = r"(?=\s+[\"“‘]?(?:\p{Lu}\p{Ll}|I\b|A\s))"
# English only: an abbreviation that can close a sentence does so before a word that seldom follows it inside one.
_CLOSING_ABBREVIATION = regex.compile(
    r"(?<![\w.])(?:[A-Za-z]\.){2,5}(?=\s+(?:It|She|He|They|We|I|This|That|These|Those|The|There|What|But|And|So|My|Our)\b)"
    rf"|{_PLAIN_WORD}{_SENTENCE_OPENS}"
)


def _split_after_abbreviation(found: list[str], language: str | None) -> list[str]:
    if language != "en":
        return found
    parts: list[str] = []
    for sentence in found:
        start = 0
        for match in _CLOSING_ABBREVIATION.finditer(sentence):
            parts.append(sentence[start : match.end()])
            start = match.end() + 1
        parts.append(sentence[start:].strip())
    return parts


def _inline_items(line: str) -> Iterator[str]:
    """A line cut at each item of a list that stands in it: markers that follow each other in turn, the first
    at the line's start or after the end of a sentence."""
    cuts: list[int] = []
    run: list[int] = []
    expected = ""
    for match in _INLINE_MARKER.finditer(line):
        label = match["number"] or match["letter"]
        if run and label == expected:
            run.append(match.start())
        elif _opens_a_list(line, match.start()):
            cuts += run if len(run) > 1 else []
            run = [match.start()]
        else:
            continue
        expected = str(int(label) + 1) if label.isdecimal() else chr(ord(label) + 1)
    cuts += run if len(run) > 1 else []
    for start, end in pairwise(dict.fromkeys([0, *cuts, len(line)])):
        yield line[start:end].rstrip()


def _opens_a_list(line: str, position: int) -> bool:
    before = line[max(0, position - 3) : position].rstrip()
    return not before or before[-1] in ".!?:;"


# An emoji sequence as Unicode Technical Standard 51 (ED-17) has it, one grapheme cluster each. `\X` would find the
# same clusters, in quadratic time on a long row of flags.
_BASE = r"(?:[\p{Emoji_Presentation}--\p{Regional_Indicator}]\uFE0F?|\p{Extended_Pictographic}\uFE0F)"
_JOINED = r"(?:\p{Emoji_Presentation}|\p{Extended_Pictographic})\uFE0F?"
_TAIL = r"\p{Emoji_Modifier}?[\U000E0020-\U000E007F]*+"
EMOJI = regex.compile(
    rf"\p{{Regional_Indicator}}{{2}}|[0-9#*]\uFE0F?\u20E3"
    rf"|(?:{_BASE}|\p{{Emoji_Modifier_Base}}(?=\p{{Emoji_Modifier}})){_TAIL}(?:\u200D{_JOINED}{_TAIL})*+",
    regex.V1,
)


def emoji(text: str) -> list[str]:
    """The emoji of a text, one grapheme cluster each: a family, a flag, a keycap and a skin tone are one. Signs
    shown as text unless asked otherwise (`✓`, `©`, `❤` without the emoji selector) are none."""
    return EMOJI.findall(text)
