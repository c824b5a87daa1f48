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
MOST_OPENERS = 12  # that are looked over

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
        elif piece.text not in OPENERS:
            return False
    return len(r.left) <= MOST_OPENERS


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
    r.put_left((capital(wanted) if article.text[0].isupper() else wanted) + space)


def is_capital(taken: Sequence[Piece]) -> bool:
    """Whether words begin with a capital."""
    first = next((piece for piece in taken if _LETTER.search(piece.text)), None)
    return first is not None and _LETTER.findall(first.text)[0].isupper()
