"""Texts that a writer wrote themselves: which edits count as one, what is kept of them, and what they say."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from voice_engine.voice import evidence, features, fingerprint, observations
from voice_engine.voice import text as structure
from voice_engine.voice.features import Features
from voice_engine.voice.fingerprint import TextDigest
from voice_engine.voice.trait_kinds import MILLION, Choice, Level, Switch
from voice_engine.voice.traits import TRAITS

SAMPLE_SHARE = 800_000  # millionths changed, above which an edit is a new text rather than a correction
# Words of a text below which it shows nothing of how somebody writes: a draft rewritten to "-", "ok", an emoji, or half
# a sentence was thrown away. Two characters of a script without spaces count as one word.
LEAST_WORDS = 8
MAX_POSTS = 5  # sample posts kept, the newest
MAX_OWN = 8  # own texts whose measures are kept, the newest
KEPT, OF = 7, 8  # an own text weighs 7/8 of the one after it: merged by recency
PRIOR_TEXTS = 2  # own texts of 200 words that the value of the layer below stands for
# UTF-8 bytes of one sample post: about 170 words of English, 330 characters of Chinese. It bounds what a profile
# holds and what a prompt quotes.
MAX_POST_BYTES = 1_000


@dataclass(frozen=True, slots=True)
class Sample:
    """A text of the writer's own that they gave to be analysed: all that replay needs of it.

    language: ISO 639-1 code or None. features: of the whole text. post: its beginning (`excerpt`). digest: for the
    fingerprint.
    """

    id: str
    added_at: datetime
    language: str | None
    features: Features
    post: str
    digest: TextDigest | None = None


def sample(id_: str, added_at: datetime, text: str, language: str | None) -> Sample:
    """What is kept of a text that was given to be analysed."""
    return Sample(
        id_, added_at, language, features.count(text, language), excerpt(text, language), fingerprint.digest(text)
    )


def excerpt(text: str, language: str | None) -> str:
    """The text, or as many whole sentences from its beginning as MAX_POST_BYTES hold: `""` where not one does."""
    whole = structure.composed(text).strip()
    head = whole.encode("utf-8", "replace")[:MAX_POST_BYTES].decode("utf-8", "ignore")
    if head == whole:
        return whole
    found = structure.sentences(head, language)
    return head[: max(0, head.rfind(found[-1]))].strip() if found else ""


def is_text(found: Features) -> bool:
    """Whether a text of these counts says enough to be one of the writer's own."""
    return found.words + found.unspaced // 2 >= LEAST_WORDS


def words_of(text: str) -> int:
    """The words of a text, counted as for `is_text`."""
    return len(structure.words(text)) + structure.unspaced(text) // 2


@dataclass(frozen=True, slots=True)
class OwnText:
    """What is remembered of a text of the writer's own. id: of the sample or edit. words: of all of it. measures: of
    every trait (`observations.pack`). post: its beginning, kept for the newest MAX_POSTS."""

    id: str
    words: int
    measures: bytes
    post: str


def remember(own: tuple[OwnText, ...], id_: str, found: Features, post: str) -> tuple[OwnText, ...]:
    """The own texts, oldest first, with one more. One that came before under the same id gives way to it."""
    post = post or next((item.post for item in own if item.id == id_), "")
    fresh = OwnText(id_, found.words, observations.pack(trait.measure(found) for trait in TRAITS), post)
    known = [item for item in own if item.id != id_][1 - MAX_OWN :]
    spare = sum(bool(item.post) for item in known) + bool(post) - MAX_POSTS
    kept: list[OwnText] = []
    for item in known:
        drop = bool(item.post) and spare > 0
        spare -= drop
        kept.append(replace(item, post="") if drop else item)
    return (*kept, fresh)


def remembers(own: tuple[OwnText, ...], found: Features, post: str) -> bool:
    """Whether this very text is among the own texts, under whichever id: as many words, the same measures, the same
    post."""
    measures = observations.pack(trait.measure(found) for trait in TRAITS)
    return any((item.words, item.measures, item.post) == (found.words, measures, post) for item in own)


def posts(own: tuple[OwnText, ...]) -> tuple[str, ...]:
    """The sample posts, newest first, like ones once."""
    unique: dict[str, str] = {}
    for item in reversed(own):
        if item.post:
            unique.setdefault(item.post.casefold(), item.post)
    return tuple(unique.values())


def said(own: tuple[OwnText, ...], position: int, anchor: int | None = None) -> int | None:
    """What the own texts say of the trait at a position of the table, or None where they say nothing.

    A level is their mean, weighed by size and recency and shrunk towards `anchor`, what the layer below says, or
    neutral where it says nothing; any text says something of it. A
    switch or a choice is what most of them, so weighed, are, once there are as many as its votes must be.
    """
    trait = TRAITS[position]
    told: list[tuple[int, int]] = []
    for age, item in enumerate(reversed(own)):
        measure = observations.measured(item.measures, position)
        if measure is not None:
            told.append((evidence.size_weight(item.words) * KEPT**age // OF**age, measure))
    if not told:
        return None
    if isinstance(trait, Level):
        return _mean(trait, told, trait.neutral if anchor is None else anchor)
    return _majority(trait, told) if len(told) >= trait.least_votes else None


def _mean(trait: Level, told: list[tuple[int, int]], anchor: int) -> int:
    prior = PRIOR_TEXTS * MILLION
    total = sum(weight * measure for weight, measure in told) + prior * anchor
    return trait.bounded(total // (prior + sum(weight for weight, _ in told)))


def _majority(trait: Switch | Choice, told: list[tuple[int, int]]) -> int | None:
    weights: Counter[int] = Counter()
    for weight, measure in told:
        weights[measure if isinstance(trait, Choice) else MILLION * trait.on(measure)] += weight
    kind, weight = weights.most_common(1)[0]
    none = isinstance(trait, Choice) and kind == len(trait.choices)
    return None if none or 2 * weight <= weights.total() else kind
