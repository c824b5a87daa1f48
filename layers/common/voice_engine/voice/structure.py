"""How a text is built: what kind of opening, body and ending it has, and whether it opens with a hook."""

from __future__ import annotations

from dataclasses import dataclass

import regex

from voice_engine.voice import lexicon
from voice_engine.voice import text as texts
from voice_engine.voice.text import Line

HOOK_WORDS = 8  # most words of an opening that stands alone on its line and counts as a hook
FRAME_WORDS = 6  # most words of a greeting, a sign-off or a name
EDGE_CHARS = 2_000  # of an opening or closing line that are read
STEPS = 3  # sequence words that make a body of steps
ITEMS = 2  # list items that make a list

QUESTION = regex.compile(r"[?？؟][!！\"'”’»)\]]*$")
_CATCHING = regex.compile(r"(?:[!！:：…]|\.{3})[\"'”’»)\]]*$")
_TAGS = regex.compile(r"(?:[#@][^\s#@]++\s*+|https?://\S++\s*+)++$")
_NUMBERED = regex.compile(r"[ \t]*+(?:\d{1,3}|[a-zA-Z])[.)]")


@dataclass(frozen=True, slots=True)
class Shape:
    """opening: hook, story, problem or statement; ending: cta, reflection, summary or question; body: steps, bullets,
    analysis or narrative. Each is `""` where the text cannot tell: in a language other than English only questions,
    lists and hooks are told. hook: whether its opening is one, whatever else it is."""

    opening: str = ""
    body: str = ""
    ending: str = ""
    hook: bool = False


def is_numbered(line: Line) -> bool:
    return line.kind == "item" and _NUMBERED.match(line.text) is not None


def shape(lines: list[Line], language: str | None, *, sequence: int, reasoning: int, words: int) -> Shape:
    """The shape of one text. sequence, reasoning: how many words of those lists it holds (`lexicon`)."""
    prose = [line for line in lines if line.kind != "heading"]
    opening = _opening(prose)
    hook = opening is not None and _is_hook(*opening)
    return Shape(
        opening=_opening_kind(opening[0], language, hook=hook) if opening else "",
        body=_body_kind(lines, language, sequence=sequence, reasoning=reasoning, words=words),
        ending=_ending_kind(prose, language),
        hook=hook,
    )


def calls_to_action(sentence: list[str]) -> bool:
    """Whether an English sentence, as `lexicon.plain` gives it, asks the reader to do something."""
    start = 1 if sentence[:1] in (["please"], ["and"], ["so"], ["just"]) else 0
    return lexicon.holds(sentence, lexicon.CALLS) or lexicon.opens(sentence[start:], lexicon.ACTION_WORDS)


def _opening(prose: list[Line]) -> tuple[list[str], Line] | None:
    """The words of the first sentence and its line, a greeting passed over."""
    for line in prose[:3]:
        words = lexicon.plain(texts.words(line.body[:EDGE_CHARS]))
        if words and not _is_greeting(line, words):
            return words, line
    return None


def _is_greeting(line: Line, words: list[str]) -> bool:
    if len(words) > FRAME_WORDS:
        return False
    return lexicon.opens(words, lexicon.GREETING_WORDS) or line.body.rstrip().endswith(",")


def _is_hook(words: list[str], line: Line) -> bool:
    """A question, an exclamation or a promise of more (`:`, `...`) as the first sentence, or a short line alone."""
    first = _first_sentence(line)
    if QUESTION.search(first) or _CATCHING.search(first) or lexicon.opens(words, lexicon.HOOK):
        return True
    return line.kind == "prose" and len(words) <= HOOK_WORDS


def _first_sentence(line: Line) -> str:
    found = texts.sentences(line.body[:EDGE_CHARS], None)
    return found[0] if found else ""


def _opening_kind(words: list[str], language: str | None, *, hook: bool) -> str:
    if language != "en":
        return "hook" if hook else ""
    head = words[: 4 * HOOK_WORDS]
    if lexicon.opens(head, lexicon.STORY):
        return "story"
    if hook:
        return "hook"
    return "problem" if lexicon.holds(head, lexicon.PROBLEM) else "statement"


def _body_kind(lines: list[Line], language: str | None, *, sequence: int, reasoning: int, words: int) -> str:
    items = [line for line in lines if line.kind == "item"]
    numbered = sum(map(is_numbered, items))
    if len(items) >= ITEMS:
        return "steps" if 2 * numbered > len(items) else "bullets"
    if language != "en" or not words:
        return ""
    if sequence >= STEPS and 100 * sequence >= words:
        return "steps"
    return "analysis" if reasoning >= 2 and 100 * reasoning >= 2 * words else "narrative"


def _ending_kind(prose: list[Line], language: str | None) -> str:
    sentence = _closing_sentence(prose, language)
    if not sentence:
        return ""
    if QUESTION.search(sentence):
        return "question"
    if language != "en":
        return ""
    words = lexicon.plain(texts.words(sentence))
    if calls_to_action(words):
        return "cta"
    if lexicon.holds(words[:FRAME_WORDS], lexicon.SUMMARY):
        return "summary"
    return "reflection" if lexicon.holds(words, lexicon.REFLECTION) else ""


def _closing_sentence(prose: list[Line], language: str | None) -> str:
    """The last sentence, with sign-off, name, tags and links at the end passed over."""
    for line in reversed(prose[-4:]):
        tail = _TAGS.sub("", line.body[-EDGE_CHARS:]).strip()
        words = lexicon.plain(texts.words(tail))
        if not tail or (len(words) <= FRAME_WORDS and _closes_a_letter(tail, words)):
            continue
        found = texts.sentences(tail, language)
        return found[-1] if found else ""
    return ""


def _closes_a_letter(tail: str, words: list[str]) -> bool:
    """A sign-off, or a name under it."""
    if lexicon.opens(words, lexicon.SIGN_OFF_WORDS):
        return tail.endswith((",", "!")) or len(words) <= 2  # `Thank you.`
    return tail[-1].isalnum() and all(word[:1].isupper() for word in texts.words(tail))
