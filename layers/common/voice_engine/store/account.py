"""All that a person has, collection by collection, in an order that nothing which is written meanwhile can change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pymongo import ASCENDING

from voice_engine.profile_key import profile_key
from voice_engine.store import archetypes, contents, edits, events, profiles
from voice_engine.store.database import Database, Session
from voice_engine.store.portable import (
    PortableArchetype,
    PortableContent,
    PortableEdit,
    PortableRow,
    archetype_of,
    content_of,
    edit_of,
    row_of,
)

# So many documents of the largest kind are about as much as one answer holds.
_BATCH = 25


@dataclass(frozen=True, slots=True)
class VoiceStand:
    """How far one voice has come."""

    voice: str
    incarnation: str
    version: int
    updated_at: datetime
    learned_at: datetime | None


class Account:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def voices(self, user_id: str) -> Sequence[VoiceStand]:
        """The person's voices that have a profile, by slug."""
        shown = {"voice": 1, "incarnation": 1, "version": 1, "updatedAt": 1, "learnedAt": 1}
        found = self._collection(profiles.NAME).find({"userId": user_id}, shown).sort("voice", ASCENDING)
        return [
            VoiceStand(one["voice"], one["incarnation"], one["version"], one["updatedAt"], one["learnedAt"])
            for one in found
        ]

    def edits(self, user_id: str, voices: Sequence[str], *, after: str, limit: int) -> Iterator[PortableEdit]:
        """The edits of these voices by id, from behind the id `after` on."""
        return map(edit_of, self._by_id(edits.NAME, user_id, voices, after, limit))

    def contents(self, user_id: str, voices: Sequence[str], *, after: str, limit: int) -> Iterator[PortableContent]:
        """The contents of these voices by id, from behind the id `after` on."""
        return map(content_of, self._by_id(contents.NAME, user_id, voices, after, limit))

    def archetypes(self, user_id: str, *, after: str, limit: int) -> Iterator[PortableArchetype]:
        """The person's own archetypes by slug, from behind the slug `after` on."""
        query = {"owner": user_id, "slug": {"$gt": after}}
        found = self._collection(archetypes.NAME).find(query).sort("slug", ASCENDING)
        return map(archetype_of, found.limit(limit))

    def log(self, user_id: str, voice: str, *, after: int, until: int, limit: int) -> Iterator[PortableRow]:
        """The rows of one voice, from behind version `after` up to and with `until`."""
        query = {"profile": profile_key(user_id, voice), "version": {"$gt": after, "$lte": until}}
        found = self._collection(events.NAME).find(query).sort("version", ASCENDING)
        return map(row_of, found.limit(limit).batch_size(_BATCH))

    def is_empty(self, user_id: str, *, session: Session) -> bool:
        """Whether the person has nothing at all, as the transaction of `session` sees it."""
        owners = dict.fromkeys((profiles.NAME, contents.NAME, edits.NAME, events.NAME), "userId")
        return all(
            self._collection(name).find_one({owner: user_id}, {"_id": 1}, session=session) is None
            for name, owner in (owners | {archetypes.NAME: "owner"}).items()
        )

    def _by_id(self, name: str, user_id: str, voices: Sequence[str], after: str, limit: int) -> Iterator[Any]:
        keys = [profile_key(user_id, voice) for voice in voices]
        query = {"userId": user_id, "_id": {"$gt": after}, "profile": {"$in": keys}}
        found = self._collection(name).find(query).sort("_id", ASCENDING)
        return iter(found.limit(limit).batch_size(_BATCH))
