"""The collection `events`: the log of each profile, one row a version, append-only; the profile is the fold over it."""

from collections.abc import Iterator

from pymongo import ASCENDING, IndexModel

from voice_engine.ids import new_id
from voice_engine.store.database import Database, Session
from voice_engine.store.edits import Edits
from voice_engine.store.erasures import Erasures
from voice_engine.store.event_forms import from_document, to_document
from voice_engine.store.profiles import Profile
from voice_engine.voice.log import Event

NAME = "events"
SCHEMA = 1
INDEXES = (
    IndexModel([("profile", ASCENDING), ("version", ASCENDING)], unique=True),
    IndexModel([("userId", ASCENDING)]),
)


class Events:
    def __init__(self, database: Database, edits: Edits) -> None:
        self._collection = database.collection
        self._edits = edits
        self._erasures = Erasures(database)

    def append(self, event: Event, profile: Profile, *, session: Session) -> None:
        """Add the row that led to `profile`'s version. Raises Erasing."""
        self._erasures.check(profile.user_id, profile.key, session=session)
        row = {
            "_id": new_id(),
            "schema": SCHEMA,
            "profile": profile.key,
            "userId": profile.user_id,
            "incarnation": profile.incarnation,
            "version": profile.version,
            "at": profile.updated_at,
            "score": profile.score.total,
            **to_document(event),
        }
        self._collection(NAME).insert_one(row, session=session)

    def of(self, profile: str) -> Iterator[Event]:
        """The log of one profile, oldest first. Learned edits come with the deltas stored beside them.

        Those that were unlearned since are left out. Raises KeyError when another one is gone.
        """
        for row in self._collection(NAME).find({"profile": profile}).sort("version", ASCENDING):
            yield from_document(row, self._edits)
