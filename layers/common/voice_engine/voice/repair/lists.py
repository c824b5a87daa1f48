"""Lists, for a writer who uses no bullet points, and list markers, for one who uses no emoji."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from voice_engine.voice import text as structure
from voice_engine.voice.repair.pieces import Cause, pieces
from voice_engine.voice.repair.rewriting import Edit
from voice_engine.voice.repair.sentence import END_MARKS, capital
from voice_engine.voice.text import EMOJI, WORD

LEAST_ITEMS = 2  # one item is no list

_CHECKBOX = regex.compile(r"\[[ xX]\][ \t]++")
_SMALL_WORD = regex.compile(r"\p{Ll}[\p{Ll}\p{M}'’\-]*+")
_CLOSING = ")]}\"'”’»*_"
_CHINESE = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}]")
_UNSTOPPED = regex.compile(rf"[{''.join(rf'\p{{{script}}}' for script in structure.UNSPACED_SCRIPTS)}]")
_WHOLE = regex.compile(r"(?:https?://|[@#]|[^@.]++[@.]).*+")  # a link, address, handle, tag or file name


@dataclass(frozen=True, slots=True)
class _Item:
    """A list item in its text: its line from `line` on, its words from `start` to `end`."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stop:
    """The full stop that an item asks for: text[start:end] becomes `text`. last: nothing can follow on the line."""

    start: int
    end: int
    text: str
    last: bool = False


def no_lists(text: str, cause: Cause) -> list[Edit]:
    """Takes the marker of each item, gives the item a capital and a full stop, and makes a paragraph of items that
    stand line under line. Behind an item that ends in a link or a file name the line ends too."""
    items = _items(text)
    if len(items) < LEAST_ITEMS:
        return []
    edits: list[Edit] = []
    before: tuple[_Item, _Stop] | None = None
    for item in items:
        stop = _stop(text, item)
        joined = before is not None and not before[1].last and _adjacent(text, before[0], item)
        first = WORD.match(text, item.start)
        small = first.group() if first and _SMALL_WORD.fullmatch(first.group()) else ""
        start, lead = (before[0].end, " ") if joined and before else (item.line, "")
        edits.append(Edit(start, item.start + len(small), lead + capital(small), (cause,)))
        if stop.text != text[stop.start : stop.end]:
            edits.append(Edit(stop.start, stop.end, stop.text, (cause,)))
        before = item, stop
    return edits


def list_markers(text: str) -> list[tuple[int, int]]:
    """Where the markers stand that `no_lists` takes."""
    items = _items(text)
    return [bare(text, item.line, item.start) for item in items] if len(items) >= LEAST_ITEMS else []


def bare(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the spaces around it."""
    marker = text[start:end]
    return start + len(marker) - len(marker.lstrip()), start + len(marker.rstrip())


def no_emoji_markers(text: str, cause: Cause) -> list[Edit]:
    """A hyphen in place of each emoji that marks a list item; nothing in place of one that marks a single line."""
    items = [(item, EMOJI.search(text, item.line, item.start)) for item in _items(text, with_words=False)]
    if len(items) < LEAST_ITEMS:
        return [Edit(item.line, item.start, "", (cause,)) for item, found in items if found]
    return [Edit(found.start(), found.end(), "-", (cause,)) for _, found in items if found]


def _items(text: str, *, with_words: bool = True) -> list[_Item]:
    """The list items of a text outside of what is kept; `with_words`: those of nothing but marks aside."""
    kept = [piece for piece in pieces(text) if piece.kind == "kept"][::-1]
    found: list[_Item] = []
    position = 0
    for line in structure.lines(text):
        start = text.index(line.text, position)
        position = start + len(line.text)
        while kept and kept[-1].end <= start:
            kept.pop()
        inside = kept and kept[-1].start <= start
        told = not with_words or structure.words(line.body) or structure.unspaced(line.body)
        if line.kind == "item" and not inside and told:
            words = start + line.marker
            checkbox = _CHECKBOX.match(text, words)
            found.append(_Item(start, checkbox.end() if checkbox else words, start + len(line.text.rstrip())))
    return found


def _adjacent(text: str, before: _Item, item: _Item) -> bool:
    gap = text[before.end : item.line]
    return not gap.strip() and len(gap.splitlines()) <= 2 and gap.count("\n") <= 1


def _stop(text: str, item: _Item) -> _Stop:
    end = item.end
    last = item.start + len(text[item.start : end].rstrip(_CLOSING)) - 1
    mark = text[last]
    if mark in END_MARKS or mark in ":：":
        return _Stop(end, end, "")
    stop = "。" if _CHINESE.match(mark) else "" if _UNSTOPPED.match(mark) else "."
    if mark in ",;，；、،؛":
        return _Stop(last, last + 1, "。" if mark in "，；、" else ".")
    words = list(WORD.finditer(text, item.start, end))
    if words and words[-1].end() == end and _WHOLE.match(words[-1].group()):
        return _Stop(end, end, "", last=True)
    return _Stop(end, end, stop)
