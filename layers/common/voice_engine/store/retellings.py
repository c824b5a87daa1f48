"""The collection `retellings`: how far a log that is too long for one run of the learner has been told again.

One row a profile for each kind of aim. It goes in the transaction that reaches the aim; one that unlearns edits takes
all rows of the profile along, and none comes for what was read before. So no row holds what was unlearned.
"""

from pydantic import TypeAdapter
from pymongo import ASCENDING, IndexModel

from voice_engine.errors import Erasing
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.erasures import Erasures
from voice_engine.store.events import Events
from voice_engine.store.profiles import TELLING, Profile, Profiles
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.log import EditsUnlearned, Relearned, Telling

NAME = "retellings"
SCHEMA = 1
INDEXES = (IndexModel([("userId", ASCENDING)]),)

type Aim = EditsUnlearned | Relearned

_KINDS: tuple[type[Aim], ...] = (EditsUnlearned, Relearned)
_AIM: TypeAdapter[Aim] = TypeAdapter(EditsUnlearned | Relearned)


class Outdated(Exception):
    """An edit was unlearned since the log was read. Nothing was written; what was told may hold it."""


class Retellings:
    def __init__(self, database: Database, profiles: Profiles, events: Events) -> None:
        self._database = database
        self._collection = database.collection
        self._profiles = profiles
        self._events = events
        self._erasures = Erasures(database)

    def find(self, profile: Profile, kind: type[Aim]) -> tuple[Aim, Telling] | None:
        """The aim of this kind and how far the log of `profile` was told for it, by the rules of today; or None."""
        mine = {"_id": _id(profile.key, kind), "incarnation": profile.incarnation, "learnerVersion": LEARNER_VERSION}
        row = self._collection(NAME).find_one(mine)
        if row is None:
            return None
        return _AIM.validate_python(row["aim"]), TELLING.validate_python(row["telling"])

    def keep(self, profile: Profile, aim: Aim, telling: Telling) -> None:
        """Keep how far the log was told, which was read no earlier than `profile`. Raises Outdated and Erasing."""
        row: Document = {
            "schema": SCHEMA,
            "profile": profile.key,
            "userId": profile.user_id,
            "incarnation": profile.incarnation,
            "learnerVersion": LEARNER_VERSION,
            "aim": _AIM.dump_python(aim),
            "telling": TELLING.dump_python(telling),
        }

        def work(session: Session) -> None:
            self._erasures.check(profile.user_id, profile.key, session=session)
            # Touched, so that no unlearning can commit beside this and go unseen.
            if not self._profiles.touch_incarnation(profile, session=session):
                raise Erasing
            if self._events.unlearned_since(profile, session=session):
                raise Outdated
            self._collection(NAME).replace_one({"_id": _id(profile.key, type(aim))}, row, upsert=True, session=session)

        self._database.transaction(work)

    def end(self, key: str, aim: Aim, *, session: Session) -> None:
        """The aim is reached."""
        kinds = _KINDS if isinstance(aim, EditsUnlearned) else (type(aim),)
        ids = [_id(key, kind) for kind in kinds]
        self._collection(NAME).delete_many({"_id": {"$in": ids}}, session=session)


def _id(key: str, kind: type[Aim]) -> str:
    return f"{key}/{kind.__name__}"
