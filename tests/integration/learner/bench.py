"""The learner of one person alone, with a clock, windows and moments of the test's own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id
from voice_engine.learner import BATCH, Learned, Learner
from voice_engine.lease import Leases
from voice_engine.profile_key import profile_key
from voice_engine.queue import Done, Later, LearningJob
from voice_engine.store.commits import Commits
from voice_engine.store.edits import SavedEdit
from voice_engine.windows import Windows

MINUTES = timedelta(minutes=5)
OPEN = Windows(rate=MINUTES, batch=MINUTES)
NONE = Windows(rate=timedelta(0), batch=timedelta(0))


def do_nothing(*_: object) -> None:
    """Stands where a test has nothing to do at that moment."""


@dataclass
class Bench:
    """A learner of one person's edits. `during` is called for each text while it is measured, `after` each commit.

    `commits`: others than the engine's. Its lease outlives the slowest machine, and is looked after all the time.
    """

    engine: Engine
    user: str
    windows: Windows = NONE
    batch: int = BATCH
    commits: Commits | None = None
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    during: Callable[[str], None] = do_nothing
    after: Callable[[Learned], None] = do_nothing

    @property
    def key(self) -> str:
        return profile_key(self.user)

    @property
    def job(self) -> LearningJob:
        return LearningJob(self.user, self.key, new_id(), new_id())

    @property
    def learner(self) -> Learner:
        def detect_language(text: str) -> str:
            self.during(text)
            return "en"

        engine = self.engine
        return Learner(
            engine.edits,
            engine.contents,
            engine.profiles,
            self.commits or engine.commits,
            Leases(engine.redis, ttl_ms=600_000, extend_seconds=0.05),
            engine.cache,
            self.windows,
            detect_language=detect_language,
            clock=lambda: self.now,
            report=lambda learned: self.after(learned),
            batch=self.batch,
        )

    def learn(self, job: LearningJob | None = None, time_left: Callable[[], float] = lambda: 30.0) -> Done | Later:
        return self.learner.learn(job or self.job, time_left)

    def edit(self, text: str = "It is short.", at: datetime | None = None, **fields: Any) -> str:
        """Store a pending edit as a save does, at a time of the test's choice; its id."""
        edit = SavedEdit(
            id=new_id(),
            profile=self.key,
            user_id=self.user,
            content_id=fields.pop("content_id", new_id()),
            rev=fields.pop("rev", 1),
            base=("It is long. It is very long.",),
            text=(text,),
            saved_at=at or self.now,
            **fields,
        )
        self.engine.database.transaction(lambda session: self.engine.edits.insert(edit, session=session))
        return edit.id

    def stored(self, id_: str) -> dict[str, Any]:
        found = self.engine.database.collection("edits").find_one({"_id": id_})
        assert found is not None
        return found

    def log(self) -> list[dict[str, Any]]:
        return list(self.engine.database.collection("events").find({"profile": self.key}).sort("version"))
