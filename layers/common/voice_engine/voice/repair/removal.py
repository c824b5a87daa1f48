"""Whether a sentence reads on without some of its words, and what has to go with them.

Words that stand apart, between marks, can go in every language. Inside a sentence grammar has to be known, which it is,
roughly, of English: adverbs, adjectives before a noun or in a row, and openings such as `I am thrilled to share that`.
What none of this tells of stays: a text that reads on is worth more than a rule kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from voice_engine.voice.repair import grammar, words
from voice_engine.voice.repair.pieces import Piece
from voice_engine.voice.repair.rewriting import Rewriting
from voice_engine.voice.repair.sentence import CLOSERS, COMMAS, DASHES, OPENERS, is_spaced_hyphen

LOOK = 7  # words and marks on each side that are looked at
MOST_PIECES = 24  # of which they are made at most, spaces and emphasis included

_UNSEEN = frozenset({"*", "**", "_", "__", "~", "~~"})  # emphasis
_JOINTS = frozenset({"/", "&", "+"})
_QUOTES = frozenset("\"'“”„‘’«»")
_APART = CLOSERS | OPENERS | COMMAS | DASHES | _JOINTS | _QUOTES
_SAYING = frozenset({"share", "announce", "say", "note", "report", "mention", "add"})
_SPEAKERS = frozenset({"i", "we", "it"})
_SPEAKERS_BEING = frozenset({"i'm", "we're", "it's"})
_COLONS = frozenset({":", "："})
_PAIRING = frozenset({"both", "either", "neither", "between"})  # each asks for two
_EDGE = ""  # the key of what is no word


@dataclass(frozen=True, slots=True)
class Removal:
    """lead: pieces before the place that go too. taken: pieces behind it, those of the words included."""

    lead: int
    taken: int


@dataclass(frozen=True, slots=True)
class _Near:
    """A word or mark near the words to be taken out. pieces: how many pieces reach as far as it, itself included.
    apart: what stands beyond is another part of the sentence, line or text."""

    key: str
    pieces: int
    apart: bool
    text: str = ""


_NOTHING = _Near(_EDGE, 0, apart=True)


def removal(r: Rewriting, taken: int) -> Removal | None:
    """What goes with the next `taken` pieces when they go, or None where the sentence would not read on."""
    keys = [piece.key for piece in islice(reversed(r.right), taken) if piece.key]
    left = _near(islice(reversed(r.left), MOST_PIECES), r.right[-1], forward=False)
    right = _near(islice(reversed(r.right), taken, taken + MOST_PIECES), r.right[-taken], forward=True)
    found = _removal(keys, left, right, r.language)
    return None if found is None else Removal(found.lead, taken + found.taken)


def goes_anywhere(phrase_key: str) -> bool:
    """Whether a phrase, given by its key, can be left out nearly wherever it stands. In which language it was written
    is not asked: no ending that counts here ends another kind of word elsewhere."""
    keys = phrase_key.split()
    adverbial = grammar.is_adverbial(keys, "en") or grammar.is_adverbial(keys, "es")
    return adverbial or grammar.is_modifier(keys) or _is_predicate(keys)


def _is_predicate(keys: Sequence[str]) -> bool:
    """`thrilled to share`, `important to note`, `worth noting`: what `I am … that` or `It is … that` says."""
    return _says(keys) and (len(keys) == 3 or tuple(keys) == ("worth", "noting"))


def _removal(keys: Sequence[str], left: list[_Near], right: list[_Near], language: str | None) -> Removal | None:
    before, after = left[0], right[0]
    plain = Removal(0, 0)
    if before.apart and after.apart:
        return plain if _closes(keys, before, after, language) else None
    if language == "en" and _grades_on(keys, right):
        return Removal(0, after.pieces)
    if after.apart and words.joins(before.key, language):
        return None if any(item.key in _PAIRING for item in left[1:4]) else plain
    if language != "en":
        return plain if _without_foreign_adverb(keys, before, after, language) else None
    if opening := _opening(keys, left, right):
        return opening
    if words.is_article(before.key, "en") and before.key == after.key:
        return plain
    if grammar.is_adverbial(keys, "en"):
        return _without_adverb(keys, before, right)
    return _without_modifier(left, right) if grammar.is_modifier(keys) else None


def _closes(keys: Sequence[str], before: _Near, after: _Near, language: str | None) -> bool:
    """Whether a sentence reads on where both sides of what goes stand apart. A colon needs something behind it; between
    commas only English tells an aside, which needs none of them, from one of several, which leaves one."""
    if before.text in _COLONS:
        return after.text in COMMAS
    return before.text != "," or after.text != "," or language == "en" or grammar.is_adverbial(keys, language)


def _without_foreign_adverb(keys: Sequence[str], before: _Near, after: _Near, language: str | None) -> bool:
    if not grammar.is_adverbial(keys, language) or grammar.takes_noun(before.key, language):
        return False
    return not after.apart or not words.joins(before.key, language)


def _opening(keys: Sequence[str], left: list[_Near], right: list[_Near]) -> Removal | None:
    """`I am thrilled to share that we moved.`: the words before the clause that says it. What says more goes only where
    all of it is named: without `It is unlikely that` a sentence would say the opposite."""
    size = next((number for number, item in enumerate(left) if item.apart or item.key in {"and", "but"}), LOOK)
    if keys[-1] == "that":
        said, joint, beyond = keys[:-1], 0, right[0]
    elif right[0].key == "that" and len(right) > 1:
        said, joint, beyond = keys, right[0].pieces, right[1]
    else:
        return None
    lead = [item.key for item in reversed(left[:size])]
    named_whole = not lead and len(said) > 1 and said[0] in _SPEAKERS | _SPEAKERS_BEING and not grammar.denies(said)
    if beyond.apart or size == LOOK or not (named_whole or (_says(said) and _only_leads_up([*lead, *said], len(lead)))):
        return None
    return Removal(left[size - 1].pieces if size else 0, joint)


def _only_leads_up(opening: Sequence[str], lead: int) -> bool:
    """Whether an opening is `I am` or the like and an adverb or two before what was named."""
    being = opening[0] in _SPEAKERS and opening[1] in grammar.FORMS_OF_BE
    start = 1 if opening[0] in _SPEAKERS_BEING else 2 if being else 0
    return start > 0 and all(map(grammar.is_adverb, opening[start:lead]))


def _says(keys: Sequence[str]) -> bool:
    return (len(keys) > 1 and keys[-2] == "to" and keys[-1] in _SAYING) or keys[-1:] == ["noting"]


def _grades(keys: Sequence[str]) -> bool:
    return all(key in grammar.INTENSIFIERS for key in keys)


def _grades_on(keys: Sequence[str], right: list[_Near]) -> bool:
    """`very, very nice`: the comma joins nothing when the word before it goes."""
    return _grades(keys) and right[0].text == "," and len(right) > 1 and not right[1].apart


def _without_adverb(keys: Sequence[str], before: _Near, right: list[_Near]) -> Removal | None:
    after = right[0]
    plain = Removal(0, 0)
    grading = _grades(keys)
    if after.apart:
        return None if grading or grammar.wants_more(before.key) else plain
    if grading and after.key in {"much", "many"}:
        return None
    if not grammar.is_manner(keys) and grammar.asks_complement(after.key):
        return None
    if before.apart or before.key in {"and", "or", "but"}:
        return plain
    if before.key in grammar.DETERMINERS and not (grammar.is_content(after.key) or grammar.is_adverb(after.key)):
        return None
    if before.key in grammar.DEGREES and not grading:
        return None
    if before.key in grammar.FORMS_OF_BE and after.key in {"that", "to"}:
        return None
    if before.key in grammar.PREPOSITIONS and after.key in grammar.PREPOSITIONS | {"that"}:
        return None
    return plain


def _without_modifier(left: list[_Near], right: list[_Near]) -> Removal | None:
    """An adjective: with what grades it, and with the `and` or comma that joins it to another one."""
    lead = 0
    while not left[0].apart and (left[0].key in grammar.INTENSIFIERS or left[0].key.endswith("ly")) and len(left) > 1:
        lead, left = left[0].pieces, left[1:]
    before, after = left[0], right[0]
    if before.key in grammar.DEGREES or (lead and before.apart):
        return None
    if not after.apart and grammar.is_content(after.key):
        return Removal(lead, 0) if lead else _without_last(left)
    joint = after.key in {"and", "or"}
    beside = right[1].key if len(right) > 1 else _EDGE
    if (joint or after.text == ",") and beside and grammar.is_content(beside) and not grammar.is_adverb(beside):
        return _without_first(lead, before, right, joint=joint)
    return None


def _without_last(left: list[_Near]) -> Removal | None:
    """The adjective before its noun, with the comma or `and` that joins it to an adjective before it."""
    before = left[0]
    if before.text != "," and before.key not in {"and", "or"}:
        return Removal(0, 0)
    joined = next((item for item in left[1:] if item.text != ","), _NOTHING)
    if joined.apart or grammar.is_noun(joined.key) or grammar.is_adverb(joined.key):
        return Removal(0, 0)
    return Removal(before.pieces, 0) if grammar.is_adjective(joined.key) else None


def _without_first(lead: int, before: _Near, right: list[_Near], *, joint: bool) -> Removal | None:
    """The first adjective of several, with what joins it to the next."""
    if before.apart:
        return Removal(lead, 0)
    beyond = right[2] if len(right) > 2 else _NOTHING
    goes_with = Removal(lead, right[0].pieces)
    if before.key in {"and", "or"}:
        return goes_with if joint else None
    if before.key in grammar.FORMS_OF_BE | grammar.BEING:
        closed = beyond.apart or (not joint and beyond.key in {"and", "or"})
        return goes_with if closed and not right[1].key.endswith(("s", "ed")) else None
    noun_follows = not beyond.apart and grammar.is_content(beyond.key)
    return goes_with if noun_follows else None


def _near(found: Iterable[Piece], first: Piece, *, forward: bool) -> list[_Near]:
    """Words and marks from the words to be taken out on, to the end of the sentence or as far as is looked."""
    near: list[_Near] = []
    row = list(found)
    for number, piece in enumerate(row):
        if piece.kind == "space" or piece.text in _UNSEEN or _is_soft(row, number, first, forward=forward):
            continue
        apart = _is_apart(row, number)
        near.append(_Near(_EDGE if apart else piece.key or piece.text, number + 1, apart, piece.text))
        if (apart and piece.text not in COMMAS) or len(near) == LOOK:
            break
    return near if len(near) == LOOK or (near and near[-1].apart) else [*near, _NOTHING]


def _is_apart(row: Sequence[Piece], number: int) -> bool:
    piece = row[number]
    if piece.kind in {"word", "kept"}:
        return False
    beside = [row[other] if 0 <= other < len(row) else None for other in (number - 1, number + 1)]
    return piece.kind in {"break", "marker", "emoji"} or piece.text in _APART or is_spaced_hyphen(piece, *beside)


def _is_soft(row: Sequence[Piece], number: int, first: Piece, *, forward: bool) -> bool:
    """Whether a line was broken inside a sentence, as mail programs do."""
    if row[number].kind != "break":
        return False
    nearer = next((piece for piece in reversed(row[:number]) if piece.kind != "space"), first)
    further = next((piece for piece in row[number + 1 :] if piece.kind != "space"), None)
    before, after = (nearer, further) if forward else (further, nearer)
    return is_soft_break(before, row[number], after)


def is_soft_break(before: Piece | None, piece: Piece, after: Piece | None) -> bool:
    if piece.kind != "break" or before is None or after is None:
        return False
    goes_on = before.kind in {"word", "kept"} or before.text == ","
    return goes_on and after.kind == "word" and len(piece.text.splitlines()) == 1 and not _opens(after.text)


def _opens(text: str) -> bool:
    return text[0].isupper() and text != "I" and not text.startswith(("I'", "I’"))
