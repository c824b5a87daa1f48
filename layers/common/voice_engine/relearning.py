"""Learning profiles anew, from their logs, by the rules of today."""

import logging
from collections.abc import Callable

from pymongo.errors import PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Erasing, Unavailable
from voice_engine.profiles import forget_cached, next_version
from voice_engine.pseudonym import pseudonym
from voice_engine.store.commits import Commits, Superseded
from voice_engine.store.database import answering
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profiles
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.log import Relearned, refold

_ROUNDS = 20

logger = logging.getLogger(__name__)


class Relearning:
    """Marks lie on the profiles, and each goes with the transaction that did the work: what is broken off goes on."""

    def __init__(
        self, profiles: Profiles, events: Events, commits: Commits, cache: ReadThroughCache, *, clock: Clock
    ) -> None:
        self._profiles = profiles
        self._events = events
        self._commits = commits
        self._cache = cache
        self._clock = clock

    @answering()
    def ask(self, user_id: str | None) -> int:
        """Have all profiles of a person learned anew, or everybody's; how many were not marked yet."""
        return self._profiles.ask_rebuild(user_id)

    @answering()
    def run(self, time_left: Callable[[], float]) -> int:
        """Learn marked profiles anew while there is time; how many. What was set or deleted by hand stays.

        A log that cannot be read holds nobody else up: it is told in the log by a pseudonym, and its mark stays.
        """
        done = 0
        unreadable: list[str] = []
        while time_left() > 0 and (marked := self._profiles.to_rebuild(1, without=unreadable)):
            try:
                self._relearn(marked[0])
            except Erasing:
                unreadable.append(marked[0])
            except (Unavailable, PyMongoError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a log raises is that profile's trouble and nobody else's
                unreadable.append(marked[0])
                logger.error(  # noqa: TRY400 - a traceback may hold words of the log
                    "cannot relearn", extra={"profile": pseudonym(marked[0]), "error": type(error).__name__}
                )
            else:
                done += 1
        return done

    def _relearn(self, key: str) -> None:
        event = Relearned(learner_version=LEARNER_VERSION)
        for _ in range(_ROUNDS):
            before = self._profiles.find(key)
            if before is None:
                return
            try:
                state = refold(self._events.of(key))
            except KeyError:
                if self._profiles.find(key) == before:
                    raise
                continue  # it is being erased, or an edit was unlearned
            after = next_version(before, key, before.user_id, event, self._clock, state=state)
            try:
                self._commits.commit(after, event)
            except Superseded:
                continue
            forget_cached(self._cache, self._profiles, key, after.incarnation, after.version)
            return
        raise Unavailable("the profile keeps moving")
