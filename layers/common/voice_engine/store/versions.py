"""The collection `versions`: the newest snapshots of each profile, kept for rollback."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from pymongo import ASCENDING, DESCENDING, IndexModel

from voice_engine.store.database import Database, Document, Session
from voice_engine.store.profiles import STATE, Profile
from voice_engine.voice.concern import Concern
from voice_engine.voice.log import RESTORABLE
from voice_engine.voice.profile import ProfileState

NAME = "versions"
SCHEMA = 1
INDEXES = (
    IndexModel([("profile", ASCENDING), ("version", ASCENDING)], unique=True),
    IndexModel([("userId", ASCENDING)]),
)

_CONCERN = TypeAdapter(Concern)


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a profile as a list shows it. Its id never names anything else; `at` is in UTC, `score` the
    evolution score, 0 to 100."""

    id: str
    incarnation: str
    version: int
    cause: str
    concern: Concern
    score: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that held at one version."""

    incarnation: str
    version: int
    state: ProfileState


def version_id(incarnation: str, version: int) -> str:
    return f"{incarnation}.{version}"


class Versions:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def keep(self, profile: Profile, cause: str, concern: Concern, *, session: Session) -> None:
        """Add a snapshot of `profile` and drop those that are too old to go back to."""
        snapshot = {
            "_id": version_id(profile.incarnation, profile.version),
            "schema": SCHEMA,
            "profile": profile.key,
            "userId": profile.user_id,
            "incarnation": profile.incarnation,
            "version": profile.version,
            "cause": cause,
            "concern": _CONCERN.dump_python(concern),
            "layers": STATE.dump_python(profile.state),
            "score": profile.score.total,
            "at": profile.updated_at,
        }
        self._collection(NAME).insert_one(snapshot, session=session)
        self._collection(NAME).delete_many(
            {"profile": profile.key, "version": {"$lte": profile.version - RESTORABLE}}, session=session
        )

    def purge(self, profile: str, versions: Sequence[int], *, session: Session) -> None:
        """Drop the snapshots of these versions."""
        self._collection(NAME).delete_many({"profile": profile, "version": {"$in": list(versions)}}, session=session)

    def newest(self, profile: str) -> Sequence[Version]:
        """The versions of one profile that can be gone back to, the newest first."""
        found = self._collection(NAME).find({"profile": profile}, {"layers": 0})
        return [_version(document) for document in found.sort("version", DESCENDING).limit(RESTORABLE)]

    def find(self, profile: str, id_: str) -> Snapshot | None:
        """The snapshot of this id; None where there is none of this profile, or no more."""
        document = self._collection(NAME).find_one({"_id": id_, "profile": profile})
        if document is None:
            return None
        return Snapshot(document["incarnation"], document["version"], STATE.validate_python(document["layers"]))


def _version(document: Document) -> Version:
    return Version(
        id=document["_id"],
        incarnation=document["incarnation"],
        version=document["version"],
        cause=document["cause"],
        concern=_CONCERN.validate_python(document["concern"]),
        score=document["score"],
        at=document["at"],
    )
