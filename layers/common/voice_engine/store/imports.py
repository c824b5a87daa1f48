"""The collection `imports`: how far a person's import has come, one row a person.

Every step of an import moves its row on in the transaction that does the step. So a step that was broken off, doubled
or overtaken leaves nothing behind, and an account that is erased takes its import along.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import TypeAdapter
from pymongo import ASCENDING, IndexModel

from voice_engine.profile_key import profile_key
from voice_engine.store.database import Database, Session
from voice_engine.store.portable import Section

NAME = "imports"
SCHEMA = 1
# An import that nobody goes on with, and what is known of one that has ended.
KEPT = timedelta(hours=24)
INDEXES = (
    IndexModel([("userId", ASCENDING)]),
    IndexModel([("status", ASCENDING)], partialFilterExpression={"status": "rebuilding"}),
    IndexModel([("expiresAt", ASCENDING)], expireAfterSeconds=0),
)
type Status = Literal["receiving", "rebuilding", "done", "failed"]
# Of a rebuild, in this order; from `settling` on the voices are there, and `failing` takes back what was copied.
type Phase = Literal["copying", "telling", "settling", "failing"]


class Overtaken(Exception):
    """The import is not where it was any more: somebody else went on with it, or it is gone. Nothing was written."""


@dataclass(frozen=True, slots=True)
class ImportedVoice:
    """A voice and how many of the `version` rows of its log have come."""

    voice: str
    version: int
    updated_at: datetime
    learned_at: datetime | None
    rows: int = 0
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Import:
    """`pages` are SHA-256 of those taken. `counts`: items by section. `unnamed`: learned edits that no row of a log has
    named yet. `copied`: the id of the last staged row that was copied. `step` counts the moves."""

    id: str
    user_id: str
    started_at: datetime
    updated_at: datetime
    status: Status = "receiving"
    pages: tuple[str, ...] = ()
    section: Section = "profile"
    counts: tuple[tuple[Section, int], ...] = ()
    voices: tuple[ImportedVoice, ...] = ()
    unnamed: int = 0
    phase: Phase = "copying"
    copied: str = ""
    reason: str | None = None
    step: int = 0

    @property
    def items(self) -> int:
        return sum(number for _, number in self.counts)


_IMPORT = TypeAdapter(Import)


class Imports:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def find(self, user_id: str, *, session: Session | None = None) -> Import | None:
        row = self._collection(NAME).find_one({"_id": profile_key(user_id)}, session=session)
        return None if row is None else _IMPORT.validate_python(row["import"])

    def is_rebuilding(self, user_id: str) -> bool:
        query = {"_id": profile_key(user_id), "status": "rebuilding"}
        return self._collection(NAME).find_one(query, {"_id": 1}) is not None

    def rebuilding(self, limit: int) -> Sequence[Import]:
        """Imports that wait for the learner."""
        found = self._collection(NAME).find({"status": "rebuilding"}).limit(limit)
        return [_IMPORT.validate_python(row["import"]) for row in found]

    def start(self, fresh: Import, *, session: Session) -> None:
        """In the place of whatever import the person had before."""
        self._collection(NAME).replace_one(
            {"_id": profile_key(fresh.user_id)}, _row(fresh), upsert=True, session=session
        )

    def move(self, before: Import, after: Import, *, session: Session | None = None) -> Import:
        """Put `after` in the place of `before`, and return it with its step. Raises Overtaken."""
        after = replace(after, step=before.step + 1)
        query = {"_id": profile_key(before.user_id), "importId": before.id, "step": before.step}
        if self._collection(NAME).replace_one(query, _row(after), session=session).matched_count != 1:
            raise Overtaken
        return after

    def remove(self, before: Import) -> None:
        """Raises Overtaken."""
        query = {"_id": profile_key(before.user_id), "importId": before.id, "step": before.step}
        if self._collection(NAME).delete_one(query).deleted_count != 1:
            raise Overtaken


def _row(one: Import) -> dict[str, Any]:
    # While the voices are being made nothing may go: what is half copied could not be taken back any more.
    expiry = {} if one.status == "rebuilding" else {"expiresAt": one.updated_at + KEPT}
    return {
        "_id": profile_key(one.user_id),
        "schema": SCHEMA,
        "userId": one.user_id,
        "importId": one.id,
        "status": one.status,
        "step": one.step,
        **expiry,
        "import": _IMPORT.dump_python(one),
    }
