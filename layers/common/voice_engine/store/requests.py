"""The collection `requests`: the first answer to each request that named an Idempotency-Key."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from pymongo import ASCENDING, IndexModel
from pymongo.errors import DuplicateKeyError

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.erasures import Erasures

NAME = "requests"
SCHEMA = 1
KEPT = timedelta(hours=24)
INDEXES = (
    IndexModel([("userId", ASCENDING)]),
    IndexModel([("answeredAt", ASCENDING)], expireAfterSeconds=int(KEPT.total_seconds())),
)

# What a use case calls inside the transaction of its effect, as the last thing in it.
type Keep[Result] = Callable[[Result, Session], None]


@dataclass(frozen=True, slots=True)
class Request:
    """`key` is the person's own name for it; `fingerprint` is the same for the same request only."""

    user_id: str
    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Answer:
    """`about`: what has to be deleted for this to be deleted with it: ids of a content and an edit, a profile's key, an
    archetype. `body` None: it was."""

    status: int
    headers: Mapping[str, str]
    body: str | None
    about: Sequence[str] = ()


class AnsweredAlready(Exception):
    """The person's key has an answer. What the transaction wrote is not kept."""


class Requests:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._collection = database.collection
        self._erasures = Erasures(database)

    def find(self, user_id: str, key: str) -> tuple[Request, Answer] | None:
        """The request that first used this key, and its answer."""
        row = self._collection(NAME).find_one({"_id": _id(user_id, key)})
        if row is None:
            return None
        return Request(user_id, key, row["fingerprint"]), _answer(row)

    def insert(self, request: Request, answer: Answer, at: datetime, *, session: Session | None = None) -> None:
        """In a transaction of its own where none is given. Raises AnsweredAlready where the key is in use, Erasing."""
        row = {
            "_id": _id(request.user_id, request.key),
            "schema": SCHEMA,
            "userId": request.user_id,
            "fingerprint": request.fingerprint,
            "status": answer.status,
            "headers": dict(answer.headers),
            "body": answer.body,
            "about": list(answer.about),
            "answeredAt": at,
        }

        def work(session: Session) -> None:
            self._erasures.check(request.user_id, None, session=session)
            self._collection(NAME).insert_one(row, session=session)

        try:
            if session is None:
                self._database.transaction(work)
            else:
                work(session)
        except DuplicateKeyError:
            raise AnsweredAlready from None

    def amend(self, request: Request, body: str) -> None:
        """Put the body that was sent in the place of the one that was foreseen in the transaction; one that was deleted
        meanwhile stays so."""
        which = {"_id": _id(request.user_id, request.key), "fingerprint": request.fingerprint, "body": {"$ne": None}}
        self._collection(NAME).update_one(which, {"$set": {"body": body}})

    def forget(self, user_id: str, about: str, *, session: Session) -> None:
        """Delete what a person was answered about this. Their keys stay in use: sent again, what made it must not make
        it anew."""
        self._collection(NAME).update_many(
            {"userId": user_id, "about": about}, {"$set": {"body": None}}, session=session
        )


def _answer(row: Document) -> Answer:
    return Answer(row["status"], row["headers"], row["body"], row.get("about", ()))


def _id(user_id: str, key: str) -> str:
    """Unique by being the id, in a database that is not migrated yet, too."""
    return f"{quote(user_id, safe='')}:{key}"
