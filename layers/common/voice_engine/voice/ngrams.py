"""What a phrase is: two to five neighbouring words of one sentence part that can carry a writer's habit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import regex

from voice_engine.voice.text import WORD

SHORTEST = 2
LONGEST = 5
LENGTHS = range(SHORTEST, LONGEST + 1)
MAX_BYTES = 100  # of UTF-8; a longer run of words is no phrase

# English words that say nothing by themselves. A phrase of these alone is grammar, not style.
ENGLISH_FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also although am among an and another any anything are as at away be
    because been before behind being below between both but by can cannot could did do does doing done down during
    each either else enough even ever every everything few for from get gets getting go goes going got had has have
    having he her here hers herself him himself his how i if in into is it its itself just keep let like made make
    makes making many may me might mine more most much must my myself neither never no nor not nothing now of off on
    once one only onto or other others our ours ourselves out over own put quite rather really same shall she should
    since so some someone something still such take than that the their theirs them themselves then there these they
    thing things this those though through thus to too toward towards under until up upon us very was way we were
    what when where whether which while who whole whom whose why will with within without would yes yet you your
    yours yourself yourselves
    i'm i've i'll i'd you're you've you'll you'd he's he'll he'd she's she'll she'd it's it'll it'd we're we've we'll
    we'd they're they've they'll they'd that's there's here's what's who's let's don't doesn't didn't isn't aren't
    wasn't weren't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't mustn't
    """.split()  # noqa: SIM905  two hundred words read better as text
)
# Where no list of function words is at hand, a word this short is taken for one: in languages with spaces, most
# articles, prepositions and pronouns are. It lets some grammar through and drops some short content words.
SHORT_WORD = 3

_TOKEN = regex.compile(rf"(?P<word>{WORD.pattern})|(?P<line>[ \t]*+[\n\r\v\f\x85\u2028\u2029]\s*+)|\S", regex.V1)
_FIRST_PERSON = regex.compile(r"I(?:'(?:m|ve|ll|d))?$")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or a break between lines (`\\n` or, over an empty line, `\\n\\n`)."""

    surface: str
    word: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Ngram:
    """`length` words from token number `first` on."""

    key: str
    surface: str
    first: int
    length: int


def tokens(text: str) -> list[Token]:
    """All that a text consists of, spaces within a line left out."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text.strip()):
        surface = match.group()
        if match["line"] is not None:
            surface = "\n\n" if surface.count("\n") > 1 else "\n"
        found.append(Token(surface, match["word"] is not None, match.start(), match.end()))
    return found


def key(surface: str) -> str:
    """The one form of a phrase that all its spellings share: case, kind of apostrophe and spaces aside."""
    return " ".join(surface.casefold().replace("’", "'").replace("ʼ", "'").split())


def digest(phrase_key: str) -> int:
    """A 32-bit hash of a key, the same on every machine. Two keys in four thousand million share one."""
    return crc32(phrase_key.encode("utf-8", "surrogatepass"))


def content_words(phrase_key: str, language: str | None) -> int:
    """How many words of a phrase carry meaning by themselves."""
    return sum(1 for word in phrase_key.split() if _carries_meaning(word, language))


def ngrams(found: list[Token], language: str | None) -> Iterator[Ngram]:
    """The phrases of a text: pairs of words with a content word, and longer ones that begin and end with one
    (`thrilled to share`, not `thrilled to share that we`). Left out: what crosses a mark or a line, what is
    longer than MAX_BYTES, and, in English, what holds a capitalised word inside a sentence (a name)."""
    for run in _runs(found):
        keys = [key(found[index].surface) for index in run]
        meaning = [_carries_meaning(word, language) for word in keys]
        named = [language == "en" and _is_name(found, index) for index in run]
        for start, length in _spans(meaning, named):
            surface = " ".join(found[index].surface for index in run[start : start + length])
            if len(surface.encode("utf-8", "surrogatepass")) <= MAX_BYTES:
                yield Ngram(" ".join(keys[start : start + length]), surface, run[start], length)


def _spans(meaning: list[bool], named: list[bool]) -> Iterator[tuple[int, int]]:
    for start in range(len(meaning)):
        for length in LENGTHS:
            last = start + length - 1
            if last >= len(meaning) or named[start] or named[last]:
                break
            if (meaning[start] or meaning[last]) if length == SHORTEST else (meaning[start] and meaning[last]):
                yield start, length


def _runs(found: list[Token]) -> Iterator[list[int]]:
    run: list[int] = []
    for index, token in enumerate(found):
        if token.word:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def _carries_meaning(word: str, language: str | None) -> bool:
    if not _LETTER.search(word):
        return False
    return word not in ENGLISH_FUNCTION_WORDS if language == "en" else len(word) > SHORT_WORD


def _is_name(found: list[Token], index: int) -> bool:
    surface = found[index].surface
    if not surface[0].isupper() or _FIRST_PERSON.match(surface.replace("’", "'")):
        return False
    before = found[index - 1] if index else None
    return before is not None and (before.word or before.surface in {",", "'", "’"})
