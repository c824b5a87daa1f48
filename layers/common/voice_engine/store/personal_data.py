"""Every collection that holds what is a person's, and how one voice's part of it is told."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voice_engine.store import (
    archetypes,
    contents,
    edits,
    events,
    imported,
    imports,
    profiles,
    requests,
    retellings,
    versions,
)
from voice_engine.store.database import Database
from voice_engine.store.each import delete_each
from voice_engine.store.erasures import Scope

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Personal:
    """A collection whose documents name their person in `owner` and their voice, by its key, in `voice`.

    `voice` None: they do not say of which voice they are. `outlives_voices`: they are of none.
    """

    name: str
    owner: str = "userId"
    voice: str | None = "profile"
    outlives_voices: bool = False

    def of(self, scope: Scope) -> dict[str, Any]:
        query: dict[str, Any] = {self.owner: scope.user_id}
        return query if scope.profile is None or self.voice is None else {self.voice: scope.profile, **query}


# What a client sees goes first.
PERSONAL = (
    Personal(imports.NAME, voice=None, outlives_voices=True),
    Personal(imported.NAME, voice=None, outlives_voices=True),
    Personal(profiles.NAME, voice="_id"),
    Personal(contents.NAME),
    Personal(edits.NAME),
    Personal(events.NAME),
    Personal(versions.NAME),
    Personal(retellings.NAME),
    Personal(requests.NAME, voice=None),
    Personal(archetypes.NAME, owner="owner", voice=None, outlives_voices=True),
)


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some documents that are to be deleted together. `profiles`: keys of the voices that they are of."""

    collection: str
    ids: Sequence[Any]
    profiles: frozenset[str]


class PersonalData:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def chunks(self, scope: Scope) -> Iterator[Chunk]:
        """What there is, some at a time. The next one is looked for when this one has been deleted."""
        for kind in PERSONAL:
            if scope.profile is not None and kind.outlives_voices:
                continue
            fields = {kind.voice: 1} if kind.voice else {"_id": 1}
            while found := list(self._collection(kind.name).find(kind.of(scope), fields).limit(_CHUNK)):
                profiles = frozenset(row[kind.voice] for row in found) if kind.voice else frozenset()
                yield Chunk(kind.name, [row["_id"] for row in found], profiles)

    def delete(self, chunk: Chunk) -> None:
        delete_each(self._collection(chunk.collection), {}, ids=chunk.ids)
