"""The collection `edits`: what a writer made of a draft, save by save, and what was learned of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import TypeAdapter
from pymongo import ASCENDING, DESCENDING, IndexModel, UpdateOne

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import update_each
from voice_engine.store.erasures import Erasures
from voice_engine.voice.delta import Delta
from voice_engine.voice.distance import DraftDistance
from voice_engine.voice.learning import Edit as MeasuredEdit

NAME = "edits"
SCHEMA = 1
_PENDING = {"status": "pending"}
_FAILED = {"status": "failed"}
_UNLEARNING = {"status": "unlearning"}
_TEXTS = {"base": "", "text": ""}
_HAS_TEXT = {"text": {"$exists": True}}
INDEXES = (
    IndexModel([("contentId", ASCENDING), ("rev", ASCENDING)], unique=True),
    IndexModel([("userId", ASCENDING), ("_id", ASCENDING)]),
    IndexModel([("profile", ASCENDING), ("savedAt", ASCENDING)], partialFilterExpression=_PENDING),
    IndexModel([("savedAt", ASCENDING)], partialFilterExpression=_PENDING),
    IndexModel([("failedAt", DESCENDING), ("_id", DESCENDING)], partialFilterExpression=_FAILED),
    IndexModel([("profile", ASCENDING), ("_id", ASCENDING)], partialFilterExpression=_FAILED),
    IndexModel([("profile", ASCENDING)], partialFilterExpression=_UNLEARNING),
    IndexModel([("savedAt", ASCENDING), ("_id", ASCENDING)], partialFilterExpression=_HAS_TEXT),
    IndexModel([("profile", ASCENDING), ("status", ASCENDING), ("savedAt", ASCENDING)]),
)
# Batches are learned in this order; it is total, because a content has one edit a rev.
_ORDER = [("savedAt", ASCENDING), ("contentId", ASCENDING), ("rev", ASCENDING)]

DELTA = TypeAdapter(Delta)
# The fields of a PendingEdit.
_POINTERS = {"userId": 1, "profile": 1, "contentId": 1, "savedAt": 1, "attempts": 1}

type Status = Literal["pending", "learned", "ignored", "failed", "unlearning", "unlearned"]


@dataclass(frozen=True, slots=True)
class SavedEdit:
    """One save. `base` is the text of the previous rev and `text` what the writer made of it, post by post; both are
    empty once they were deleted. `format`: what kind of text it is (`fingerprint.format_name`).

    `attempts` counts the times that learning it was begun; `reason` tells why an edit is ignored or failed.
    `learned_version` and `unlearned_version` are the profile's first ones with it and without it again.
    """

    id: str
    profile: str
    user_id: str
    content_id: str
    rev: int
    base: tuple[str, ...]
    text: tuple[str, ...]
    saved_at: datetime
    status: Status = "pending"
    reason: str | None = None
    attempts: int = 0
    learned_version: int | None = None
    unlearned_version: int | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class PendingEdit:
    """What a job needs to know of an edit that waits: ids, never text."""

    id: str
    user_id: str
    profile: str
    content_id: str
    saved_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class FailedEdit:
    """An edit that learning has given up: ids and a reason, never text."""

    id: str
    profile: str
    attempts: int
    reason: str
    failed_at: datetime


class Edits:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection
        self._erasures = Erasures(database)

    def insert(self, edit: SavedEdit, *, session: Session) -> None:
        """Raises Erasing."""
        self._erasures.check(edit.user_id, edit.profile, session=session)
        self._collection(NAME).insert_one(_to_document(edit), session=session)

    def find(self, user_id: str, id_: str) -> SavedEdit | None:
        document = self._collection(NAME).find_one({"_id": id_, "userId": user_id})
        return None if document is None else _from_document(document)

    def exists(self, id_: str) -> bool:
        return self._collection(NAME).find_one({"_id": id_}, {"_id": 1}) is not None

    def pending(self, profile: str, *, limit: int, without: Sequence[str] = ()) -> Sequence[PendingEdit]:
        """The oldest pending edits of `profile` but those `without`, in the order in which they are to be learned."""
        query = {"profile": profile, **_PENDING, "_id": {"$nin": list(without)}}
        found = self._collection(NAME).find(query, _POINTERS).sort(_ORDER).limit(limit)
        return [_pending_edit(document) for document in found]

    def oldest_pending(self, profile: str) -> datetime | None:
        """When the oldest pending edit of `profile` was saved."""
        document = self._collection(NAME).find_one({"profile": profile, **_PENDING}, {"savedAt": 1}, sort=_ORDER)
        return None if document is None else document["savedAt"]

    def saved_at(self, ids: Sequence[str]) -> dict[str, datetime]:
        """When each of `ids` was saved; those that are gone are left out."""
        found = self._collection(NAME).find({"_id": {"$in": list(ids)}}, {"savedAt": 1})
        return {edit["_id"]: edit["savedAt"] for edit in found}

    def all_pending(self, limit: int) -> Sequence[PendingEdit]:
        """The oldest pending edits of everybody."""
        found = self._collection(NAME).find(_PENDING, _POINTERS).sort("savedAt", ASCENDING).limit(limit)
        return [_pending_edit(document) for document in found]

    def whole(self, ids: Sequence[str]) -> Sequence[SavedEdit]:
        """The edits with their texts, in the order of `ids`; without those that are gone."""
        found = {edit["_id"]: edit for edit in self._collection(NAME).find({"_id": {"$in": list(ids)}})}
        return [_from_document(found[id_]) for id_ in ids if id_ in found]

    def count_attempt(self, ids: Sequence[str], by: int = 1) -> None:
        """Add `by` to the attempts of those of `ids` that are pending."""
        update_each(self._collection(NAME), _PENDING, {"$inc": {"attempts": by}}, ids=ids)

    def fail(self, id_: str, reason: str, at: datetime) -> None:
        """Take a pending edit out of learning, until an operator sends it round again."""
        failed = {"$set": {"status": "failed", "reason": reason, "failedAt": at}}
        self._collection(NAME).update_one({"_id": id_, **_PENDING}, failed)

    def failed(self, *, after: tuple[datetime, str] | None, limit: int) -> Sequence[FailedEdit]:
        """At most `limit` failed edits of everybody, the last that failed first, those behind the place `after`."""
        query: dict[str, Any] = dict(_FAILED)
        if after is not None:
            failed_at, id_ = after
            query["$or"] = [{"failedAt": {"$lt": failed_at}}, {"failedAt": failed_at, "_id": {"$lt": id_}}]
        fields = {"profile": 1, "attempts": 1, "reason": 1, "failedAt": 1}
        found = self._collection(NAME).find(query, fields).sort([("failedAt", DESCENDING), ("_id", DESCENDING)])
        return [
            FailedEdit(edit["_id"], edit["profile"], edit["attempts"], edit["reason"], edit["failedAt"])
            for edit in found.limit(limit)
        ]

    def failed_count(self) -> int:
        # The condition on the index's own field lets the server count in the index.
        ever = {"$gt": datetime.min.replace(tzinfo=UTC)}
        return self._collection(NAME).count_documents({**_FAILED, "failedAt": ever})

    def settled(self, ids: Sequence[str]) -> list[str]:
        """Those of the edits that are there, and wait neither for the learner nor for an operator."""
        query = {"_id": {"$in": list(ids)}, "status": {"$nin": ["pending", "failed"]}}
        return [edit["_id"] for edit in self._collection(NAME).find(query, {"_id": 1})]

    def retry(self, id_: str | None, *, session: Session) -> int:
        """Make a failed edit, or all of them, pending again with no attempts counted; how many there were."""
        which = _FAILED | ({} if id_ is None else {"_id": id_})
        again = {"$set": {"status": "pending", "reason": None, "attempts": 0}, "$unset": {"failedAt": ""}}
        return self._collection(NAME).update_many(which, again, session=session).modified_count

    def ignore_waiting(self, profile: str, reason: str, *, session: Session) -> None:
        """Take what waits for the learner, or for an operator's retry, out of learning for good."""
        ignored = {"$set": {"status": "ignored", "reason": reason}, "$unset": {"failedAt": ""}}
        # One after the other, because each has an index of its own.
        for waiting in (_PENDING, _FAILED):
            self._collection(NAME).update_many({"profile": profile, **waiting}, ignored, session=session)

    def count_by_status(self, profile: str) -> dict[str, int]:
        """How many edits of `profile` there are, by status; a status without any is absent."""
        counted = self._collection(NAME).aggregate(
            [{"$match": {"profile": profile}}, {"$group": {"_id": "$status", "edits": {"$sum": 1}}}]
        )
        return {row["_id"]: row["edits"] for row in counted}

    def distances(self, profile: str, *, limit: int, newest: bool = False) -> Sequence[DraftDistance]:
        """At most `limit` drafts, the first ones or the newest, by when they were last saved; the oldest is first."""
        way = DESCENDING if newest else ASCENDING
        learned = {"profile": profile, "status": "learned", "distance": {"$ne": None}}
        last = {field: {"$last": f"${field}"} for field in ("savedAt", "distance")} | {"editId": {"$last": "$_id"}}
        found = list(
            self._collection(NAME).aggregate(
                [
                    {"$match": learned},
                    {"$sort": dict(_ORDER)},
                    {"$group": {"_id": "$contentId", **last}},
                    {"$sort": {"savedAt": way, "_id": way}},
                    {"$limit": limit},
                ]
            )
        )
        drafts = [DraftDistance(row["_id"], row["editId"], row["savedAt"], row["distance"]) for row in found]
        return drafts[::-1] if newest else drafts

    def mark_learned(self, edits: Iterable[MeasuredEdit], version: int, *, session: Session) -> bool:
        """Store what was measured of each edit and the version that learned it; False when one is pending no more."""
        updates = [
            UpdateOne(
                {"_id": edit.id, **_PENDING},
                {
                    "$set": {
                        "status": "learned",
                        "learnedVersion": version,
                        "delta": DELTA.dump_python(edit.delta),
                        "distance": edit.distance,
                    }
                },
            )
            for edit in edits
        ]
        return self._collection(NAME).bulk_write(updates, session=session).modified_count == len(updates)

    def take_back(self, user_id: str, id_: str, *, session: Session) -> bool:
        """Drop the texts of an edit and have it unlearned, which one that was never learned is at once.

        True where the profile has to be learned anew without it. Nothing is written for one that is taken back
        already, or is not this person's. Raises Erasing.
        """
        self._erasures.check(user_id, None, session=session)
        own = {"_id": id_, "userId": user_id}
        never_learned = {**own, "status": {"$in": ["pending", "ignored", "failed"]}}
        unlearned = {"$set": {"status": "unlearned", "reason": None}, "$unset": {**_TEXTS, "failedAt": ""}}
        if self._collection(NAME).update_one(never_learned, unlearned, session=session).modified_count:
            return False
        learned, unlearning = {**own, "status": "learned"}, {"$set": _UNLEARNING, "$unset": _TEXTS}
        return self._collection(NAME).update_one(learned, unlearning, session=session).modified_count == 1

    def profiles_to_unlearn(self) -> Sequence[str]:
        """Keys of the profiles that hold edits which were taken back."""
        return sorted(self._collection(NAME).distinct("profile", _UNLEARNING))

    def to_unlearn(self, profile: str) -> Sequence[str]:
        """Ids of the learned edits of `profile` that were taken back."""
        query = {"profile": profile, **_UNLEARNING}
        return [edit["_id"] for edit in self._collection(NAME).find(query, {"_id": 1}).sort(_ORDER)]

    def mark_unlearned(self, ids: Sequence[str], version: int, *, session: Session) -> Sequence[int] | None:
        """Drop what was measured of edits that were taken back; the versions that learned them.

        None when one of them is not waiting for that.
        """
        query = {"_id": {"$in": list(ids)}, **_UNLEARNING}
        found = list(self._collection(NAME).find(query, {"learnedVersion": 1}, session=session))
        if len(found) < len(ids):
            return None
        done = {"$set": {"status": "unlearned", "unlearnedVersion": version}, "$unset": {"delta": "", "distance": ""}}
        self._collection(NAME).update_many(query, done, session=session)
        return sorted({int(edit["learnedVersion"]) for edit in found})

    def content_deleted(self, user_id: str, content_id: str, *, session: Session) -> None:
        """Drop the texts of all edits of a content; those that are not learned yet never will be."""
        own = {"contentId": content_id, "userId": user_id}
        waiting = {**own, "status": {"$in": ["pending", "failed"]}}
        never = {"$set": {"status": "ignored", "reason": "contentDeleted"}, "$unset": {"failedAt": ""}}
        self._collection(NAME).update_many(waiting, never, session=session)
        self._collection(NAME).update_many(own, {"$unset": _TEXTS}, session=session)

    def expire_texts(self, before: datetime, limit: int) -> int:
        """Drop the texts of at most `limit` edits that were saved before a time; how many there were.

        Not of those that wait to be learned. One that failed cannot be learned any more, so it is ignored from then on.
        """
        old = {"savedAt": {"$lt": before}, **_HAS_TEXT, "status": {"$in": ["learned", "ignored", "failed"]}}
        ids = [edit["_id"] for edit in self._collection(NAME).find(old, {"_id": 1}).sort("savedAt").limit(limit)]
        these = {"_id": {"$in": ids}}
        never = {"$set": {"status": "ignored", "reason": "textExpired"}, "$unset": {**_TEXTS, "failedAt": ""}}
        failed = update_each(self._collection(NAME), {**these, **_FAILED}, never)
        others = {**these, **_HAS_TEXT, "status": {"$in": ["learned", "ignored"]}}
        return failed + update_each(self._collection(NAME), others, {"$unset": _TEXTS})

    def measured(self, ids: Sequence[str]) -> Sequence[MeasuredEdit]:
        """Learned edits as the learner took them, in the order of `ids`, without those that were unlearned since.

        Raises KeyError for one that is gone.
        """
        fields = {"contentId": 1, "savedAt": 1, "status": 1, "format": 1, "delta": 1, "distance": 1}
        found = {edit["_id"]: edit for edit in self._collection(NAME).find({"_id": {"$in": list(ids)}}, fields)}
        return [
            MeasuredEdit(
                id=id_,
                content_id=found[id_]["contentId"],
                saved_at=found[id_]["savedAt"],
                delta=DELTA.validate_python(found[id_]["delta"]),
                format=found[id_].get("format"),
                distance=found[id_].get("distance"),
            )
            for id_ in ids
            if found[id_]["status"] != "unlearned"
        ]


def keep_distances(database: Database) -> None:
    """Moves forward first saves that were learned before their distance was kept; of later ones it is not known."""
    older = {"status": "learned", "rev": 1, "distance": {"$exists": False}}
    for edit in database.collection(NAME).find(older, {"delta.changed": 1}):
        kept = {"$set": {"distance": edit["delta"]["changed"]}}
        database.collection(NAME).update_one({"_id": edit["_id"]}, kept)


def _pending_edit(document: Document) -> PendingEdit:
    return PendingEdit(
        id=document["_id"],
        user_id=document["userId"],
        profile=document["profile"],
        content_id=document["contentId"],
        saved_at=document["savedAt"],
        attempts=document["attempts"],
    )


def _to_document(edit: SavedEdit) -> Document:
    return {
        "_id": edit.id,
        "schema": SCHEMA,
        "profile": edit.profile,
        "userId": edit.user_id,
        "contentId": edit.content_id,
        "rev": edit.rev,
        "base": list(edit.base),
        "text": list(edit.text),
        "savedAt": edit.saved_at,
        "status": edit.status,
        "reason": edit.reason,
        "attempts": edit.attempts,
        "learnedVersion": edit.learned_version,
        "format": edit.format,
    }


def _from_document(document: Document) -> SavedEdit:
    return SavedEdit(
        id=document["_id"],
        profile=document["profile"],
        user_id=document["userId"],
        content_id=document["contentId"],
        rev=document["rev"],
        base=tuple(document.get("base", ())),
        text=tuple(document.get("text", ())),
        saved_at=document["savedAt"],
        status=document["status"],
        reason=document["reason"],
        attempts=document["attempts"],
        learned_version=document["learnedVersion"],
        unlearned_version=document.get("unlearnedVersion"),
        format=document.get("format"),
    )
