"""English contractions and their full forms, where one can stand for the other beyond doubt."""

from __future__ import annotations

from collections.abc import Iterator

from voice_engine.voice.repair.pieces import Cause, Piece
from voice_engine.voice.repair.rewriting import Rewriting
from voice_engine.voice.repair.wording import Condition, Wording

_NOT = {
    **{f"{verb}n't": f"{verb} not" for verb in ("do", "does", "did", "is", "are", "was", "were", "have", "has", "had")},
    **{f"{verb}n't": f"{verb} not" for verb in ("would", "could", "should", "must", "need")},
    "won't": "will not",
    "can't": "cannot",
    "shan't": "shall not",
}
_SUBJECTS = ("i", "you", "he", "she", "it", "we", "they")
_WILL = {f"{word}'ll": f"{word} will" for word in _SUBJECTS}
_WILL_SELDOM = {f"{word}'ll": f"{word} will" for word in ("that", "there", "this", "who")}
_HAVE = {f"{word}'ve": f"{word} have" for word in ("i", "you", "we", "they")}
_HAVE_SELDOM = {f"{word}'ve": f"{word} have" for word in ("who", "could", "should", "would", "might")}
_ARE = {f"{word}'re": f"{word} are" for word in ("you", "we", "they")}
_IS = {f"{word}'s": f"{word} is" for word in ("he", "she", "it", "that", "there")}
_IS_SELDOM = {f"{word}'s": f"{word} is" for word in ("here", "what", "who", "where", "how")}
_AM = {"i'm": "i am"}

# Behind these a full form stands for itself: `that is what they are`, `more than I am`.
_RELATIVES = frozenset(
    {"what", "where", "who", "whom", "how", "why", "when", "than", "as", "which", "whether", "here", "there"}
    | {"whatever", "wherever", "whoever"}
)
# Before these a verb ends its clause and is said whole: `they are and always were`.
_CLAUSE_ENDS = frozenset(
    {"and", "or", "but", "nor", "if", "when", "because", "while", "so", "that", "than", "as", "at", "in", "on", "with"}
    | {"for", "from", "to"}
)
_AFTER_HAVE = frozenset({"been", "had", "seen", "done", "made", "got", "never", "always", "also", "already"})
_ONLY_AFTER_HAS = frozenset({"been", "had", "got"})  # and never behind `is`
_AFTER_HAS = _AFTER_HAVE | {"become", "gone", "come"}


def expanding(cause: Cause) -> list[Wording]:
    """Rules that write every contraction out. Left as they are: `'d` (had or would), `'s` before what may be a
    participle (is or has) and behind a name, and questions (`isn't it`), whose words would have to change places."""
    rules = [Wording.of(short, _written(full), cause, _no_question) for short, full in _NOT.items()]
    certain = _WILL | _WILL_SELDOM | _HAVE | _HAVE_SELDOM | _ARE | _AM
    rules += [Wording.of(short, _written(full), cause) for short, full in certain.items()]
    rules += [Wording.of(short, full, cause, _is_not_has) for short, full in (_IS | _IS_SELDOM).items()]
    rules += [Wording.of(short, f"{short[:-2]} has", cause, _has) for short in _IS | _IS_SELDOM]
    return [*rules, Wording.of("let's", "let us", cause)]


def contracting(cause: Cause, apostrophe: str) -> list[Wording]:
    """Rules that contract every full form that can be. Left as they are: a verb that ends its clause (`as you are`),
    one behind `what`, `than` and the like, `let us`, and `have` where it may mean own."""
    rules = list[Wording]()
    for short, full in _pairs():
        if full.endswith(" have"):
            condition: Condition | None = _before_participle
        elif full.endswith((" not", "cannot")):
            condition = None
        else:
            condition = _helps
        rules.append(Wording.of(full, _written(short).replace("'", apostrophe), cause, condition))
    return rules


def _pairs() -> Iterator[tuple[str, str]]:
    yield from ((short, full) for short, full in _NOT.items() if short != "shan't")
    yield "can't", "can not"
    yield from (_WILL | _HAVE | _ARE | _IS | _AM).items()
    yield from ((f"{word}'d", f"{word} would") for word in _SUBJECTS)


def _written(text: str) -> str:
    """As it is written: `I` has its capital."""
    return f"I{text[1:]}" if text.startswith(("i ", "i'")) else text


def _no_question(r: Rewriting, taken: int) -> bool:
    following = r.after(taken)
    return not _word(following, {*_SUBJECTS, "there", "that", "this", "these", "those"})


def _is_not_has(r: Rewriting, taken: int) -> bool:
    following = r.after(taken)
    if following is None or following.kind != "word":
        return True
    return following.key not in _AFTER_HAS and not following.key.endswith(("ed", "en"))


def _has(r: Rewriting, taken: int) -> bool:
    return _word(r.after(taken), _ONLY_AFTER_HAS)


def _before_participle(r: Rewriting, taken: int) -> bool:
    return _word(r.after(taken), _AFTER_HAVE) and _helps(r, taken)


def _helps(r: Rewriting, taken: int) -> bool:
    following = r.after(taken)
    if following is None or following.kind != "word" or following.key in _CLAUSE_ENDS | {"not"}:
        return False
    return not _word(r.before, _RELATIVES)


def _word(piece: Piece | None, keys: frozenset[str] | set[str]) -> bool:
    return piece is not None and piece.kind == "word" and piece.key in keys
