"""Made-up ways of writing: a drafter's and two writers', over any subject, and fingerprints of one of them."""

from collections.abc import Iterable
from functools import reduce
from random import Random

from voice_engine.voice.fingerprint import Fingerprint, digest, update

WORDS = [
    "river",
    "stone",
    "garden",
    "letter",
    "window",
    "bread",
    "morning",
    "engine",
    "paper",
    "winter",
    "bridge",
    "lamp",
    "story",
    "market",
    "ticket",
    "summer",
    "number",
    "answer",
    "question",
    "coffee",
    "street",
    "people",
    "thing",
    "place",
    "year",
    "work",
    "hand",
    "part",
    "case",
    "week",
    "company",
    "system",
]


def plain(chance: Random, sentences: int = 8) -> str:
    """A text in the manner of a drafter: long sentences, commas, no contractions."""
    parts = [
        f"The {pick(chance)} is, however, near the {pick(chance)}, and the {pick(chance)} does not move."
        for _ in range(sentences)
    ]
    return " ".join(parts)


def terse(chance: Random, sentences: int = 8) -> str:
    """The same in the manner of one writer: short, dashes, contractions, exclamation marks."""
    parts = [
        f"It's a {pick(chance)} — don't {pick(chance)} it! And the {pick(chance)}? I'd say so."
        for _ in range(sentences)
    ]
    return " ".join(parts)


def wordy(chance: Random, sentences: int = 8) -> str:
    """The same in the manner of another."""
    parts = [
        f"one might suppose; that every {pick(chance)} (or {pick(chance)}) would be the {pick(chance)}..."
        for _ in range(sentences)
    ]
    return " ".join(parts)


def pick(chance: Random) -> str:
    return chance.choice(WORDS)


def folded(pairs: Iterable[tuple[str | None, str | None]], state: Fingerprint | None = None) -> Fingerprint:
    def step(before: Fingerprint, pair: tuple[str | None, str | None]) -> Fingerprint:
        draft, edited = (None if text is None else digest(text) for text in pair)
        return update(before, draft, edited, None)

    return reduce(step, pairs, state or Fingerprint())


def known_by(edits: int, seed: int = 1) -> Fingerprint:
    chance = Random(seed)
    return folded((plain(chance), terse(chance)) for _ in range(edits))
