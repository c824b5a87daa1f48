"""What one edit put in the place of what: aligned pairs of a few words, misspellings told apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from voice_engine.voice import ngrams, spelling
from voice_engine.voice.alignment import Alignment, Block, Post

MAX_WORDS = 4  # on either side of a pair
MAX_BYTES = 60  # of UTF-8, on either side


@dataclass(frozen=True, slots=True)
class Replacement:
    """Words of a draft and what the writer put there. Without the capital of a sentence's first word."""

    before: str
    after: str

    @property
    def key(self) -> str:
        return f"{ngrams.key(self.before)}\n{ngrams.key(self.after)}"


def replacements(aligned: Iterable[Alignment], language: str | None) -> tuple[Replacement, ...]:
    """The pairs of one edit, each once, in the order of their hashes: 1 to MAX_WORDS words for as many, of which the
    draft's hold one that carries meaning. Left out: names, numbers, links, quotations, what differs in capitals
    alone, forms of one word, and misspellings mended."""
    found: dict[str, Replacement] = {}
    for item in aligned:
        quoted, left = ngrams.quoted(item.old.tokens), _words(item.new)
        for block in item.blocks:
            pair = None if any(quoted[block.start : block.end]) else _pair(item, block)
            if pair and _is_style(pair, language) and not _mended(pair.before, pair.after, language, left):
                found.setdefault(pair.key, pair)
    return tuple(found[key] for key in sorted(found, key=lambda key: (ngrams.digest(key), key)))


def spelling_only(aligned: Iterable[Alignment], language: str | None) -> bool:
    """Whether each place that an edit touched is a misspelling mended."""
    for item in aligned:
        left = _words(item.new)
        for block in item.blocks:
            before, after = _surface(item.old, block.start, block.end), _surface(item.new, block.to_start, block.to_end)
            if before is None or after is None or not _mended(before, after, language, left):
                return False
    return True


def _pair(item: Alignment, block: Block) -> Replacement | None:
    start, end, to_start, to_end = block.start, block.end, block.to_start, block.to_end
    if max(end - start, to_end - to_start) > MAX_WORDS + 1:
        return None
    while start < end and to_start < to_end and _same(item, start, to_start):
        start, to_start = start + 1, to_start + 1
    while start < end and to_start < to_end and _same(item, end - 1, to_end - 1):
        end, to_end = end - 1, to_end - 1
    if (
        max(end - start, to_end - to_start) > MAX_WORDS
        or _names(item.old, start, end)
        or _names(item.new, to_start, to_end)
    ):
        return None
    before, after = _surface(item.old, start, end), _surface(item.new, to_start, to_end)
    return Replacement(before, after) if before and after else None


def _same(item: Alignment, index: int, to_index: int) -> bool:
    return ngrams.key(item.old.tokens[index].surface) == ngrams.key(item.new.tokens[to_index].surface)


def _names(post: Post, start: int, end: int) -> bool:
    return any(ngrams.is_name(post.tokens, index) for index in range(start, end))


def _surface(post: Post, start: int, end: int) -> str | None:
    """These words as written, or None where a mark or a break stands among them, or they are too long."""
    if not start < end or not all(token.word for token in post.tokens[start:end]):
        return None
    words = [token.surface for token in post.tokens[start:end]]
    opens = start == 0 or post.sentences[start - 1] != post.sentences[start]
    if opens and words[0][1:].islower():
        words[0] = words[0][0].lower() + words[0][1:]
    surface = " ".join(words)
    return surface if len(surface.encode("utf-8", "surrogatepass")) <= MAX_BYTES else None


def _is_style(pair: Replacement, language: str | None) -> bool:
    before, after = ngrams.key(pair.before), ngrams.key(pair.after)
    words = [*before.split(), *after.split()]
    if not ngrams.content_words(before, language) or any(_is_no_word(word) for word in words):
        return False
    return not spelling.one_word(before, after, language)


def _mended(before: str, after: str, language: str | None, left: frozenset[str]) -> bool:
    """A writer who leaves the word elsewhere in the text takes it for one."""
    return ngrams.key(before) not in left and spelling.mended(before, after, language)


def _words(post: Post) -> frozenset[str]:
    """The keys of a text's words, and of each two that stand beside each other."""
    keys = [ngrams.key(token.surface) for token in post.tokens]
    return frozenset([*keys, *(f"{one} {other}" for one, other in pairwise(keys))])


def _is_no_word(word: str) -> bool:
    return any(char.isdigit() for char in word) or word.startswith("#") or "@" in word or "/" in word
