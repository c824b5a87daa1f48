"""A simple drafter: it writes a short post about a topic in a given style. Simulated writers rewrite in theirs.

A text is a plan (what is said) rendered in a style (how). Draft and edit share the plan, as they do in life.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from voice_engine.voice import ngrams
from voice_engine.voice.fields import Substitution, Value

# What is said. {a|b}: two forms of one thing, the first the full one: a contraction, a plainer word.
CLAUSES = (
    "we {utilize|use} the {noun} every morning",
    "{it is|it's} not easy to explain {noun} to a stranger",
    "my neighbour {purchased|bought} a second {noun} last spring",
    "the team {did not|didn't} ask for another {noun}",
    "people {require|need} a {noun} that works on the first day",
    "{they are|they're} tired of waiting for {noun}",
    "the old {noun} broke on a rainy Tuesday",
    "I {do not|don't} believe that {noun} will save us",
    "a good {noun} takes about three weeks to get right",
    "we {commenced|started} with one table and a borrowed {noun}",
    "nobody {was not|wasn't} surprised by the {noun}",
    "{you will|you'll} see the {noun} when the door opens",
    "she {demonstrated|showed} how the {noun} holds together",
    "the price of {noun} went up twice this year",
    "I {have not|haven't} found a cheaper {noun} anywhere",
    "half of the work is choosing the right {noun}",
    "our customers {cannot|can't} tell one {noun} from the next",
    "the first {noun} fell apart in my hands",
    "{we are|we're} planning a longer test of {noun} in the autumn",
    "he {endeavoured|tried} to mend the {noun} with string",
    "the children {assisted|helped} us with the {noun} after school",
    "two hours with {noun} taught me more than the course",
    "{I am|I'm} writing this beside a box of {noun}",
    "the manual for the {noun} is forty pages too long",
    "most shops {terminated|ended} their {noun} offers in March",
    "the smell of {noun} stays in the room for days",
    "a cousin of mine {utilizes|uses} {noun} as a doorstop",
    "there were more {noun} in the cellar than chairs",
    "{it is|it's} strange how quickly {noun} go out of fashion",
    "the museum {purchased|bought} its {noun} from a retired captain",
    "the council {did not|didn't} allow {noun} on the bridge",
    "every Thursday a man with {noun} passes my window",
    "small towns {require|need} fewer {noun} than they think",
    "{they are|they're} cheaper where {noun} grow by the road",
    "our dog slept on the {noun} through the whole meeting",
    "{I am|I'm} told that {noun} were once a wedding gift",
    "the apprentice {demonstrated|showed} a knot that holds {noun}",
    "{you will|you'll} need both hands for wet {noun}",
    "a letter about {noun} took nine weeks to arrive",
    "the choir {terminated|ended} its season with a song about {noun}",
)
NOUNS = (
    "bread",
    "tents",
    "invoices",
    "bicycles",
    "pottery",
    "spreadsheets",
    "honey",
    "lanterns",
    "compost",
    "guitars",
    "maps",
    "soap",
    "ladders",
    "candles",
    "recipes",
    "boots",
    "radios",
    "kites",
    "pickles",
    "clocks",
    "blankets",
    "seedlings",
    "cameras",
    "violins",
    "tiles",
    "raincoats",
    "telescopes",
    "notebooks",
    "kettles",
    "hammocks",
)
PLAIN = {
    "utilize": "use",
    "utilizes": "uses",
    "purchased": "bought",
    "require": "need",
    "commenced": "started",
    "demonstrated": "showed",
    "endeavoured": "tried",
    "assisted": "helped",
    "terminated": "ended",
}
# What this drafter likes to begin sentences with. A sentence stands without it.
STOCK = (
    "It is worth noting that",
    "In today's fast-paced world",
    "At the end of the day",
    "Needless to say",
    "When all is said and done",
    "It goes without saying that",
    "In the grand scheme of things",
    "Without further ado",
    "Here is the exciting part:",
    "More often than not",
)
ASIDES = (
    "quietly and without fuss",
    "as my father used to say",
    "mostly on weekends",
    "to nobody's surprise",
    "and this still amazes me",
    "for better or worse",
)
SMILES = ("🙂", "🎉", "🌿", "🔥")

SENTENCES = 9
STOCK_SHARE = 0.45  # of sentences that could open with a stock phrase do
ASIDE_SHARE = 0.3
LONG = 1.4  # times the length that a writer likes, beyond which they cut a sentence


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing said. opener: a stock phrase before it; aside: words set off after it. Draws between 0 and 1 decide
    where a rate below one shows."""

    text: str
    opener: str
    aside: str
    draw: float


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is written.

    sentence_length: words. contracted: share of places. plain: the words of PLAIN that are used in their plain
    form. banned: keys of phrases that are left out. opening: own phrases that open the text. dashes, exclamations,
    emoji: per 100 words.
    """

    sentence_length: float = 20.0
    contracted: float = 0.7
    plain: frozenset[str] = frozenset()
    banned: frozenset[str] = frozenset()
    opening: tuple[str, ...] = ()
    dashes: float = 0.3
    exclamations: float = 0.0
    emoji: float = 0.0
    short_paragraphs: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A plan cut into sentences."""

    sentences: tuple[tuple[Clause, ...], ...]


def plan(chance: random.Random, style: Style, sentences: int | None = None) -> Text:
    """What the drafter says about one topic, cut into sentences of about the style's length: so many of two clauses
    each, SENTENCES unless given."""
    clauses = tuple(
        Clause(
            _spoken(text, chance.choice(NOUNS)),
            chance.choice(STOCK) if chance.random() < STOCK_SHARE else "",
            chance.choice(ASIDES) if chance.random() < ASIDE_SHARE else "",
            chance.random(),
        )
        for text in chance.sample(CLAUSES, 2 * (sentences or SENTENCES))
    )
    return Text(_cut(clauses, style.sentence_length))


def _spoken(text: str, noun: str) -> str:
    return text.replace("{noun}", noun)


def _cut(clauses: tuple[Clause, ...], length: float) -> tuple[tuple[Clause, ...], ...]:
    """Sentences whose mean length comes near `length`: each takes what brings the sum so far nearest."""
    found: list[tuple[Clause, ...]] = []
    current: tuple[Clause, ...] = ()
    before = 0
    for clause in clauses:
        aim = length * (len(found) + 1) - before
        if current and abs(_size(current) - aim) <= abs(_size((*current, clause)) - aim):
            before += _size(current)
            found.append(current)
            current = ()
        current = (*current, clause)
    return (*found, current)


def _size(sentence: Sequence[Clause]) -> int:
    """Words of a sentence, its stock phrase and the `and` between clauses included."""
    opener = len(sentence[0].opener.split()) if sentence else 0
    return opener + sum(len(item.text.split()) + len(item.aside.split()) + 1 for item in sentence) - 1


def follow(values: Mapping[str, Value | None]) -> Style:
    """The style that a profile asks for. Everything that it shows is obeyed, learned bans and substitutions too."""
    traits = {name.removeprefix("writingTraits."): value for name, value in values.items()}
    replaced = {
        ngrams.key(pair.before)
        for pair in _tuple(values.get("substitutions"))
        if isinstance(pair, Substitution) and PLAIN.get(ngrams.key(pair.before)) == ngrams.key(pair.after)
    }
    banned = {ngrams.key(phrase) for phrase in _tuple(values.get("bannedPhrases")) if isinstance(phrase, str)}
    return Style(
        sentence_length=_number(traits["avgSentenceLength"]),
        contracted=_number(traits["contractionShare"]),
        plain=frozenset(replaced | (banned & PLAIN.keys())),
        banned=frozenset(banned),
        opening=tuple(_openings(values.get("commonPhrases"))),
        dashes=_number(traits["dashesPer100Words"]),
        exclamations=_number(traits["exclamationsPer100Words"]),
        emoji=_number(traits["emojiFrequency"]) if traits["usesEmojis"] else 0.0,
        short_paragraphs=bool(traits["usesShortParagraphs"]),
    )


def _openings(value: Value | None) -> Iterator[str]:
    """What this drafter can use of the phrases that a writer likes: one of a single word opens no text."""
    yield from (phrase for phrase in _tuple(value) if isinstance(phrase, str) and " " in phrase)


def _number(value: Value | None) -> float:
    assert isinstance(value, float | int)
    return float(value)


def _tuple(value: Value | None) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()


def resplit(text: Text, length: float) -> Text:
    """What a writer does to sentences that are too long or too short for them; the rest is left."""
    found: list[tuple[Clause, ...]] = []
    for sentence in text.sentences:
        rest = sentence
        while len(rest) > 1 and _size(rest) > LONG * length:
            cut = _nearest(rest, length if _size(rest) > 2 * length else _size(rest) / 2)
            found.append(rest[:cut])
            rest = rest[cut:]
        found.append(rest)
    joined: list[tuple[Clause, ...]] = []
    for sentence in found:
        if joined and _size((*joined[-1], *sentence)) < length:
            joined[-1] = (*joined[-1], *sentence)
        else:
            joined.append(sentence)
    return Text(tuple(joined))


def _nearest(sentence: Sequence[Clause], size: float) -> int:
    """After which clause to cut, so that the first part comes nearest to a size."""
    return min(range(1, len(sentence)), key=lambda cut: abs(size - _size(sentence[:cut])))


def render(text: Text, style: Style) -> str:
    """The text as the style has it."""
    words = sum(map(_size, text.sentences))
    dashed = _chosen(text, style.dashes * words / 100, lambda clause: bool(clause.aside))
    shouted = _chosen(text, style.exclamations * words / 100)
    smiling = _chosen(text, style.emoji * words / 100)
    rendered: list[str] = []
    for sentence in text.sentences:
        parts = [_clause(clause, style, first=clause is sentence[0], dashed=clause in dashed) for clause in sentence]
        whole = ", and ".join(parts)
        end = "!" if any(clause in shouted for clause in sentence) else "."
        smiles = [SMILES[int(clause.draw * len(SMILES))] for clause in sentence if clause in smiling]
        rendered.append(" ".join([whole[0].upper() + whole[1:] + end, *smiles]))
    if style.opening:
        rendered[0] = f"{style.opening[0].capitalize()}, {rendered[0][0].lower()}{rendered[0][1:]}"
    step = 2 if style.short_paragraphs else 5
    return "\n\n".join(" ".join(rendered[at : at + step]) for at in range(0, len(rendered), step))


def _chosen(text: Text, count: float, may: Callable[[Clause], bool] = lambda _: True) -> set[Clause]:
    """So many clauses, those of the lowest draws; a part of one shows in that part of texts."""
    clauses = sorted((item for sentence in text.sentences for item in sentence if may(item)), key=_draw)
    whole = int(count)
    extra = bool(clauses) and _another(clauses[0].draw) < count - whole
    return set(clauses[: whole + extra])


def _draw(clause: Clause) -> float:
    return clause.draw


def _another(draw: float) -> float:
    """A second draw out of one."""
    return draw * 997 % 1


def _clause(clause: Clause, style: Style, *, first: bool, dashed: bool) -> str:
    said = _said(clause, style)
    if first and clause.opener and not _refused(clause.opener, style.banned):
        joint = " " if clause.opener.endswith((":", "that")) else ", "
        said = f"{clause.opener}{joint}{said}"
    if not clause.aside:
        return said
    return f"{said} — {clause.aside}" if dashed else f"{said}, {clause.aside}"


def _refused(phrase: str, banned: frozenset[str]) -> bool:
    padded = f" {ngrams.key(phrase.rstrip(':'))} "
    return any(f" {key} " in padded for key in banned)


def _said(clause: Clause, style: Style) -> str:
    """The clause with one form of each pair chosen."""
    before, opened, rest = clause.text.partition("{")
    if not opened:
        return before
    pair, _, after = rest.partition("}")
    full, short = pair.split("|")
    if full in PLAIN:
        return before + (short if full in style.plain else full) + after
    return before + (short if _another(clause.draw) < style.contracted else full) + after
