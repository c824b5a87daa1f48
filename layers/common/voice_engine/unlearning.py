"""Taking single edits back: the profile becomes what it would be had they never been learned."""

import logging
from collections.abc import Callable
from functools import partial

from pymongo.errors import PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Erasing, NotFound, Unavailable
from voice_engine.ids import is_id
from voice_engine.lease import Leases
from voice_engine.profiles import forget_cached, next_version
from voice_engine.pseudonym import pseudonym
from voice_engine.store.commits import Commits, EditsGone, Superseded
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.edits import Edits
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profiles
from voice_engine.store.requests import Requests
from voice_engine.voice.log import EditsUnlearned, fold, without

logger = logging.getLogger(__name__)

_ROUNDS = 20


class Unlearning:
    """Edits that were taken back are marked so, and the mark goes with the transaction that did the work: what is
    broken off goes on."""

    def __init__(
        self,
        database: Database,
        edits: Edits,
        profiles: Profiles,
        events: Events,
        commits: Commits,
        requests: Requests,
        leases: Leases,
        cache: ReadThroughCache,
        *,
        wake: Callable[[], object],
        clock: Clock,
    ) -> None:
        self._database = database
        self._edits = edits
        self._profiles = profiles
        self._events = events
        self._commits = commits
        self._requests = requests
        self._leases = leases
        self._cache = cache
        self._wake = wake
        self._clock = clock

    @answering()
    def ask(self, user_id: str, edit_id: str) -> None:
        """Take an edit back: its texts are gone when this returns, what was learned from it soon after.

        Asked again it changes nothing. Raises NotFound, also for another person's edit.
        """

        def work(session: Session) -> bool:
            self._requests.forget(user_id, edit_id, session=session)
            return self._edits.take_back(user_id, edit_id, session=session)

        if is_id(edit_id) and self._database.transaction(work):
            self._wake()
        elif not is_id(edit_id) or self._edits.find(user_id, edit_id) is None:
            raise NotFound("edit", edit_id)

    @answering()
    def run(self, time_left: Callable[[], float]) -> int:
        """Rebuild profiles without the edits that were taken back, while there is time; how many were rebuilt."""
        done = 0
        for key in self._edits.profiles_to_unlearn():
            if time_left() <= 0:
                break
            try:
                done += self._rebuild(key)
            except Erasing:
                continue
            except (Unavailable, PyMongoError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a log raises is that profile's trouble and nobody else's
                # Where the rules are unknown, learning the profile anew by today's mends it.
                logger.error(  # noqa: TRY400 - a traceback may hold words of the log
                    "cannot unlearn", extra={"profile": pseudonym(key), "error": type(error).__name__}
                )
        return done

    def _rebuild(self, key: str) -> bool:
        """False where another learner is at it. The lease saves a long fold from being overtaken, no more."""
        with self._leases.hold(key) as lease:
            return lease is not None and self._rebuild_without_others(key)

    def _rebuild_without_others(self, key: str) -> bool:
        for _ in range(_ROUNDS):
            before, edits = self._profiles.find(key), self._edits.to_unlearn(key)
            if before is None or not edits:
                return False
            user_id = before.user_id
            event = EditsUnlearned(edits=tuple(edits))
            try:
                state = fold(without(self._events.of(key), edits))
            except KeyError:
                if self._profiles.find(key) == before:
                    raise
                continue  # it is being erased, or another edit was unlearned
            after = next_version(before, key, user_id, event, self._clock, state=state)
            try:
                self._commits.commit(after, event, also=partial(self._forget_answers, user_id, key))
            except (Superseded, EditsGone):
                continue
            forget_cached(self._cache, self._profiles, key, after.incarnation, after.version)
            return True
        raise Unavailable("the profile keeps moving")

    def _forget_answers(self, user_id: str, key: str, session: Session) -> None:
        """Those that show the profile may hold words that it learned."""
        self._requests.forget(user_id, key, session=session)
