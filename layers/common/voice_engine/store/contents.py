"""The collection `contents`: drafts as they were given, and their current text."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import DESCENDING, IndexModel

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import delete_each
from voice_engine.store.erasures import Erasures

NAME = "contents"
SCHEMA = 1
EXCERPT_CHARACTERS = 160
INDEXES = (
    IndexModel([("userId", 1), ("profile", 1), ("createdAt", DESCENDING), ("_id", DESCENDING)]),
    IndexModel([("userId", 1), ("_id", 1)]),
    IndexModel([("updatedAt", 1)]),
)


@dataclass(frozen=True, slots=True)
class Content:
    """A draft. `draft` and `current` are its posts in order; a plain text is one post with `thread` false.

    `rev` counts the edits saved on it; `current` is the text of the newest.
    """

    id: str
    user_id: str
    profile: str
    platform: str
    format: str | None
    thread: bool
    draft: tuple[str, ...]
    current: tuple[str, ...]
    rev: int
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """A content in a list: `excerpt` is the first EXCERPT_CHARACTERS of its current text, of a thread's first post."""

    id: str
    platform: str
    format: str | None
    rev: int
    excerpt: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list of a person's contents, newest first: everything older than this comes next."""

    created_at: datetime
    id: str


class Contents:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection
        self._erasures = Erasures(database)

    def insert(self, content: Content, *, session: Session) -> None:
        """Raises Erasing, and pymongo's DuplicateKeyError for one that is there already."""
        self._erasures.check(content.user_id, content.profile, session=session)
        self._collection(NAME).insert_one(_to_document(content), session=session)

    def find(self, user_id: str, id_: str, *, session: Session | None = None) -> Content | None:
        document = self._collection(NAME).find_one({"_id": id_, "userId": user_id}, session=session)
        return None if document is None else _from_document(document)

    def drafts(self, ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """The drafts of these contents as they were given; those that are gone are left out."""
        found = self._collection(NAME).find({"_id": {"$in": list(ids)}}, {"draft": 1})
        return {content["_id"]: tuple(content["draft"]) for content in found}

    def newest(self, user_id: str, profile: str, *, after: Place | None, limit: int) -> Sequence[Summary]:
        """At most `limit` contents of one voice, newest first, those after `after` where given. The server cuts the
        excerpts: a page of whole texts can be 10 MB."""
        query: dict[str, Any] = {"userId": user_id, "profile": profile}
        if after is not None:
            query["$or"] = [
                {"createdAt": {"$lt": after.created_at}},
                {"createdAt": after.created_at, "_id": {"$lt": after.id}},
            ]
        found = self._collection(NAME).find(query, _SUMMARY).sort([("createdAt", DESCENDING), ("_id", DESCENDING)])
        return [_to_summary(document) for document in found.limit(limit)]

    def advance(self, content: Content, text: tuple[str, ...], at: datetime, *, session: Session) -> Content | None:
        """Make `text` the current text if `content.rev` is still the newest; None, and nothing written, if not."""
        updated = self._collection(NAME).update_one(
            {"_id": content.id, "userId": content.user_id, "rev": content.rev},
            {"$set": {"current": list(text), "rev": content.rev + 1, "updatedAt": at}},
            session=session,
        )
        if updated.modified_count != 1:
            return None
        return replace(content, current=text, rev=content.rev + 1, updated_at=at)

    def expire(self, before: datetime, limit: int) -> int:
        """Delete at most `limit` contents that were last changed before a time; how many there were."""
        old = {"updatedAt": {"$lt": before}}
        ids = [
            content["_id"] for content in self._collection(NAME).find(old, {"_id": 1}).sort("updatedAt").limit(limit)
        ]
        return delete_each(self._collection(NAME), old, ids=ids)

    def delete(self, user_id: str, id_: str, *, session: Session) -> bool:
        """False where the person has no such content. Raises Erasing."""
        self._erasures.check(user_id, None, session=session)
        query = {"_id": id_, "userId": user_id}
        return self._collection(NAME).delete_one(query, session=session).deleted_count == 1


_SUMMARY = {
    "platform": 1,
    "format": 1,
    "rev": 1,
    "excerpt": {"$substrCP": [{"$first": "$current"}, 0, EXCERPT_CHARACTERS]},
    "createdAt": 1,
    "updatedAt": 1,
}


def _to_summary(document: Document) -> Summary:
    return Summary(
        id=document["_id"],
        platform=document["platform"],
        format=document["format"],
        rev=document["rev"],
        excerpt=document["excerpt"],
        created_at=document["createdAt"],
        updated_at=document["updatedAt"],
    )


def _to_document(content: Content) -> Document:
    return {
        "_id": content.id,
        "schema": SCHEMA,
        "userId": content.user_id,
        "profile": content.profile,
        "platform": content.platform,
        "format": content.format,
        "thread": content.thread,
        "draft": list(content.draft),
        "current": list(content.current),
        "rev": content.rev,
        "createdAt": content.created_at,
        "updatedAt": content.updated_at,
    }


def _from_document(document: Document) -> Content:
    return Content(
        id=document["_id"],
        user_id=document["userId"],
        profile=document["profile"],
        platform=document["platform"],
        format=document["format"],
        thread=document["thread"],
        draft=tuple(document["draft"]),
        current=tuple(document["current"]),
        rev=document["rev"],
        created_at=document["createdAt"],
        updated_at=document["updatedAt"],
    )
