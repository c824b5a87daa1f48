"""What a phrase is: one to five neighbouring words of one sentence part that can carry a writer's habit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import regex

from voice_engine.voice.text import LONG_QUOTATION, WORD, composed

SHORTEST = 1
LONGEST = 5
PAIR = 2
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
# English words that open a noun or a clause. A pair of one of them and a word is that word.
ENGLISH_OPENERS = frozenset(
    """
    a an the this that these those my your his her hers its our their some any no every each another
    i you he she it we they me him us them
    """.split()  # noqa: SIM905  as above
)
# Where no list of function words is at hand, a word this short is taken for one: in languages with spaces, most
# articles, prepositions and pronouns are. It lets some grammar through and drops some short content words.
SHORT_WORD = 3

_TOKEN = regex.compile(rf"(?P<word>{WORD.pattern})|(?P<line>[ \t]*+[\n\r\v\f\x85\u2028\u2029]\s*+)|\S", regex.V1)
_FIRST_PERSON = regex.compile(r"I(?:'(?:m|ve|ll|d))?$")
_LETTER = regex.compile(r"\p{L}")
_QUOTES_OPEN = frozenset('"“„«「『')
_QUOTES_CLOSE = frozenset('"”“»」』')
_AS_TYPED = str.maketrans({**dict.fromkeys("’‘‚‛ʼ‹›", "'"), **dict.fromkeys("“”„‟«»", '"')})


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
    """The one form of a phrase that all its spellings share: case, kind of apostrophe, form of Unicode and spaces
    aside."""
    return " ".join(composed(surface).casefold().replace("’", "'").replace("ʼ", "'").split())


def typed(surface: str) -> str:
    """A token as a keyboard gives it: with straight apostrophes and quotation marks, which editors make typographic by
    themselves."""
    return surface.translate(_AS_TYPED)


def digest(phrase_key: str) -> int:
    """A 32-bit hash of a key, the same on every machine. Two keys in four thousand million share one."""
    return crc32(phrase_key.encode("utf-8", "surrogatepass"))


def content_words(phrase_key: str, language: str | None) -> int:
    """How many words of a phrase carry meaning by themselves."""
    return sum(1 for word in phrase_key.split() if carries_meaning(word, language))


def ngrams(found: list[Token], language: str | None) -> Iterator[Ngram]:
    """The phrases of a text: single words that carry meaning, pairs with such a word, and longer ones that begin and
    end with one (`thrilled to share`, not `thrilled to share that we`). Left out: what crosses a mark or a line, what
    is longer than MAX_BYTES, what stands in quotation marks (others' words), pairs that say no more than one of their
    words (`the silence`), and, in English, what begins or ends with a name. Which words are grammar is known of
    English alone; elsewhere short words are taken for it, and a pair needs two that are not."""
    names = _names(found) if language == "en" else frozenset()
    for run in _runs(found, quoted(found)):
        keys = [key(found[index].surface) for index in run]
        meaning = [carries_meaning(word, language) for word in keys]
        for start, length in _spans(keys, meaning, [word in names for word in keys], language):
            surface = " ".join(found[index].surface for index in run[start : start + length])
            if len(surface.encode("utf-8", "surrogatepass")) <= MAX_BYTES:
                yield Ngram(" ".join(keys[start : start + length]), surface, run[start], length)


def _spans(keys: list[str], meaning: list[bool], named: list[bool], language: str | None) -> Iterator[tuple[int, int]]:
    for start in range(len(keys)):
        for length in LENGTHS:
            last = start + length - 1
            if last >= len(keys) or named[start] or named[last]:
                break
            pair = length == PAIR and language == "en" and keys[start] not in ENGLISH_OPENERS
            if (meaning[start] or meaning[last]) if pair else (meaning[start] and meaning[last]):
                yield start, length


def _runs(found: list[Token], skipped: bytearray) -> Iterator[list[int]]:
    run: list[int] = []
    for index, token in enumerate(found):
        if token.word and not skipped[index]:
            run.append(index)
        elif run:
            yield run
            run = []
    if run:
        yield run


def quoted(found: list[Token]) -> bytearray:
    """For each token whether it stands in quotation marks that open and close in its paragraph. What runs on for more
    than LONG_QUOTATION words is no quotation. Single quotation marks are not told from apostrophes."""
    inside = bytearray(len(found))
    opened: int | None = None
    for index, token in enumerate(found):
        if token.surface == "\n\n":
            opened = None
        elif token.surface in _QUOTES_CLOSE and opened is not None:
            if sum(item.word for item in found[opened:index]) <= LONG_QUOTATION:
                inside[opened:index] = b"\x01" * (index - opened)
            opened = None
        elif token.surface in _QUOTES_OPEN:
            opened = index
    return inside


def carries_meaning(word: str, language: str | None) -> bool:
    """Not grammar, and not a number, link, address, handle or tag, which are names."""
    if not _LETTER.search(word) or word.startswith("#") or "@" in word or "/" in word:
        return False
    return word not in ENGLISH_FUNCTION_WORDS if language == "en" else len(word) > SHORT_WORD


def _names(found: list[Token]) -> frozenset[str]:
    """Words with a capital inside a sentence of this text, and nowhere in it without one."""
    capitalised = {key(found[index].surface) for index in range(len(found)) if is_name(found, index)}
    return frozenset(capitalised - {token.surface for token in found if token.word})


def is_name(found: list[Token], index: int) -> bool:
    """Whether a word has a capital though it opens no sentence. `I` has one by rule."""
    surface = found[index].surface
    if not found[index].word or not surface[0].isupper() or _FIRST_PERSON.match(surface.replace("’", "'")):
        return False
    before = found[index - 1] if index else None
    return before is not None and (before.word or before.surface in {",", "'", "’"})
