"""Which words of a draft became which words of its edit: what stayed, what moved, what was put in whose place."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

from rapidfuzz.distance import Indel, Levenshtein

from voice_engine.voice import ngrams
from voice_engine.voice.ngrams import Token

# Above this many pairs of tokens (texts of 10,000 each), Levenshtein aligns in place of the longest common
# subsequence: it finds a little less in common and needs 1 MB where that would need 300.
MAX_CELLS = 100_000_000
LEAST_MOVED = 3  # words of a sentence that is told from a chance likeness when it stands elsewhere
MAX_GAP = 4  # words that may be lost or added between two sentences that were one, or became one

_SENTENCE_ENDS = frozenset(".!?…。！？")
_ENDS = _SENTENCE_ENDS | frozenset("\"'”’»)]」』")


@dataclass(frozen=True, slots=True)
class Post:
    """The tokens of one post, for each whether the edit reached it (the other side lacks it), the numbers of its
    sentence and its line, and the form in which the two sides are compared (`ngrams.typed`)."""

    tokens: list[Token]
    touched: bytearray
    sentences: list[int]
    lines: list[int]
    typed: list[str]

    @classmethod
    def of(cls, text: str) -> Post:
        found = ngrams.tokens(text)
        sentences: list[int] = []
        lines: list[int] = []
        sentence = line = 0
        ended = False
        for token in found:
            if token.surface[0] == "\n":
                line, sentence, ended = line + 1, sentence + 1, False
            elif ended and token.surface not in _ENDS:
                sentence, ended = sentence + 1, False
            ended = ended or token.surface in _SENTENCE_ENDS
            sentences.append(sentence)
            lines.append(line)
        return cls(found, bytearray(len(found)), sentences, lines, [ngrams.typed(token.surface) for token in found])

    def touch(self, start: int, end: int) -> None:
        self.touched[start:end] = b"\x01" * (end - start)


@dataclass(frozen=True, slots=True)
class Block:
    """Tokens `start` to `end` of the draft that stand where `to_start` to `to_end` stand in the edit."""

    start: int
    end: int
    to_start: int
    to_end: int


@dataclass(frozen=True, slots=True)
class Alignment:
    """Two posts, aligned. matching: tokens that both have, moved ones included. moved: words that only moved.
    blocks: what was replaced, in order; one side of a block may be empty. split, joined: sentences that became two,
    pairs that became one; the same for lines (paragraphs and list items)."""

    old: Post
    new: Post
    matching: int
    moved: int
    blocks: tuple[Block, ...]
    sentences_split: int
    sentences_joined: int
    lines_split: int
    lines_joined: int


def align(draft: str, edited: str) -> Alignment:
    """Aligns two posts, in near-linear time: 5,000 words against 5,000 take milliseconds.

    A sentence that stands once in both, LEAST_MOVED words or more, and whose place among the others changed, was
    moved. The rest is aligned word by word: the longest common subsequence, bit-parallel.
    """
    old, new = Post.of(draft), Post.of(edited)
    gone, come = _moved(old, new)
    left, right = _others(old, gone), _others(new, come)
    pairs: list[tuple[int, int]] = []
    blocks: list[Block] = []
    for start, end, to_start, to_end, equal in _steps(old, left, new, right):
        if equal:
            pairs += zip(left[start:end], right[to_start:to_end], strict=True)
            continue
        for index in left[start:end]:
            old.touch(index, index + 1)
        for index in right[to_start:to_end]:
            new.touch(index, index + 1)
        blocks += _whole(left[start:end], right[to_start:to_end])
    sentences = _breaks(old, new, pairs, old.sentences, new.sentences)
    lines = _breaks(old, new, pairs, old.lines, new.lines)
    return Alignment(
        old,
        new,
        matching=len(pairs) + sum(gone),
        moved=sum(token.word for token, moved in zip(old.tokens, gone, strict=True) if moved),
        blocks=tuple(blocks),
        sentences_split=sentences[0],
        sentences_joined=sentences[1],
        lines_split=lines[0],
        lines_joined=lines[1],
    )


def _others(post: Post, moved: bytearray) -> list[int]:
    return [index for index in range(len(post.tokens)) if not moved[index]]


def _steps(old: Post, left: list[int], new: Post, right: list[int]) -> Iterator[tuple[int, int, int, int, bool]]:
    """The steps from one side to the other: runs that are equal, and between them what was put for what."""
    before, after = [old.typed[i] for i in left], [new.typed[i] for i in right]
    aligner = Indel if len(before) * len(after) <= MAX_CELLS else Levenshtein
    start = to_start = 0
    for step in aligner.opcodes(before, after):
        if step.tag != "equal":
            continue
        if start < step.src_start or to_start < step.dest_start:
            yield start, step.src_start, to_start, step.dest_start, False
        yield step.src_start, step.src_end, step.dest_start, step.dest_end, True
        start, to_start = step.src_end, step.dest_end
    if start < len(before) or to_start < len(after):
        yield start, len(before), to_start, len(after), False


def _whole(lost: list[int], found: list[int]) -> Iterator[Block]:
    """The block of these tokens, unless a moved sentence stands between them."""
    if (not lost or lost[-1] - lost[0] == len(lost) - 1) and (not found or found[-1] - found[0] == len(found) - 1):
        yield Block(
            lost[0] if lost else 0,
            lost[-1] + 1 if lost else 0,
            found[0] if found else 0,
            found[-1] + 1 if found else 0,
        )


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence as a run of tokens, line breaks aside."""

    key: tuple[str, ...]
    start: int
    end: int
    words: int


def _moved(old: Post, new: Post) -> tuple[bytearray, bytearray]:
    """For each token of both posts whether it belongs to a sentence that moved."""
    gone, come = bytearray(len(old.tokens)), bytearray(len(new.tokens))
    if old.typed == new.typed:
        return gone, come
    there = _single(new)
    common = [(unit, there[key]) for key, unit in _single(old).items() if key in there]
    common.sort(key=lambda pair: pair[0].start)
    stayed = _heaviest_in_order([(there.start, _weight(here)) for here, there in common])
    for number, (unit, place) in enumerate(common):
        if number not in stayed:
            gone[unit.start : unit.end] = b"\x01" * (unit.end - unit.start)
            come[place.start : place.end] = b"\x01" * (place.end - place.start)
    return gone, come


def _single(post: Post) -> dict[tuple[str, ...], _Unit]:
    """The sentences that a post has once, by what they say."""
    units = list(_units(post))
    often = Counter(unit.key for unit in units)
    return {unit.key: unit for unit in units if often[unit.key] == 1 and unit.words >= LEAST_MOVED}


def _units(post: Post) -> Iterator[_Unit]:
    start = 0
    for index in range(1, len(post.tokens) + 1):
        if index < len(post.tokens) and post.sentences[index] == post.sentences[start]:
            continue
        first = start + (post.tokens[start].surface[0] == "\n")
        run = post.tokens[first:index]
        if run:
            yield _Unit(tuple(post.typed[first:index]), first, index, sum(token.word for token in run))
        start = index


def _weight(unit: _Unit) -> int:
    """Words first, then a hash: of two orders that keep as many words, the same one is taken in both directions."""
    return (unit.words << 48) + crc32(" ".join(unit.key).encode("utf-8", "surrogatepass"))


def _heaviest_in_order(places: list[tuple[int, int]]) -> set[int]:
    """Of (place, weight), the numbers of those with rising places that weigh most together. In n log n steps: among
    the chains so far, only those are kept that no lighter one ends before."""
    ends: list[int] = []  # places where a chain worth keeping ends, rising; the weights rise with them
    chains: list[tuple[int, int]] = []  # its weight, and the number of its last
    previous: list[int] = []
    for number, (place, weight) in enumerate(places):
        at = bisect_left(ends, place)
        total = weight + (chains[at - 1][0] if at else 0)
        previous.append(chains[at - 1][1] if at else -1)
        last = at
        while last < len(ends) and chains[last][0] <= total:
            last += 1
        ends[at:last] = [place]
        chains[at:last] = [(total, number)]
    chosen: set[int] = set()
    number = chains[-1][1] if chains else -1
    while number >= 0:
        chosen.add(number)
        number = previous[number]
    return chosen


def _breaks(old: Post, new: Post, pairs: list[tuple[int, int]], before: list[int], after: list[int]) -> tuple[int, int]:
    """How many units (sentences or lines) were split, and how many joined: words that follow each other on both
    sides, with at most MAX_GAP others between them, in one unit there and in two here."""
    split = joined = 0
    words = [(i, j) for i, j in pairs if old.tokens[i].word]
    for (i, j), (next_i, next_j) in pairwise(words):
        if next_j < j or next_i - i > 2 * MAX_GAP or next_j - j > 2 * MAX_GAP:
            continue
        if _words_between(old, i, next_i) > MAX_GAP or _words_between(new, j, next_j) > MAX_GAP:
            continue
        was, now = before[i] == before[next_i], after[j] == after[next_j]
        split += was and not now
        joined += now and not was
    return split, joined


def _words_between(post: Post, start: int, end: int) -> int:
    return sum(token.word for token in post.tokens[start + 1 : end])
