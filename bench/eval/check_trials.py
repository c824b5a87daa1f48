"""Trials of telling a person's text from another's: who is known by which texts, and which texts are to be told apart.

Four sets: blogs, microposts, prose (edits of LAMP) and messages (postedit's texts written without a draft). Texts are
drawn by a seed of their own for each trial, so a trial is the same in every run.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

KNOWN = (1, 3, 10, 30)
LEAST_TESTED = 5  # texts of a person beside the known ones
MOST_TESTED = 15
MOST_OTHERS = 30
HALVES = 2  # where no drafts are at hand, half of the other people stand for drafts, half are to be told from


@dataclass(frozen=True, slots=True)
class Pair:
    """A machine's draft, and what a person made of it."""

    writer: str
    draft: str
    edited: str


@dataclass(frozen=True, slots=True)
class Trial:
    """known: pairs of a draft and a text of the person. own, others: texts to be told apart. machine: whether the
    drafts are a machine's; else they are other people's texts. others_by: who wrote each of `others`."""

    name: str
    writer: str
    known: tuple[tuple[str, str], ...]
    own: tuple[str, ...]
    others: tuple[str, ...]
    others_by: tuple[str, ...]
    machine: bool


@dataclass(frozen=True)
class People:
    """The texts of a folder by set and writer."""

    texts: Mapping[str, Mapping[str, tuple[str, ...]]]
    pairs: Mapping[str, Mapping[str, tuple[Pair, ...]]]

    @cached_property
    def trials(self) -> tuple[Trial, ...]:
        found = [*self._plain("blogs"), *self._plain("microposts"), *self._prose(), *self._messages()]
        return tuple(trial for trial in found if trial.own and trial.others)

    def _plain(self, name: str) -> Iterator[Trial]:
        """Other people's texts in the place of drafts; those to be told from are by yet others."""
        texts = self.texts.get(name, {})
        for writer, count, chance in _draws(name, texts):
            others = _shuffled([other for other in texts if other != writer], chance)
            given, against = others[: len(others) // HALVES], others[len(others) // HALVES :]
            drafts = _shuffled([text for other in given for text in texts[other]], chance)
            own = _shuffled(texts[writer], chance)
            if len(drafts) >= count and against:
                known = tuple(zip(drafts[:count], own[:count], strict=True))
                yield _trial(name, writer, known, own[count:], {other: texts[other] for other in against}, chance)

    def _prose(self) -> Iterator[Trial]:
        pairs = self.pairs.get("prose", {})
        texts = {writer: tuple(pair.edited for pair in found) for writer, found in pairs.items()}
        for writer, count, chance in _draws("prose", texts):
            own = _shuffled(pairs[writer], chance)
            known = tuple((pair.draft, pair.edited) for pair in own[:count])
            rest = [pair.edited for pair in own[count:]]
            yield _trial("prose", writer, known, rest, _without(texts, writer), chance, machine=True)

    def _messages(self) -> Iterator[Trial]:
        """Texts without a draft, two a person, by turns: one is known, beside a draft that they were given, alone or
        with some of their edits; the other is to be recognised."""
        texts = self.texts.get("messages", {})
        for writer, own in sorted(texts.items()):
            pairs = self.pairs.get("messages", {}).get(writer, ())
            for count in KNOWN:
                for number in range(len(own) if len(own) > 1 and len(pairs) >= count else 0):
                    chance = random.Random(f"messages {writer} {count} {number}")
                    first, *more = _shuffled(pairs, chance)[:count]
                    known = ((first.draft, own[number]), *((pair.draft, pair.edited) for pair in more))
                    rest = [text for other, text in enumerate(own) if other != number]
                    yield _trial("messages", writer, known, rest, _without(texts, writer), chance, machine=True)


def _draws(name: str, texts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, int, random.Random]]:
    for writer in sorted(texts):
        for count in KNOWN:
            if len(texts[writer]) >= count + LEAST_TESTED:
                yield writer, count, random.Random(f"{name} {writer} {count}")


def _trial(
    name: str,
    writer: str,
    known: tuple[tuple[str, str], ...],
    own: Sequence[str],
    others: Mapping[str, Sequence[str]],
    chance: random.Random,
    *,
    machine: bool = False,
) -> Trial:
    """Texts of the others by turns, so that each of them is met as often."""
    waiting = {other: _shuffled(texts, chance) for other, texts in sorted(others.items())}
    met: list[tuple[str, str]] = []
    while len(met) < MOST_OTHERS and any(waiting.values()):
        met += [(other, texts.pop()) for other, texts in waiting.items() if texts]
    del met[MOST_OTHERS:]
    return Trial(
        name,
        writer,
        known,
        tuple(own[:MOST_TESTED]),
        tuple(text for _, text in met),
        tuple(other for other, _ in met),
        machine,
    )


def _without[T](found: Mapping[str, T], writer: str) -> dict[str, T]:
    return {other: value for other, value in found.items() if other != writer}


def _shuffled[T](items: Sequence[T], chance: random.Random) -> list[T]:
    return chance.sample(list(items), len(items))


def read(folder: Path) -> People:
    """The people of a folder. Blogs in a language that one person alone writes in have nobody to be told from."""
    blogs = _by(folder / "authors" / "blogs.jsonl", "author", lambda row: (str(row.get("lang")), str(row["text"])))
    languages = {writer: found[0][0] for writer, found in blogs.items()}
    shared = {language for language in languages.values() if list(languages.values()).count(language) > HALVES}
    return People(
        texts={
            "blogs": {
                writer: tuple(text for _, text in found)
                for writer, found in blogs.items()
                if languages[writer] in shared
            },
            "microposts": _texts(folder / "authors" / "microposts.jsonl"),
            "messages": _texts(folder / "authors" / "postedit.jsonl"),
        },
        pairs={
            "prose": _pairs(folder / "edits" / "lamp.jsonl"),
            "messages": _pairs(folder / "edits" / "postedit.jsonl"),
        },
    )


def _texts(path: Path) -> dict[str, tuple[str, ...]]:
    return _by(path, "author", lambda row: str(row["text"]))


def _pairs(path: Path) -> dict[str, tuple[Pair, ...]]:
    return _by(path, "writer", lambda row: Pair(str(row["writer"]), str(row["draft"]), str(row["edited"])))


def _by[T](path: Path, name: str, made: Callable[[Mapping[str, object]], T]) -> dict[str, tuple[T, ...]]:
    found: dict[str, list[T]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            found.setdefault(str(row[name]), []).append(made(row))
    return {writer: tuple(items) for writer, items in found.items()}
