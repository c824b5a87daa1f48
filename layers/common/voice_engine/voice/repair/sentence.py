"""Where a sentence begins, its capital, and `a` or `an` before a word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import regex

from voice_engine.voice.repair import words
from voice_engine.voice.repair.pieces import Piece
from voice_engine.voice.repair.rewriting import Rewriting

END_MARKS = frozenset(".!?…。！？؟।") | {"..", "..."}
OPENERS = frozenset("([{（【¿¡«“„‘\"'*_")  # what may stand before the first word
COMMAS = frozenset(",;:،、，；：؛")
DASHES = frozenset({"—", "——", "–", "--"})
CLOSERS = frozenset(")]}）】»”’") | END_MARKS | COMMAS
MOST_OPENERS = 12  # that are looked over

_BLANK = {"space", "break"}
_LETTER = regex.compile(r"\p{L}")


def at_start(r: Rewriting) -> bool:
    """Whether a sentence begins here. A full stop ends one only before a space."""
    spaced = False
    for piece in islice(reversed(r.left), MOST_OPENERS):
        if piece.kind in {"break", "marker"}:
            return True
        if piece.kind == "space":
            spaced = True
        elif piece.text in END_MARKS:
            return spaced or not piece.text.isascii()
        elif piece.text not in OPENERS and not (spaced and piece.text in ")]}）】”»’"):
            return False
    return len(r.left) <= MOST_OPENERS


def is_spaced_hyphen(piece: Piece, before: Piece | None, after: Piece | None) -> bool:
    """Whether a hyphen between spaces stands for a dash."""
    spaced = all(near is None or near.kind in _BLANK for near in (before, after))
    return spaced and piece.kind == "mark" and piece.text == "-"


def capitalise(r: Rewriting) -> None:
    """Gives the next word a capital, if it is written small throughout."""
    skipped = 0
    while (piece := r.behind(skipped)) and (piece.kind == "space" or piece.text in OPENERS):
        skipped += 1
        if skipped > MOST_OPENERS:
            return
    if piece is None or piece.kind != "word" or piece.text != piece.text.lower() or not _LETTER.match(piece.text):
        return
    here = len(r.left)
    r.forward(skipped)
    r.drop_right()
    r.put_right(capital(piece.text))
    r.back_to(here)


def capital(text: str) -> str:
    """A text with a capital first letter."""
    return text[:1].upper() + text[1:]


def fix_article(r: Rewriting) -> None:
    """`a` or `an`, as the next word asks. English only."""
    article, word = r.before, r.after()
    if r.language != "en" or article is None or article.key not in {"a", "an"} or not r.left or word is None:
        return
    if word.kind != "word" or r.left[-1] is article or article.kind != "word":
        return
    wanted = words.article(word.text)
    if wanted == article.key:
        return
    space = r.left[-1].text
    r.drop_left()
    r.drop_left()
    r.put_left(_as_written(wanted, article.text, word.text) + space)


def _as_written(wanted: str, article: str, word: str) -> str:
    """The article in the case of the one before. `A` has one letter, so the word tells whether all are capitals."""
    if not article[0].isupper():
        return wanted
    shouted = word.isupper() and len(word) > 1 if len(article) == 1 else article.isupper()
    return wanted.upper() if shouted else capital(wanted)


def is_capital(taken: Sequence[Piece]) -> bool:
    """Whether words begin with a capital."""
    first = next((piece for piece in taken if _LETTER.search(piece.text)), None)
    return first is not None and _LETTER.findall(first.text)[0].isupper()
