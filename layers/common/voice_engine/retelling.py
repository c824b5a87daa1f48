"""A profile's log is told again, and the profile becomes what comes out: to learn it anew, or without some edits.

A log may take longer than one run of the learner: how far it was told is kept, and the next run goes on from there.
"""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from pymongo.errors import PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Erasing, Unavailable
from voice_engine.lease import Leases
from voice_engine.log_steps import MustStop, Tell, tell_in_steps
from voice_engine.profiles import forget_cached, next_version
from voice_engine.pseudonym import pseudonym
from voice_engine.store.commits import Commits, EditsGone, Superseded
from voice_engine.store.database import Session
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.retellings import Aim, Outdated, Retellings
from voice_engine.voice.log import Event, Telling

logger = logging.getLogger(__name__)

_ROUNDS = 20


@dataclass(frozen=True, slots=True)
class Plan:
    """What a log is told again for: the event that will say so, and how the rows before it count. `also` writes what
    goes with it in the same transaction."""

    aim: Aim
    tell: Tell
    events: Callable[[Iterable[Event]], Iterable[Event]] = iter
    also: Callable[[Session], None] | None = None


# What is to be done with a profile, None where nothing is; it is given what an earlier run has begun of the same kind.
type PlanFor = Callable[[Profile, Aim | None], Plan | None]


class Retelling:
    def __init__(
        self,
        profiles: Profiles,
        events: Events,
        commits: Commits,
        retellings: Retellings,
        leases: Leases,
        cache: ReadThroughCache,
        *,
        clock: Clock,
    ) -> None:
        self._profiles = profiles
        self._events = events
        self._commits = commits
        self._retellings = retellings
        self._leases = leases
        self._cache = cache
        self._clock = clock

    def each(
        self, keys: Iterable[str], kind: type[Aim], plan_for: PlanFor, time_left: Callable[[], float], stuck: set[str]
    ) -> int:
        """Go on with these profiles while there is time, but for the `stuck` ones; how many are done.

        One that cannot be told holds nobody else up: it is told of in the log by a pseudonym, and is `stuck` then.
        """
        done = 0
        for key in keys:
            if time_left() <= 0:
                break
            if key in stuck:
                continue
            try:
                done += self._one(key, kind, plan_for, time_left)
            except Erasing:
                continue
            except (Unavailable, PyMongoError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever a log raises is that profile's trouble and nobody else's
                stuck.add(key)
                logger.error(  # noqa: TRY400 - a traceback may hold words of the log
                    "cannot tell a log again", extra={"profile": pseudonym(key), "error": type(error).__name__}
                )
        return done

    def _one(self, key: str, kind: type[Aim], plan_for: PlanFor, time_left: Callable[[], float]) -> bool:
        """False where another learner is at it, or time is out. The lease saves work from being done twice, no more."""
        with self._leases.hold(key) as lease:
            return lease is not None and self._told_again(key, kind, plan_for, lambda: time_left() <= 0 or lease.lost)

    def _told_again(self, key: str, kind: type[Aim], plan_for: PlanFor, must_stop: MustStop) -> bool:
        for _ in range(_ROUNDS):
            before = self._profiles.find(key)
            if before is None:
                return False
            begun = self._retellings.find(before, kind)
            plan = plan_for(before, begun[0] if begun else None)
            if plan is None:
                return False
            telling = begun[1] if begun and begun[0] == plan.aim else Telling()
            try:
                told = self._told(before, plan, telling, must_stop)
                if told is None:
                    return False
                if self._committed(before, plan, told):
                    return True
            except Outdated:
                continue
            except KeyError:
                if self._profiles.find(key) == before:
                    raise
                continue  # it is being erased, or an edit was unlearned
        raise Unavailable("the profile keeps moving")

    def _told(self, profile: Profile, plan: Plan, telling: Telling, must_stop: MustStop) -> Telling | None:
        """The whole log told, None when there was no time for all of it."""
        rest = plan.events(self._events.of(profile.key, after=telling.as_written.version))
        keep = partial(self._retellings.keep, profile, plan.aim)
        return tell_in_steps(telling, rest, plan.tell, keep=keep, must_stop=must_stop)

    def _committed(self, before: Profile, plan: Plan, told: Telling) -> bool:
        """False where the profile has moved: the log is longer by some rows, which are told then."""
        after = next_version(before, before.key, before.user_id, plan.aim, self._clock, state=told.state)
        try:
            self._commits.commit(after, plan.aim, also=partial(self._ended, before, plan))
        except EditsGone:
            return False
        except Superseded:
            self._retellings.keep(before, plan.aim, told)
            return False
        forget_cached(self._cache, self._profiles, after.key, after.incarnation, after.version)
        return True

    def _ended(self, profile: Profile, plan: Plan, session: Session) -> None:
        self._retellings.end(profile.key, plan.aim, session=session)
        if plan.also is not None:
            plan.also(session)
