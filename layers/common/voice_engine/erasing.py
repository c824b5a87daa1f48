"""Erasing a person, or one of their voices, so that nothing is left and nothing comes back."""

from collections.abc import Callable
from datetime import timedelta

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import NotFound, Unavailable, Violation, WrongForm
from voice_engine.lease import Leases
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import cache_keys
from voice_engine.queue import LearningQueue
from voice_engine.rate_limit import RateLimiter
from voice_engine.store.database import answering
from voice_engine.store.erasures import Erasure, Erasures, RunningErasure, Scope
from voice_engine.store.personal_data import PersonalData
from voice_engine.store.profiles import Profiles

# One run takes up so many; the next one goes on.
_LIMIT = 100


class Eraser:
    """The row of an erasure refuses whatever would write from then on; the learner deletes, some at a time.

    A transaction that began before the row was there does not see it. None lives longer than `grace`, so what it may
    have written is deleted by a last pass, which begins when the row has been known for so long.
    """

    def __init__(
        self,
        erasures: Erasures,
        data: PersonalData,
        profiles: Profiles,
        cache: ReadThroughCache,
        leases: Leases,
        queue: LearningQueue,
        rates: RateLimiter,
        *,
        grace: timedelta,
        wake: Callable[[], object],
        clock: Clock,
    ) -> None:
        self._erasures = erasures
        self._data = data
        self._profiles = profiles
        self._cache = cache
        self._leases = leases
        self._queue = queue
        self._rates = rates
        self._grace = grace
        self._wake = wake
        self._clock = clock

    @answering()
    def erase_person(self, user_id: str) -> Erasure:
        """Have all that a person has erased. Asked again while it runs it changes nothing."""
        return self._ask(Scope(user_id))

    @answering()
    def erase_voice(self, profile: ProfileId) -> Erasure:
        """Have a voice erased with all that belongs to it. Raises WrongForm for the default one, and NotFound."""
        scope = Scope(profile.user_id, profile.key)
        if profile.is_default:
            limit = "another voice than the default one, which is there for good: reset it, or erase the whole profile"
            raise WrongForm(Violation("slug", limit, repr(profile.voice)))
        running = self._erasures.find(scope)
        if running is not None and running.state == "erasing":
            return running
        if not self._profiles.exists(profile.key):
            raise NotFound("voice", profile.voice)
        return self._ask(scope)

    @answering()
    def status(self, profile: ProfileId) -> Erasure | None:
        """What has become of the newest erasure that takes this voice: its own, or that of the person. The default
        voice goes with the person alone.

        None where none was asked for lately.
        """
        own = [] if profile.is_default else [Scope(profile.user_id, profile.key)]
        return self._erasures.find(Scope(profile.user_id), *own)

    @answering()
    def run(self, time_left: Callable[[], float]) -> int:
        """Go on with what is being erased, while there is time; how many erasures ended.

        Raises RedisUnavailable, and Unavailable: the next run goes on.
        """
        done = 0
        for erasure in self._erasures.running(_LIMIT):
            if time_left() <= 0:
                break
            done += self._carry_on(erasure, time_left)
        return done

    def _ask(self, scope: Scope) -> Erasure:
        self._erasures.ask(scope, self._clock())
        found = self._erasures.find(scope)
        if found is None:
            raise Unavailable("an erasure that was just asked for is not there")
        self._wake()
        return found

    def _carry_on(self, erasure: RunningErasure, time_left: Callable[[], float]) -> bool:
        now = self._clock()
        is_last = now >= self._erasures.begin(erasure.scope, now) + self._grace
        profiles = {*erasure.profiles, erasure.scope.profile or ProfileId(erasure.scope.user_id).key}
        for chunk in self._data.chunks(erasure.scope):
            if time_left() <= 0:
                return False
            if new := chunk.profiles - profiles:
                self._erasures.remember(erasure.scope, new)
                profiles |= new
            self._data.delete(chunk)
        self._empty_redis(erasure.scope, sorted(profiles))
        return is_last and self._erasures.finish(erasure.scope, self._clock())

    def _empty_redis(self, scope: Scope, profiles: list[str]) -> None:
        """After MongoDB, so that no reader can fill the cache with what was there before."""
        self._queue.forget(scope.user_id, scope.profile)
        for profile in profiles:
            self._leases.drop(profile)
        if scope.profile is None:
            self._rates.forget(scope.user_id)
        if not self._cache.invalidate(*(key for profile in profiles for key in cache_keys(profile))):
            raise Unavailable("Redis did not confirm that cached copies are gone")
