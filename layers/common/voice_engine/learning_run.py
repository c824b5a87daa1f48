"""One run of the learner: migrate where needed, sweep, then drain the queue until it is empty or time is out."""

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.erasing import Eraser
from voice_engine.import_rebuild import ImportRebuild
from voice_engine.learner import Learner
from voice_engine.queue import DrainReport, LearningQueue
from voice_engine.relearning import Relearning
from voice_engine.store.database import Database, answering
from voice_engine.store.edits import Edits
from voice_engine.store.schema import is_current, migrate
from voice_engine.sweep import Sweep, Swept
from voice_engine.text_retention import TextRetention
from voice_engine.unlearning import Unlearning
from voice_engine.wake import Wake


@dataclass(frozen=True, slots=True)
class RunReport:
    swept: Swept
    drained: DrainReport
    relearned: int
    unlearned: int
    erased: int
    expired: int
    imported: int


class LearningRun:
    def __init__(
        self,
        database: Database,
        edits: Edits,
        queue: LearningQueue,
        wake: Wake,
        sweep: Sweep,
        learner: Learner,
        relearning: Relearning,
        unlearning: Unlearning,
        eraser: Eraser,
        retention: TextRetention,
        import_rebuild: ImportRebuild,
        *,
        concurrency: int,
    ) -> None:
        self._database = database
        self._edits = edits
        self._queue = queue
        self._wake = wake
        self._sweep = sweep
        self._learner = learner
        self._relearning = relearning
        self._unlearning = unlearning
        self._eraser = eraser
        self._retention = retention
        self._import_rebuild = import_rebuild
        self._concurrency = concurrency

    @answering()
    def retry(self, which: str) -> int:
        """Make one failed edit, by id, or "all" of them pending again, with all attempts; how many there were."""
        edit_id = None if which == "all" else which
        return self._database.transaction(lambda session: self._edits.retry(edit_id, session=session))

    def relearn(self, whose: str) -> int:
        """Have the profiles of one person, by user id, or of "all" learned anew; how many were not asked for yet."""
        return self._relearning.ask(None if whose == "all" else whose)

    def run(self, time_left: Callable[[], float]) -> RunReport:
        """Work while `time_left` gives seconds above 0; what is begun by then is finished.

        Raises RedisUnavailable and Unavailable: nothing is lost, the next run does it.
        """
        # A save from here on asks for another run, so none falls between the end of this drain and the next schedule.
        self._wake.disarm()
        with answering():
            if not is_current(self._database):
                migrate(self._database)
            erased = self._eraser.run(time_left)
            swept = self._sweep.run()
        drained = self._queue.drain(
            lambda job: self._learner.learn(job, time_left), concurrency=self._concurrency, time_left=time_left
        )
        # After the drain: a long log takes several runs, and no save has to wait for it.
        unlearned, relearned = self._retell(time_left)
        expired = self._retention.run(time_left)
        # Last: so does an import.
        imported = self._import_rebuild.run(time_left)
        return RunReport(
            swept=swept,
            drained=drained,
            relearned=relearned,
            unlearned=unlearned,
            erased=erased,
            expired=expired,
            imported=imported,
        )

    def _retell(self, time_left: Callable[[], float]) -> tuple[int, int]:
        """How often a profile was rebuilt without edits, and how many were learned anew.

        What is asked for while this run holds a profile wakes another one, which finds the profile held and ends. So
        this one looks again, until it finds nothing to do.
        """
        unlearned = relearned = 0
        unable_to_unlearn: set[str] = set()
        unable_to_relearn: set[str] = set()
        while True:
            rebuilt = self._unlearning.run(time_left, unable_to_unlearn)
            anew = self._relearning.run(time_left, unable_to_relearn)
            unlearned += rebuilt
            relearned += anew
            if not rebuilt and not anew:
                return unlearned, relearned
