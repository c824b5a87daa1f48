"""The collection `imported`: what has come of an account that is taken in, until it is copied to where it belongs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pymongo import ASCENDING, IndexModel
from pymongo.errors import BulkWriteError

from voice_engine.store import archetypes, contents, edits, events
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import delete_each, update_each
from voice_engine.store.imports import KEPT, Import
from voice_engine.store.profiles import TELLING
from voice_engine.voice.log import Telling

NAME = "imported"
SCHEMA = 1
INDEXES = (
    IndexModel([("userId", ASCENDING)]),
    IndexModel([("importId", ASCENDING), ("document.contentId", ASCENDING)]),
    IndexModel([("expiresAt", ASCENDING)], expireAfterSeconds=0),
)
_DUPLICATE = 11000

# What is copied together: pending edits last, lest they be learned before their profile is there.
type Lot = Literal["archetype", "content", "edit", "event", "pending"]
COLLECTIONS: dict[Lot, str] = {
    "archetype": archetypes.NAME,
    "content": contents.NAME,
    "edit": edits.NAME,
    "event": events.NAME,
    "pending": edits.NAME,
}


class Conflict(Exception):
    """An id of the import is in use. Nothing was written."""


class Doubled(Exception):
    """What is to be staged is there already. `number` is its place among what was given."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"entry {number} is there already")


@dataclass(frozen=True, slots=True)
class StagedEdit:
    """What later items of an import need to know of an edit; ids are the new ones."""

    id: str
    profile: str
    content_id: str
    rev: int
    status: str
    learned_version: int | None


@dataclass(frozen=True, slots=True)
class Staged:
    """A document as it will lie in its collection."""

    lot: Lot
    document: Document


class Imported:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def stage(self, of: Import, staged: Sequence[Staged], *, session: Session) -> None:
        """Raises Doubled for a document whose id is there already."""
        rows = [
            {
                "_id": f"{of.id}:{one.lot}:{one.document['_id']}",
                "schema": SCHEMA,
                "importId": of.id,
                "userId": of.user_id,
                "lot": one.lot,
                "expiresAt": of.updated_at + KEPT,
                "document": one.document,
            }
            for one in staged
        ]
        if not rows:
            return
        try:
            self._collection(NAME).insert_many(rows, session=session)
        except BulkWriteError as error:
            first = (error.details or {}).get("writeErrors", [{}])[0]
            if first.get("code") != _DUPLICATE:
                raise
            raise Doubled(first["index"]) from None

    def edits(self, of: Import, ids: Sequence[str], *, session: Session) -> Iterator[StagedEdit]:
        """Those of the edits `ids`, new ones, that wait in the import."""
        names = [f"{of.id}:{lot}:{id_}" for id_ in ids for lot in ("edit", "pending")]
        yield from self._edits({"_id": {"$in": names}}, session)

    def edits_of(self, of: Import, contents: Sequence[str], *, session: Session) -> Iterator[StagedEdit]:
        """The edits of these contents that wait in the import."""
        yield from self._edits({"importId": of.id, "document.contentId": {"$in": list(contents)}}, session)

    def _edits(self, query: Document, session: Session) -> Iterator[StagedEdit]:
        fields = ("_id", "profile", "contentId", "rev", "status", "learnedVersion")
        shown = {f"document.{name}": 1 for name in fields}
        for row in self._collection(NAME).find(query, shown, session=session):
            yield StagedEdit(*(row["document"][name] for name in fields))

    def batch(self, of: Import, lot: Lot, *, after: str, limit: int) -> Sequence[tuple[str, Document]]:
        """What is staged of a lot, by the id of the staged row, from behind `after` on."""
        first = f"{of.id}:{lot}:"
        found = self._collection(NAME).find({"_id": {"$gt": max(after, first), "$lt": f"{first}~"}})
        return [(row["_id"], row["document"]) for row in found.sort("_id", ASCENDING).limit(limit)]

    def hold(self, of: Import) -> None:
        """Let nothing of it expire any more."""
        expiring = {"importId": of.id, "expiresAt": {"$exists": True}}
        update_each(self._collection(NAME), expiring, {"$unset": {"expiresAt": ""}})

    def ids(self, of: Import, lot: Lot, *, after: str, until: str, limit: int) -> Sequence[tuple[str, str]]:
        """As `batch`, the ids of the documents alone, up to the row `until`."""
        first = f"{of.id}:{lot}:"
        rows = {"_id": {"$gt": max(after, first), "$lte": until}}
        found = self._collection(NAME).find(rows, {"document._id": 1}).sort("_id", ASCENDING).limit(limit)
        return [(row["_id"], row["document"]["_id"]) for row in found]

    def count(self, of: Import) -> int:
        """How many documents are set aside."""
        return self._collection(NAME).count_documents({"importId": of.id, "lot": {"$exists": True}})

    def pending_are_free(self, of: Import) -> bool:
        """Whether no edit that is to be pending has the id of one that is there, or its place in a content."""
        after = ""
        while batch := self.batch(of, "pending", after=after, limit=500):
            after = batch[-1][0]
            taken = [{"_id": {"$in": [document["_id"] for _, document in batch]}}]
            taken += [{"contentId": document["contentId"], "rev": document["rev"]} for _, document in batch]
            if self._collection(edits.NAME).find_one({"$or": taken}, {"_id": 1}) is not None:
                return False
        return True

    def put(self, lot: Lot, documents: Sequence[Document], *, session: Session) -> None:
        """Copy documents to where they belong. Raises Conflict."""
        try:
            self._collection(COLLECTIONS[lot]).insert_many(documents, session=session)
        except BulkWriteError as error:
            if (error.details or {}).get("writeErrors", [{}])[0].get("code") != _DUPLICATE:
                raise
            raise Conflict from None

    def take_back(self, of: Import, lot: Lot, ids: Sequence[str], *, session: Session) -> None:
        """Delete what was copied, and nobody else's."""
        owner = "owner" if lot == "archetype" else "userId"
        query = {"_id": {"$in": list(ids)}, owner: of.user_id}
        self._collection(COLLECTIONS[lot]).delete_many(query, session=session)

    def forget(self, of: Import) -> None:
        delete_each(self._collection(NAME), {"importId": of.id})

    def telling(self, of: Import, voice: str) -> Telling:
        """How far the log of a voice has been told."""
        row = self._collection(NAME).find_one({"_id": f"{of.id}:telling:{voice}"})
        return Telling() if row is None else TELLING.validate_python(row["telling"])

    def keep_telling(self, of: Import, voice: str, telling: Telling, *, session: Session) -> None:
        row = {
            "schema": SCHEMA,
            "importId": of.id,
            "userId": of.user_id,
            "telling": TELLING.dump_python(telling),
        }
        self._collection(NAME).replace_one({"_id": f"{of.id}:telling:{voice}"}, row, upsert=True, session=session)
