"""A folder of evaluation data: edits by writer, own texts by author, sentence cases. JSON Lines, one object a line.

`edits/*.jsonl`: id, writer, draft, edited, and meta with `kind` (`machine-draft` or `human-draft`) and `match`.
`authors/*.jsonl`: read by `check`. `sentences/golden.jsonl`: id, lang, text, sentences. Any file may be missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from voice_engine.language import detect
from voice_engine.voice.delta import Delta, measure
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit, learn

PROSE = "lamp"  # the set with many edits of each writer
MESSAGES = "postedit"  # the set with few edits of many writers, the nearest to the product's use
LEAST_EDITS = 20  # of a writer, to measure what they do later
_FIRST_SAVE = datetime(2026, 1, 1, tzinfo=UTC)


class DataError(Exception):
    """The folder cannot be evaluated. The message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    """One edit. rebuilt: put together from other sources, with contractions that are not the writer's."""

    id: str
    writer: str
    draft: str
    edited: str
    machine: bool
    rebuilt: bool


@dataclass(frozen=True, slots=True)
class Case:
    """One text and the sentences that people say it has."""

    id: str
    language: str
    text: str
    sentences: tuple[str, ...]


@dataclass(frozen=True)
class Data:
    """All of a folder. edits: by the name of their file, in its order."""

    folder: Path
    edits: Mapping[str, tuple[Row, ...]]
    cases: tuple[Case, ...]
    _deltas: dict[str, Delta] = field(default_factory=dict)
    _states: dict[str, LearnedState] = field(default_factory=dict)

    def delta(self, row: Row) -> Delta:
        """What the edit did, as the product measures it; measured once."""
        found = self._deltas.get(row.id)
        if found is None:
            found = self._deltas[row.id] = measure((row.draft,), (row.edited,), detect(row.edited))
        return found

    def by_writer(self, name: str, least: int = 1) -> dict[str, tuple[Row, ...]]:
        """The edits of machine drafts in one file by writer, of the writers who made at least so many."""
        found: dict[str, list[Row]] = {}
        for row in self.edits.get(name, ()):
            if row.machine:
                found.setdefault(row.writer, []).append(row)
        return {writer: tuple(rows) for writer, rows in found.items() if len(rows) >= least}

    @cached_property
    def prose(self) -> dict[str, tuple[Row, ...]]:
        """The writers whose later edits can be told from their earlier ones."""
        return self.by_writer(PROSE, LEAST_EDITS)

    @cached_property
    def messages(self) -> dict[str, tuple[Row, ...]]:
        return self.by_writer(MESSAGES)

    def edit(self, row: Row, number: int) -> Edit:
        """The row as the learner meets it: save `number` of a draft of its own."""
        return Edit(_ident(row.id), _ident(row.id), _FIRST_SAVE + timedelta(hours=number), self.delta(row))

    def befores(self, rows: Sequence[Row]) -> Iterator[tuple[Row, LearnedState]]:
        """Each of a writer's edits with the state that the edits before it left; learned once, whoever asks."""
        state = LearnedState()
        for number, row in enumerate(rows, 1):
            yield row, state
            after = self._states.get(row.id)
            if after is None:
                after = self._states[row.id] = learn(state, self.edit(row, number))
            state = after


@cache
def _ident(row_id: str) -> str:
    """24 hex digits, another for each row."""
    return sha256(row_id.encode()).hexdigest()[:24]


def read(folder: Path) -> Data:
    """Reads a folder. Raises DataError where there is none, or where a line cannot be read."""
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder")
    edits = {path.stem: tuple(_rows(path, _row)) for path in sorted((folder / "edits").glob("*.jsonl"))}
    cases = tuple(_rows(folder / "sentences" / "golden.jsonl", _case))
    if not edits and not cases:
        raise DataError(f"{folder} has neither edits/*.jsonl nor sentences/golden.jsonl")
    return Data(folder, edits, cases)


def _rows[T](path: Path, made: Callable[[dict[str, Any]], T]) -> Iterator[T]:
    if not path.exists():
        return
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield made(json.loads(line))
        except (KeyError, TypeError, ValueError) as error:
            raise DataError(f"{path.name}, line {number}: {type(error).__name__} {error}") from None


def _row(found: dict[str, Any]) -> Row:
    meta = found.get("meta") or {}
    return Row(
        id=found["id"],
        writer=found["writer"],
        draft=found["draft"],
        edited=found["edited"],
        machine=meta.get("kind", "machine-draft") == "machine-draft",
        rebuilt=meta.get("match") == "rebuilt",
    )


def _case(found: dict[str, Any]) -> Case:
    return Case(found["id"], found["lang"], found["text"], tuple(found["sentences"]))
