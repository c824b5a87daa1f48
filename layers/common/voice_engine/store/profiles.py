"""The collection `profiles`: the newest state of each voice, guarded by its incarnation and version."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from pymongo import ASCENDING, IndexModel

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import update_each
from voice_engine.voice.log import Telling
from voice_engine.voice.profile import ProfileState, effective
from voice_engine.voice.score import Score

NAME = "profiles"
SCHEMA = 1
INDEXES = (
    IndexModel([("userId", ASCENDING)]),
    IndexModel([("cacheDirty", ASCENDING)], partialFilterExpression={"cacheDirty": True}),
    IndexModel([("rebuild", ASCENDING)], partialFilterExpression={"rebuild": True}),
)

STATE = TypeAdapter(ProfileState)
TELLING = TypeAdapter(Telling)
SCORE = TypeAdapter(Score)


@dataclass(frozen=True, slots=True)
class Profile:
    """One voice of one person.

    `incarnation` is drawn at creation and `version` counts its changes from 1: together they name one state for ever.
    `learned_at` is when edits were last learned, in UTC.
    """

    key: str
    user_id: str
    voice: str
    incarnation: str
    version: int
    state: ProfileState
    score: Score
    updated_at: datetime
    learned_at: datetime | None


@dataclass(frozen=True, slots=True)
class VoiceSummary:
    """A voice as a list shows it: `score` is the evolution score, 0 to 100; times are UTC."""

    slug: str
    version: int
    score: int
    is_learning: bool
    updated_at: datetime
    learned_at: datetime | None


class Profiles:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def find(self, key: str) -> Profile | None:
        document = self._collection(NAME).find_one({"_id": key})
        return None if document is None else _from_document(document)

    def voices(self, user_id: str, *, session: Session | None = None) -> Sequence[VoiceSummary]:
        """A person's voices that have a profile, by slug."""
        shown = {"voice": 1, "version": 1, "score.total": 1, "layers.learning": 1, "updatedAt": 1, "learnedAt": 1}
        found = self._collection(NAME).find({"userId": user_id}, shown, session=session).sort("voice", ASCENDING)
        return [_summary(document) for document in found]

    def touch(self, key: str, *, session: Session) -> None:
        """Make this transaction and any other that touches the profile, or changes it, come one after the other."""
        self._collection(NAME).update_one({"_id": key}, {"$inc": {"touched": 1}}, session=session)

    def touch_version(self, profile: Profile, *, session: Session) -> bool:
        """The same while `profile` is the newest version; False where it is not."""
        newest = {"_id": profile.key, "incarnation": profile.incarnation, "version": profile.version}
        return self._collection(NAME).update_one(newest, {"$inc": {"touched": 1}}, session=session).modified_count == 1

    def touch_incarnation(self, profile: Profile, *, session: Session) -> bool:
        """The same while `profile` is there, in whatever version; False where it was erased."""
        there = {"_id": profile.key, "incarnation": profile.incarnation}
        return self._collection(NAME).update_one(there, {"$inc": {"touched": 1}}, session=session).modified_count == 1

    def exists(self, key: str) -> bool:
        return self._collection(NAME).find_one({"_id": key}, {"_id": 1}) is not None

    def learned_at(self, key: str) -> datetime | None:
        document = self._collection(NAME).find_one({"_id": key}, {"learnedAt": 1})
        return None if document is None else document["learnedAt"]

    def is_paused(self, key: str, *, session: Session) -> bool:
        """Whether the person has paused learning, as the transaction of `session` sees it."""
        paused = {"_id": key, "layers.learning": False}
        return self._collection(NAME).find_one(paused, {"_id": 1}, session=session) is not None

    def insert(self, profile: Profile, *, session: Session) -> None:
        """Raises pymongo's DuplicateKeyError when the key has a profile already."""
        self._collection(NAME).insert_one(_to_document(profile), session=session)

    def replace(self, profile: Profile, *, session: Session) -> bool:
        """Write `profile` over its previous version; False, and nothing written, when that is not the newest."""
        document = _to_document(profile)
        guard = {"_id": profile.key, "incarnation": profile.incarnation, "version": profile.version - 1}
        del document["_id"]
        return self._collection(NAME).update_one(guard, {"$set": document}, session=session).modified_count == 1

    def ask_rebuild(self, user_id: str | None) -> int:
        """Mark a person's profiles, or everybody's, to be learned anew; how many were not marked yet."""
        whose = {} if user_id is None else {"userId": user_id}
        return update_each(self._collection(NAME), whose, {"$set": {"rebuild": True}})

    def to_rebuild(self, limit: int, *, without: Sequence[str] = ()) -> Sequence[str]:
        """Keys of marked profiles but those `without`."""
        marked = {"rebuild": True, "_id": {"$nin": list(without)}}
        return [profile["_id"] for profile in self._collection(NAME).find(marked, {"_id": 1}).limit(limit)]

    def rebuilt(self, key: str, *, session: Session) -> None:
        """Take the mark off, in the transaction that learned the profile anew."""
        self._collection(NAME).update_one({"_id": key}, {"$unset": {"rebuild": ""}}, session=session)

    def dirty(self, limit: int) -> Sequence[tuple[str, str, int]]:
        """Key, incarnation and version of profiles whose cached copy may be an old one."""
        found = self._collection(NAME).find({"cacheDirty": True}, {"incarnation": 1, "version": 1}).limit(limit)
        return [(profile["_id"], profile["incarnation"], profile["version"]) for profile in found]

    def clean(self, key: str, incarnation: str, version: int) -> None:
        """Take the mark off, unless the profile has changed since."""
        self._collection(NAME).update_one(
            {"_id": key, "incarnation": incarnation, "version": version, "cacheDirty": True},
            {"$unset": {"cacheDirty": ""}},
        )


def keep_inherited(database: Database, collection: str) -> None:
    """Moves forward states of voices without an archetype, stored before what they started from was kept apart."""
    older = {"layers.inherited": {"$exists": False}, "layers.archetype": None}
    for row in database.collection(collection).find(older, {"layers.base": 1}):
        kept = {"$set": {"layers.inherited": row["layers"]["base"]}}
        database.collection(collection).update_one({"_id": row["_id"], **older}, kept)


def _to_document(profile: Profile) -> Document:
    return {
        "_id": profile.key,
        "schema": SCHEMA,
        "userId": profile.user_id,
        "voice": profile.voice,
        "incarnation": profile.incarnation,
        "version": profile.version,
        "layers": STATE.dump_python(profile.state),
        "effective": effective(profile.state),
        "score": SCORE.dump_python(profile.score),
        "updatedAt": profile.updated_at,
        "learnedAt": profile.learned_at,
        "cacheDirty": True,
    }


def _from_document(document: Document) -> Profile:
    return Profile(
        key=document["_id"],
        user_id=document["userId"],
        voice=document["voice"],
        incarnation=document["incarnation"],
        version=document["version"],
        state=STATE.validate_python(document["layers"]),
        score=SCORE.validate_python(document["score"]),
        updated_at=document["updatedAt"],
        learned_at=document["learnedAt"],
    )


def _summary(document: Document) -> VoiceSummary:
    return VoiceSummary(
        slug=document["voice"],
        version=document["version"],
        score=document["score"]["total"],
        is_learning=document["layers"]["learning"],
        updated_at=document["updatedAt"],
        learned_at=document["learnedAt"],
    )
