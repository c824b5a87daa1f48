"""The collection `erasures`: people and voices that are being erased, and for a while those that were."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from voice_engine.errors import Erasing
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import delete_each

NAME = "erasures"
SCHEMA = 1
# So long it can be asked what became of an erasure; the row then holds nothing but a hash and times.
KEPT = timedelta(days=30)
_RUNNING = {"state": "erasing"}
INDEXES = (
    IndexModel([("askedAt", ASCENDING)], partialFilterExpression=_RUNNING),
    IndexModel([("doneAt", ASCENDING)], expireAfterSeconds=int(KEPT.total_seconds())),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """What is erased: all that a person has or, where `profile` is given, one of their voices by its key."""

    user_id: str
    profile: str | None = None

    @property
    def id(self) -> str:
        """A SHA-256 in hex: who knows the id of the person can find the row, and nobody can read it there."""
        kind, name = ("person", self.user_id) if self.profile is None else ("voice", self.profile)
        return hashlib.sha256(f"{kind}\0{name}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Erasure:
    state: Literal["erasing", "done"]
    asked_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunningErasure:
    """`profiles`: keys of the voices of which something was found so far."""

    scope: Scope
    profiles: tuple[str, ...]


class Erasures:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def check(self, user_id: str, profile: str | None, *, session: Session | None = None) -> None:
        """Raises Erasing where the person, or this voice of theirs, is being erased, as the transaction sees it.

        Whoever makes a document of a person's asks it in the same transaction. Without one it is asked by a write that
        has nothing to change, so that all writes are answered alike.
        """
        scopes = [Scope(user_id), *([Scope(user_id, profile)] if profile else [])]
        query = {"_id": {"$in": [scope.id for scope in scopes]}, **_RUNNING}
        if self._collection(NAME).find_one(query, {"_id": 1}, session=session) is not None:
            raise Erasing

    def ask(self, scope: Scope, at: datetime) -> None:
        """Begin an erasure. One that is running goes on as it was."""
        asked: Document = {
            **_RUNNING,
            "schema": SCHEMA,
            "userId": scope.user_id,
            "profile": scope.profile,
            "profiles": [],
            "askedAt": at,
            "begunAt": None,
            "doneAt": None,
        }
        not_running = {"_id": scope.id, "state": {"$ne": _RUNNING["state"]}}
        try:
            self._collection(NAME).update_one(not_running, {"$set": asked}, upsert=True)
        except DuplicateKeyError:
            return  # it is running

    def find(self, *scopes: Scope) -> Erasure | None:
        """The newest erasure of these, one that is running before one that is done; None where there is none."""
        rows = self._collection(NAME).find({"_id": {"$in": [scope.id for scope in scopes]}})
        found = [Erasure(row["state"], row["askedAt"], row["doneAt"]) for row in rows]
        return max(found, key=lambda one: (one.state == "erasing", one.asked_at), default=None)

    def running(self, limit: int) -> Sequence[RunningErasure]:
        """Those that were asked for first."""
        found = self._collection(NAME).find(_RUNNING).sort("askedAt", ASCENDING).limit(limit)
        return [RunningErasure(Scope(row["userId"], row["profile"]), tuple(row["profiles"])) for row in found]

    def begin(self, scope: Scope, at: datetime) -> datetime:
        """When this erasure was first seen running, which is now, at `at`, where nobody has seen it yet."""
        unseen = {"_id": scope.id, **_RUNNING, "begunAt": None}
        self._collection(NAME).update_one(unseen, {"$set": {"begunAt": at}})
        row = self._collection(NAME).find_one({"_id": scope.id, **_RUNNING}, {"begunAt": 1})
        # Another learner has ended it: nothing is left that would have to be waited for.
        return at if row is None else row["begunAt"]

    def remember(self, scope: Scope, profiles: Collection[str]) -> None:
        """Note keys of voices, so that their keys in Redis can be deleted when nothing else tells of them any more."""
        self._collection(NAME).update_one(
            {"_id": scope.id, **_RUNNING}, {"$addToSet": {"profiles": {"$each": sorted(profiles)}}}
        )

    def finish(self, scope: Scope, at: datetime) -> bool:
        """Leave a hash and times of an erasure, and of those of a person's voices nothing; False where it had ended."""
        if scope.profile is None:
            voices = {"userId": scope.user_id, "profile": {"$ne": None}}
            delete_each(self._collection(NAME), voices)
        done = {
            "$set": {"state": "done", "doneAt": at},
            "$unset": {"userId": "", "profile": "", "profiles": "", "begunAt": ""},
        }
        return self._collection(NAME).update_one({"_id": scope.id, **_RUNNING}, done).modified_count == 1
