"""The collection `versions`: the newest snapshots of each profile, kept for rollback."""

from pymongo import ASCENDING, IndexModel

from voice_engine.store.database import Database, Session
from voice_engine.store.profiles import STATE, Profile

NAME = "versions"
SCHEMA = 1
KEPT = 10
INDEXES = (IndexModel([("profile", ASCENDING), ("version", ASCENDING)], unique=True),)


class Versions:
    def __init__(self, database: Database) -> None:
        self._collection = database.collection

    def keep(self, profile: Profile, cause: str, *, session: Session) -> None:
        """Add a snapshot of `profile` and drop those beyond the newest 10. Its id never names anything else."""
        snapshot = {
            "_id": f"{profile.incarnation}.{profile.version}",
            "schema": SCHEMA,
            "profile": profile.key,
            "userId": profile.user_id,
            "incarnation": profile.incarnation,
            "version": profile.version,
            "cause": cause,
            "layers": STATE.dump_python(profile.state),
            "score": profile.score.total,
            "at": profile.updated_at,
        }
        self._collection(NAME).insert_one(snapshot, session=session)
        self._collection(NAME).delete_many(
            {"profile": profile.key, "version": {"$lte": profile.version - KEPT}}, session=session
        )
