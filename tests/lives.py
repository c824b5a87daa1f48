"""How long a key of Redis was given to live, whatever time has passed since."""

from collections.abc import Callable
from dataclasses import dataclass

from redis import Redis


@dataclass(frozen=True, slots=True)
class Life:
    """Milliseconds: at least and at most, because at which moment it was given is not known."""

    least: int
    most: int

    def may_be(self, least: float, most: float) -> bool:
        """Whether it may have been so many milliseconds. A life of another length is found out on an idle machine."""
        return self.most >= least and self.least <= most


def given_life(redis: Redis, key: str, give: Callable[[], object]) -> Life:
    """The life that `give` gives to `key`, which then exists."""
    life = life_given_from_now_on(redis)
    give()
    return life(key)


def life_given_from_now_on(redis: Redis) -> Callable[[str], Life]:
    """The life that a key has been given since this was called."""
    before = _now(redis)

    def life(key: str) -> Life:
        left = int(redis.pttl(key))
        assert left > 0, f"{key} lives for ever, or not at all"
        return Life(left, left + _now(redis) - before)

    return life


def _now(redis: Redis) -> int:
    """The server's time, in milliseconds."""
    seconds, microseconds = redis.time()
    return int(seconds) * 1_000 + int(microseconds) // 1_000
