"""The collection `events`: the log of each profile, one row a version, append-only; the profile is the fold over it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import ASCENDING, DESCENDING, IndexModel

from voice_engine.ids import new_id
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.edits import Edits
from voice_engine.store.erasures import Erasures
from voice_engine.store.event_forms import RESET, ROLLED_BACK, UNLEARNED, from_document, to_document
from voice_engine.store.profiles import SCORE, Profile
from voice_engine.voice.log import Event
from voice_engine.voice.milestones import reached
from voice_engine.voice.score import Score

NAME = "events"
SCHEMA = 1
INDEXES = (
    IndexModel([("profile", ASCENDING), ("version", ASCENDING)], unique=True),
    IndexModel([("userId", ASCENDING)]),
)

# The fields of a LogRow: nothing that a person wrote.
_SHOWN = dict.fromkeys(
    ("version", "at", "kind", "score", "components", "milestones", "editIds", "values.path", "path"), True
)


@dataclass(frozen=True, slots=True)
class LogRow:
    """What one row tells without text.

    score, components: the score then, and its parts, None in a row from before the log kept them. edits: ids of the
    edits that it learned. fields: paths that it set or unlocked. milestones: all that the profile had reached by then,
    each with the version that reached it first, None where that was before the log kept them.
    """

    version: int
    at: datetime
    kind: str
    score: int
    components: Score | None
    edits: tuple[str, ...]
    fields: tuple[str, ...]
    milestones: Mapping[str, int | None]


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
            "components": SCORE.dump_python(profile.score),
            "milestones": self._milestones(profile, session),
            **to_document(event),
        }
        self._collection(NAME).insert_one(row, session=session)

    def newest(self, profile: str, *, before: int | None, limit: int) -> Sequence[LogRow]:
        """At most `limit` rows, newest first, those older than version `before` where given."""
        query: Document = {"profile": profile} | ({} if before is None else {"version": {"$lt": before}})
        return [
            _log_row(row) for row in self._collection(NAME).find(query, _SHOWN).sort("version", DESCENDING).limit(limit)
        ]

    def dates(self, profile: str, versions: Iterable[int]) -> dict[int, datetime]:
        """When each of these versions was committed, in UTC."""
        found = self._collection(NAME).find(
            {"profile": profile, "version": {"$in": list(versions)}}, {"version": 1, "at": 1}
        )
        return {row["version"]: row["at"] for row in found}

    def unlearned_since(self, profile: Profile, *, session: Session) -> bool:
        """Whether edits were unlearned after this version."""
        rows = {"profile": profile.key, "version": {"$gt": profile.version}, "kind": UNLEARNED}
        return self._collection(NAME).find_one(rows, {"_id": 1}, session=session) is not None

    def returns(self, profile: str, *, after: int, session: Session) -> dict[int, int]:
        """The versions behind version `after` that went back, each with the one it went back to: 0 for a reset."""
        query = {"profile": profile, "version": {"$gt": after}, "kind": {"$in": [RESET, ROLLED_BACK]}}
        found = self._collection(NAME).find(query, {"version": 1, "restoredVersion": 1}, session=session)
        return {row["version"]: row.get("restoredVersion", 0) for row in found}

    def _milestones(self, profile: Profile, session: Session) -> dict[str, int | None]:
        """What the row before had reached, and what this version is the first to reach."""
        now = reached(profile.state, profile.score)
        if profile.version == 1:
            return dict.fromkeys(now, 1)
        place = {"profile": profile.key, "version": profile.version - 1}
        previous = self._collection(NAME).find_one(place, {"milestones": 1}, session=session) or {}
        # A row that kept none does not tell when they were reached, and nobody is to make it up.
        known: dict[str, int | None] = previous.get("milestones", dict.fromkeys(now))
        return known | {name: profile.version for name in now if name not in known}

    def of(self, profile: str, *, after: int = 0) -> Iterator[Event]:
        """The log of one profile from behind version `after` on, oldest first. Learned edits come with the deltas
        stored beside them.

        Those that were unlearned since are left out. Raises KeyError when another one is gone.
        """
        query = {"profile": profile, "version": {"$gt": after}}
        for row in self._collection(NAME).find(query).sort("version", ASCENDING):
            yield from_document(row, self._edits)


def _log_row(row: Document) -> LogRow:
    components = row.get("components")
    fields = [entry["path"] for entry in row.get("values", ())] + ([row["path"]] if "path" in row else [])
    return LogRow(
        version=row["version"],
        at=row["at"],
        kind=row["kind"],
        score=row["score"],
        components=None if components is None else SCORE.validate_python(components),
        edits=tuple(row.get("editIds", ())),
        fields=tuple(fields),
        milestones=row.get("milestones", {}),
    )
