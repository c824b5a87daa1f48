"""The collection `archetypes`: the presets, which are nobody's, and those that people made for themselves."""

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import TypeAdapter
from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import delete_each
from voice_engine.store.erasures import Erasures
from voice_engine.store.event_forms import entries_of, from_entries
from voice_engine.voice.archetypes import MOST_OWN, PRESETS, Archetype

NAME = "archetypes"
SCHEMA = 1
INDEXES = (IndexModel([("owner", ASCENDING), ("slug", ASCENDING)], unique=True),)

LIST = TypeAdapter(tuple[Archetype, ...])
# Another number whenever a preset is another one.
EDITION = zlib.crc32(LIST.dump_json(PRESETS))


@dataclass(frozen=True, slots=True)
class StoredArchetype:
    """`uses` counts how often it was applied, by everybody who may."""

    id: str
    archetype: Archetype
    uses: int


class SlugTaken(Exception):
    """The person has an archetype of this slug. Nothing was written."""


class NoRoom(Exception):
    """The person has as many archetypes as they may have. Nothing was written."""


class Archetypes:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection
        self._erasures = Erasures(database)

    def presets(self) -> tuple[Archetype, ...]:
        """In the order in which they are shown."""
        found = self._collection(NAME).find({"owner": None}, {"usageCount": 0}).sort("place", ASCENDING)
        return tuple(map(_archetype, found))

    def preset_uses(self) -> Mapping[str, int]:
        """How often each preset was applied, by slug."""
        found = self._collection(NAME).find({"owner": None}, {"slug": 1, "usageCount": 1})
        return {document["slug"]: document["usageCount"] for document in found}

    def own(self, owner: str) -> Sequence[StoredArchetype]:
        """Those of a person, by slug."""
        return [_stored(document) for document in self._collection(NAME).find({"owner": owner}).sort("slug", ASCENDING)]

    def find(self, owner: str, slug: str) -> StoredArchetype | None:
        """The preset or the person's own archetype of this slug."""
        document = self._collection(NAME).find_one({"owner": {"$in": [None, owner]}, "slug": slug})
        return None if document is None else _stored(document)

    def insert(self, owner: str, archetype: Archetype, place: int, *, session: Session) -> None:
        """Raises Erasing, and pymongo's DuplicateKeyError when the slug or the place, below MOST_OWN, is taken."""
        self._erasures.check(owner, None, session=session)
        document = {"_id": own_id(owner, place), "schema": SCHEMA, "owner": owner, "usageCount": 0}
        self._collection(NAME).insert_one(document | _to_document(archetype), session=session)

    def free_places(self, owner: str, slug: str) -> Sequence[int]:
        """Where an archetype of this slug can go. Raises SlugTaken, and NoRoom where there is none.

        The places are part of the ids, so that no two requests at once can pass the limit.
        """
        found = list(self._collection(NAME).find({"owner": {"$in": [None, owner]}}, {"slug": 1}))
        if any(document["slug"] == slug for document in found):
            raise SlugTaken
        ids = {document["_id"] for document in found}
        free = [place for place in range(MOST_OWN) if own_id(owner, place) not in ids]
        if not free:
            raise NoRoom
        return free

    def remove(self, owner: str, slug: str, *, session: Session | None = None) -> bool:
        """Whether there was one of the person's own."""
        own = {"owner": owner, "slug": slug}
        return self._collection(NAME).delete_one(own, session=session).deleted_count == 1

    def count_use(self, id_: str, *, session: Session) -> bool:
        """False when the archetype is there no more."""
        counted = self._collection(NAME).update_one({"_id": id_}, {"$inc": {"usageCount": 1}}, session=session)
        return counted.matched_count == 1


def seed(database: Database) -> None:
    """Bring the presets to what this code has. How often they were used is never touched."""
    collection = database.collection(NAME)
    for place, preset in enumerate(PRESETS):
        told = {"schema": SCHEMA, "owner": None, "place": place, **_to_document(preset)}
        change = {"$set": told, "$setOnInsert": {"usageCount": 0}}
        try:
            collection.update_one({"_id": _preset_id(preset.slug)}, change, upsert=True)
        except DuplicateKeyError:  # two at once: now it is there
            collection.update_one({"_id": _preset_id(preset.slug)}, change)
    delete_each(collection, {"owner": None, "slug": {"$nin": [preset.slug for preset in PRESETS]}})


def _preset_id(slug: str) -> str:
    return f"preset:{slug}"


def own_id(owner: str, place: int) -> str:
    return f"own:{quote(owner, safe='')}:{place}"


def _to_document(archetype: Archetype) -> Document:
    return {
        "slug": archetype.slug,
        "name": archetype.name,
        "description": archetype.description,
        "values": entries_of(archetype.values),
    }


def _stored(document: Document) -> StoredArchetype:
    return StoredArchetype(document["_id"], _archetype(document), document["usageCount"])


def _archetype(document: Document) -> Archetype:
    return Archetype(document["slug"], document["name"], document["description"], from_entries(document["values"]))
