"""A text cut into pieces, of which those that a repair must not touch are whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from voice_engine.voice import ngrams
from voice_engine.voice.text import EMOJI, ITEM, WORD

Kind = Literal["word", "mark", "space", "break", "marker", "emoji", "kept"]

# What is somebody else's or a machine's: never touched. Each alternative ends at the line, or at its own kind of
# mark, so that an opening without an end costs one look at what follows and no more.
_KEPT = "|".join(
    [
        r"(?m:^)[ \t]*+(?P<fence>```|~~~)[^\n]*+(?:\n(?![ \t]*+(?P=fence))[^\n]*+)*+(?:\n[^\n]*+)?+",  # a block of code
        r"(?m:^)[ \t]{0,3}+>[^\n]*+",  # an answer's quotation
        r"(?<!`)``[^`\n]*+(?:`[^`\n]++)*+``(?!`)",
        r"(?<!`)`[^`\n]++`(?!`)",
        r"“[^“”\n]*+”",
        r"„[^„“”\n]*+[“”]",
        r"«[^«»\n]*+»",
        r"»[^«»\n]*+«",
        r"「[^「」\n]*+」",
        r"『[^『』\n]*+』",
        r"(?<!\w)\"(?=\S)[^\"\n]*+\"(?!\w)",
        r"(?<!\w)‘(?=\S)(?:[^‘’\n]|’(?=\w))*+’(?!\w)",
        r"(?<![\w'])'(?=\S)(?:[^'\n]|(?<=\w)'(?=\w))*+'(?![\w'])",
        r"</?\w[^<>\n]{0,500}+>",
        r"(?<=\])\([^()\s]{1,2000}+\)",  # the target of a link
        r"&#?\w{1,30}+;",
    ]
)
_NEWLINE = r"(?:\r\n|[\n\r\v\f\x85\u2028\u2029])"
_BLANK = r"[^\S\n\r\v\f\x85\u2028\u2029]"
_FLAGS = regex.V1 | regex.DOTALL
_PHRASE_PIECE = regex.compile(
    rf"(?P<emoji>{EMOJI.pattern})|(?P<word>{WORD.pattern})|(?P<break>{_BLANK}*+{_NEWLINE}(?:{_BLANK}*+{_NEWLINE})*+)"
    r"|(?P<space>\s++)|(?P<mark>…+|\.{3,}+|\.(?:[ ]\.){2,}+|—+|-++|.)",
    _FLAGS,
)
_PIECE = regex.compile(rf"(?P<kept>{_KEPT})|{_PHRASE_PIECE.pattern}", _FLAGS)
_LINE_MARKER = regex.compile(rf"(?:{ITEM.pattern})|[ \t]*+#{{1,6}}[ \t]++(?=\S)")
_WHOLE = regex.compile(r"(?:https?://|www\.)|[@#]|[^@]++@", regex.IGNORECASE)  # links, handles, tags, addresses
_UNDERSCORES = regex.compile(r"(_*+)(.*?)(_*)", regex.DOTALL)


@dataclass(frozen=True, slots=True)
class Cause:
    """What makes a change: path of the field that was set, the key of the words that it names (or nothing), and the
    reason in words."""

    path: str
    subject: str
    why: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a mark, a run of spaces, a break between lines (with the empty ones), the marker of a list item or
    heading, an emoji, or what is kept as it is: quotations, code, links, addresses, handles, tags.

    key: the form in which words are compared; empty where a rule cannot name the piece. start, end: where it stands
    in the text it was cut from; -1 where a repair made it, for a `cause`.
    """

    text: str
    key: str
    kind: Kind
    start: int = -1
    end: int = -1
    cause: Cause | None = None


def pieces(text: str) -> list[Piece]:
    """The pieces of a text. Joined they give the text."""
    found: list[Piece] = []
    position = 0
    while position < len(text):
        at_line_start = not found or found[-1].kind == "break"
        marker = _LINE_MARKER.match(text, position) if at_line_start else None
        match = _PIECE.match(text, position)
        assert match is not None  # noqa: S101  the last alternative takes any character
        if match["kept"] is not None:
            found.append(Piece(match.group(), "", "kept", position, match.end()))
        elif marker is not None:
            found.append(Piece(marker.group(), "", "marker", position, marker.end()))
        else:
            found.extend(_of(match))
        position = found[-1].end
    return found


def phrase(text: str) -> list[Piece]:
    """The pieces of words that a rule names or puts in, where quotation marks and the like are marks."""
    return [Piece(piece.text, piece.key, piece.kind) for match in _PHRASE_PIECE.finditer(text) for piece in _of(match)]


def _of(match: regex.Match[str]) -> Iterator[Piece]:
    text, start = match.group(), match.start()
    if match["word"] is not None:
        yield from _words(text, start)
    elif match["emoji"] is not None:
        yield Piece(text, text, "emoji", start, match.end())
    elif match["break"] is not None:
        yield Piece(text, "", "break", start, match.end())
    elif match["space"] is not None:
        yield Piece(text, "", "space", start, match.end())
    else:
        yield Piece(text, ngrams.key(text), "mark", start, match.end())


def _words(text: str, start: int) -> Iterator[Piece]:
    """A word without the underscores of emphasis, and without the emoji that begin with a digit (`1️⃣`)."""
    if _WHOLE.match(text):
        yield Piece(text, ngrams.key(text), "kept", start, start + len(text))
        return
    split = EMOJI.search(text) if "\ufe0f" in text or "\u20e3" in text else None
    if split is not None:
        yield from _words(text[: split.start()], start)
        yield Piece(split.group(), split.group(), "emoji", start + split.start(), start + split.end())
        yield from _words(text[split.end() :], start + split.end())
        return
    emphasis = _UNDERSCORES.fullmatch(text)
    assert emphasis is not None  # noqa: S101  it takes any text
    for number, part in enumerate(emphasis.groups(), start=1):
        kind: Kind = "word" if number == 2 else "mark"
        if part:
            yield Piece(part, ngrams.key(part), kind, start + emphasis.start(number), start + emphasis.end(number))
