"""Dashes, exclamation marks, semicolons and ellipses, for a writer who uses none of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

import regex

from voice_engine.voice.repair import words
from voice_engine.voice.repair.pieces import Cause, Piece
from voice_engine.voice.repair.rewriting import Firing, Rewriting, Rule
from voice_engine.voice.repair.sentence import CLOSERS, COMMAS, DASHES, END_MARKS, capital

FAR = 60  # pieces that are looked over for the rest of a sentence

_CJK = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}，。、；！？」』）]", regex.V1)
_NUMBER_ENDS = regex.compile(r"\p{N}\p{L}{0,2}$")  # `10`, `10k`, `9am`
_NUMBER_STARTS = regex.compile(r"\p{N}")
_UNIT_BEHIND, _UNIT_BEFORE = regex.compile(r"[%‰°\p{Sc}]"), regex.compile(r"[~+±\p{Sc}]")
_LOWER_WORD = regex.compile(r"\p{Ll}")
_ELLIPSIS = regex.compile(r"…+|\.{3,}|\.(?: \.){2,}")
_EMOTICON_MOUTHS = frozenset(")(-*DPpo]")


def no_exclamations(cause: Cause) -> Rule:
    """A full stop for each, or nothing where the sentence has its end already. `!=`, `Y!J` are no sentences' ends."""

    def rule(r: Rewriting) -> Firing | None:
        if _next(r).text == "¡":
            return Firing(1, "", cause)
        if r.last is not None and r.last.kind == "mark" and r.last.text in "!！":
            return None  # its first mark decided about a row of them
        count = _run(r, "!！")
        following = r.behind(count)
        if following is not None and (following.kind in {"word", "kept"} or following.text == "="):
            return None
        ended = r.last is not None and r.last.text in END_MARKS
        bracketed = following is not None and following.text in {")", "]", "）", "?", "？"}
        if ended or bracketed or _opens(r.before):
            return Firing(count, "", cause)
        return Firing(count, "。" if _next(r).text == "！" else ".", cause)

    return rule


def no_semicolons(cause: Cause) -> Rule:
    """A comma before a conjunction and in a list, else a full stop. `;)` and code (`a;b`) stay."""

    def rule(r: Rewriting) -> Firing | None:
        mark = _next(r).text
        if mark == "؛":
            return Firing(1, "،", cause)
        if mark == "；":
            return Firing(1, "，" if _elsewhere(r, cause, lambda piece: piece.text == "；") else "。", cause)
        following = r.behind(1)
        if mark != ";" or _is_emoticon(r) or not _ends_word(following):
            return None
        listed = _elsewhere(r, cause, lambda piece: piece.text == ";")
        nearest = r.after(1)
        joined = nearest is not None and words.goes_on(nearest.key, r.language)
        if not _ends_line(following) and (listed or joined):
            return Firing(1, ",", cause)
        return _full_stop(r, 1, cause)

    return rule


def no_ellipses(cause: Cause) -> Rule:
    """A full stop where a sentence ends, a comma inside one, nothing at its start. `[…]` in place of words stays, and
    so does `1...5`."""

    def rule(r: Rewriting) -> Firing | None:
        if not _ELLIPSIS.fullmatch(_next(r).text):
            return None
        last, following = r.last, r.behind(1)
        if last is not None and following is not None and (last.text, following.text) in {("[", "]"), ("(", ")")}:
            return None
        if not _is_space(last) and not _is_space(following) and _between_numbers(r):
            return None
        nearest = r.after(1)
        marked = nearest is not None and nearest.kind == "mark" and nearest.text in CLOSERS
        if _opens(r.before) or _ends(r.before) or marked:
            return Firing(1, "", cause)
        if _ends_line(nearest) or nearest is None or (nearest.kind == "word" and nearest.text[0].isupper()):
            return _full_stop(r, 1, cause)
        return _comma(r, 1, cause)

    return rule


def no_dashes(cause: Cause) -> Rule:
    """A comma for each; in English a full stop before what can stand alone, unless two enclose an aside. A colon in a
    heading, a hyphen between names. Between numbers (`10–20`, `$5–$10`) it is a range, which stays, and so do `--flag`
    and hyphens."""

    def rule(r: Rewriting) -> Firing | None:
        if not _is_dash(r):
            return None
        last, nearest = r.before, r.after(1)
        spaces = int(_is_space(r.behind(1)))
        if _opens(last) or _ends(last) or (nearest is not None and nearest.text in CLOSERS) or last is None:
            return Firing(1, "", cause)
        if _ends_line(nearest) or nearest is None:
            return Firing(1, ".", cause)
        if last is r.last and not spaces and _between_numbers(r):
            return Firing(1, "–", cause)
        if _joins_names(r):
            return Firing(1, "-", cause)
        if _in_heading(r):
            return Firing(1 + spaces, ": ", cause)
        if words.stands_alone(nearest.key, r.language) and not _elsewhere(r, cause, lambda piece: piece.text in DASHES):
            return _full_stop(r, 1, cause)
        return _comma(r, 1, cause)

    return rule


def _next(r: Rewriting) -> Piece:
    return r.right[-1]


def _run(r: Rewriting, marks: str) -> int:
    """How many of the next pieces are such marks."""
    count = 0
    while (piece := r.behind(count)) is not None and piece.kind == "mark" and piece.text in marks:
        count += 1
    return count


def _full_stop(r: Rewriting, taken: int, cause: Cause) -> Firing:
    """A full stop, with a capital for the next word if it is written small throughout."""
    last = r.before
    if last is not None and _CJK.search(last.text[-1:]):
        return Firing(taken, "。", cause)
    while _is_space(r.behind(taken)):
        taken += 1
    word = r.behind(taken)
    if _ends_line(word) or word is None:
        return Firing(taken, ".", cause)
    if word.kind == "word" and word.text == word.text.lower() and _LOWER_WORD.match(word.text):
        return Firing(taken + 1, f". {capital(word.text)}", cause)
    return Firing(taken, ". ", cause)


def _comma(r: Rewriting, taken: int, cause: Cause) -> Firing:
    last, following = r.before, r.behind(taken)
    if last is not None and _CJK.search(last.text[-1:]):
        return Firing(taken, "，", cause)
    return Firing(taken, "," if following is None or following.kind in {"space", "break"} else ", ", cause)


def _is_dash(r: Rewriting) -> bool:
    piece, last, following = _next(r), r.last, r.behind(1)
    match piece.text:
        case "–":
            return not _between_numbers(r) or _is_space(last) != _is_space(following)
        case "--":
            return not (following is not None and following.kind == "word" and (last is None or last.kind != "word"))
        case "-":
            inside = not _opens(r.before) and not _ends_line(r.after(1))
            return _is_space(last) and _is_space(following) and inside and not _between_numbers(r)
        case text:
            return piece.kind == "mark" and text.strip("—") == ""


def _between_numbers(r: Rewriting) -> bool:
    """Whether a number ends before the next piece and one begins behind it, with signs such as `%` and `$`."""
    before = [*islice((piece.text for piece in reversed(r.left) if piece.kind != "space"), 2)]
    behind = [*islice((piece.text for piece in islice(reversed(r.right), 1, None) if piece.kind != "space"), 2)]
    if len(before) == 2 and _UNIT_BEHIND.fullmatch(before[0]):
        before = before[1:]
    if len(behind) == 2 and _UNIT_BEFORE.fullmatch(behind[0]):
        behind = behind[1:]
    return bool(before and behind and _NUMBER_ENDS.search(before[0]) and _NUMBER_STARTS.match(behind[0]))


def _joins_names(r: Rewriting) -> bool:
    last, following = r.last, r.behind(1)
    if _next(r).text != "–" or last is None or following is None or last.kind != "word" or following.kind != "word":
        return False
    return last.text[0].isupper() and following.text[0].isupper()


def _in_heading(r: Rewriting) -> bool:
    for piece in islice(reversed(r.left), FAR):
        if piece.kind == "break":
            return False
        if piece.kind == "marker":
            return "#" in piece.text
    return False


def _elsewhere(r: Rewriting, cause: Cause, same: Callable[[Piece], bool]) -> bool:
    """Whether the sentence has another such mark further on, or had one before."""
    ahead = _sentence(islice(reversed(r.right), 1, FAR))
    behind = _sentence(islice(reversed(r.left), FAR))
    return any(piece.kind == "mark" and same(piece) for piece in ahead) or any(
        piece.cause == cause and piece.text in COMMAS for piece in behind
    )


def _sentence(pieces: Iterator[Piece]) -> Iterator[Piece]:
    for piece in pieces:
        if piece.kind in {"break", "marker"} or (piece.kind == "mark" and piece.text in END_MARKS):
            return
        yield piece


def _is_emoticon(r: Rewriting) -> bool:
    following = r.behind(1)
    if following is None or following.text not in _EMOTICON_MOUTHS:
        return False
    return r.last is None or r.last.kind in {"space", "break", "marker"}


def _ends_word(piece: Piece | None) -> bool:
    return piece is None or piece.kind in {"space", "break"} or piece.text in CLOSERS


def _is_space(piece: Piece | None) -> bool:
    return piece is not None and piece.kind == "space"


def _opens(piece: Piece | None) -> bool:
    return piece is None or piece.kind in {"break", "marker"}


def _ends_line(piece: Piece | None) -> bool:
    return piece is None or piece.kind == "break"


def _ends(piece: Piece | None) -> bool:
    return piece is not None and piece.kind == "mark" and (piece.text in END_MARKS or piece.text in COMMAS)
