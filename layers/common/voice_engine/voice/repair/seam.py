"""The seams that a repair leaves: spaces, marks, doubled and stranded words, `a` and `an`, capitals, empty lines."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from voice_engine.voice.repair import grammar, sentence, words
from voice_engine.voice.repair.pieces import Piece
from voice_engine.voice.repair.rewriting import Rewriting
from voice_engine.voice.repair.sentence import CLOSERS, COMMAS, DASHES, END_MARKS, is_spaced_hyphen

_BRACKETS = {"(": ")", "[": "]", "{": "}", "（": "）", "【": "】", "¿": "?", "¡": "!", "*": "*", "_": "_", "~": "~"}

_JOINTS = frozenset({"/", "&", "+"})


def mend(r: Rewriting, taken: Sequence[Piece], put: int) -> None:
    """Mends both sides of what was put in place of `taken` (`put` pieces, at the place), or the one seam that a
    deletion leaves."""
    if not put:
        _close(r, taken)
        return
    _close_side(r)
    here = len(r.left)
    r.forward(min(put, len(r.right)))
    _close_side(r)
    r.back_to(here)
    sentence.fix_article(r)


def _close(r: Rewriting, taken: Sequence[Piece]) -> None:
    steps = [*_STEPS]
    if any(piece.kind == "word" for piece in taken):
        steps += [_loose_joint, _repeated_word, _stranded_word]
    keys = [piece.key for piece in taken if piece.key]
    if words.is_aside(keys, r.language) or grammar.is_adverbial(keys, r.language):
        steps.append(_drop_both_commas)
    steps.append(_one_comma)
    while any(step(r) for step in steps):
        pass
    _part(r)
    if r.next is not None and r.next.kind == "space":
        r.forward(1)
    if sentence.is_capital(taken) and sentence.at_start(r):
        sentence.capitalise(r)
    sentence.fix_article(r)


def _close_side(r: Rewriting) -> None:
    while _spaces(r) or _repeated_word(r):
        pass
    if r.last is not None and r.next is not None and r.last.kind == r.next.kind == "word":
        r.put_left(" ")


def _starts(piece: Piece | None) -> bool:
    """Whether a piece on the left opens a line or brackets, or ends a sentence."""
    return _opens_line(piece) or _is_opener(piece) or (piece is not None and piece.text in END_MARKS)


def _opens_line(piece: Piece | None) -> bool:
    return piece is None or piece.kind in {"break", "marker"}


def _ends_line(piece: Piece | None) -> bool:
    return piece is None or piece.kind == "break"


def _spaces(r: Rewriting) -> bool:
    last, following = r.last, r.next
    if last is not None and last.kind == "space":
        if _ends_line(following) or following is None or following.kind == "space" or following.text in CLOSERS:
            r.drop_left()
            return True
    elif following is not None and following.kind == "space" and (_opens_line(last) or _is_opener(last)):
        r.drop_right()
        return True
    return False


def _is_opener(piece: Piece | None) -> bool:
    return piece is not None and piece.kind == "mark" and piece.text in _BRACKETS and piece.text not in "*_~"


def _empty_brackets(r: Rewriting) -> bool:
    last, following = r.last, r.next
    if last is None or following is None or last.kind != "mark" or _BRACKETS.get(last.text) != following.text:
        return False
    r.drop_left()
    r.drop_right()
    return True


def _opening_comma(r: Rewriting) -> bool:
    """A comma, colon or dash that now begins a sentence."""
    following = r.after()
    if not _starts(r.before) or following is None or following.kind != "mark":
        return False
    return (following.text in COMMAS or _dash_follows(r)) and _drop_next_solid(r)


def _closing_comma(r: Rewriting) -> bool:
    """A comma or dash that now ends a sentence."""
    last, following = r.before, r.after()
    ends = _ends_line(following) or (following is not None and following.text in END_MARKS)
    if last is None or last.kind != "mark" or not ends or last.text in ":：":
        return False
    return (last.text in COMMAS or _dash_precedes(r)) and _drop_last_solid(r)


def _drop_both_commas(r: Rewriting) -> bool:
    last, following = r.before, r.after()
    if last is None or following is None or (last.text, following.text) not in {(",", ","), ("，", "，"), ("、", "、")}:
        return False
    return _drop_last_solid(r) and _drop_next_solid(r)


def _one_comma(r: Rewriting) -> bool:
    """Of two marks that now stand together the stronger stays; of two dashes around nothing none."""
    last, following = r.before, r.after()
    if last is None or following is None or last.kind != "mark" or following.kind != "mark":
        return False
    dashes = _dash_precedes(r), _dash_follows(r)
    if all(dashes):
        return _drop_last_solid(r) and _drop_next_solid(r)
    if not (last.text in COMMAS or dashes[0]) or not (following.text in COMMAS or dashes[1]):
        return False
    return _drop_last_solid(r) if last.text in ",،、，" else _drop_next_solid(r)


def _dash_precedes(r: Rewriting) -> bool:
    """Whether the nearest piece on the left is a dash, or a hyphen between spaces."""
    place = next((number for number, piece in enumerate(reversed(r.left)) if piece.kind != "space"), len(r.left))
    if place == len(r.left):
        return False
    piece, before = r.left[-1 - place], r.left[-2 - place] if place + 1 < len(r.left) else None
    return piece.text in DASHES or is_spaced_hyphen(piece, before, None)


def _dash_follows(r: Rewriting) -> bool:
    place = next((number for number, piece in enumerate(reversed(r.right)) if piece.kind != "space"), 0)
    piece = r.behind(place)
    return piece is not None and (piece.text in DASHES or is_spaced_hyphen(piece, None, r.behind(place + 1)))


def _empty_sentence(r: Rewriting) -> bool:
    following = r.after()
    if following is None or following.kind != "mark" or following.text not in END_MARKS or not _starts(r.before):
        return False
    return _drop_next_solid(r)


def _loose_joint(r: Rewriting) -> bool:
    """A `/` or `&` that lost the word on one side."""
    last, following = r.last, r.next
    if following is not None and following.text in _JOINTS and (last is None or last.kind not in {"word", "kept"}):
        r.drop_right()
        return True
    if last is not None and last.text in _JOINTS and (following is None or following.kind not in {"word", "kept"}):
        r.drop_left()
        return True
    return False


def _repeated_word(r: Rewriting) -> bool:
    last, following = r.before, r.after()
    if last is None or following is None or last.kind != "word" or following.kind != "word":
        return False
    if last.key == following.key and words.says_nothing_twice(last.key, r.language):
        return _drop_next_solid(r)
    if {last.key, following.key} == {"a", "an"} and r.language == "en":
        return _drop_last_solid(r)
    return False


def _stranded_word(r: Rewriting) -> bool:
    """`and` with nothing on one side."""
    last, following = r.before, r.after()
    ends = _ends_line(following) or (following is not None and following.kind == "mark" and following.text in CLOSERS)
    if last is not None and last.kind == "word" and ends and words.joins(last.key, r.language):
        return _drop_last_solid(r)
    if following is not None and following.kind == "word" and _starts(last):
        return words.joins(following.key, r.language) and _drop_next_solid(r)
    return False


def _empty_line(r: Rewriting) -> bool:
    last, following = r.last, r.next
    if not _opens_line(last) or not _ends_line(following):
        return False
    if last is not None and last.kind == "marker":
        r.drop_left()
    elif following is None:
        if last is None:
            return False
        r.drop_left()
    elif last is None or following.text.count("\n") <= last.text.count("\n"):
        r.drop_right()
    else:
        r.drop_left()
    return True


_STEPS: tuple[Callable[[Rewriting], bool], ...] = (
    _spaces,
    _empty_brackets,
    _opening_comma,
    _closing_comma,
    _empty_sentence,
    _empty_line,
)


def _part(r: Rewriting) -> None:
    """A space between two words that had only the taken words between them, and behind a mark that they followed."""
    last, following = r.last, r.next
    if last is None or following is None or following.kind not in {"word", "kept"}:
        return
    behind_mark = last.kind == "mark" and last.text in CLOSERS and last.text.isascii()
    beside_word = last.kind in {"word", "kept"} and "word" in {last.kind, following.kind}
    if beside_word or behind_mark:
        r.put_left(" ")


def _drop_next_solid(r: Rewriting) -> bool:
    while r.next is not None and r.next.kind == "space":
        r.drop_right()
    r.drop_right()
    return True


def _drop_last_solid(r: Rewriting) -> bool:
    """Takes the nearest piece on the left and leaves the space before it."""
    while r.last is not None and r.last.kind == "space":
        r.drop_left()
    r.drop_left()
    return True
