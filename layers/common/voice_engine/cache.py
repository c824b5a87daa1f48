"""Read-through cache with fill leases: a slow reader can never put back what a writer has just changed or erased.

A miss leaves a random token; a value is stored only while its own token stands; a writer deletes value and token
together after its commit. As in Nishtala et al., "Scaling Memcache at Facebook", NSDI 2013, section 3.2.1.
"""

import random
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import Command, RedisClient, RedisUnavailable

type Outcome = Literal["hit", "miss", "bypass"]

HITS = "cache:hits"
MISSES = "cache:misses"

_LOOK_AGAIN_SECONDS = 0.01

_STORE_WHILE_LEASED = """
if redis.call('GET', KEYS[2]) ~= ARGV[1] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
redis.call('DEL', KEYS[2])
return 1
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a key holds: `body` is the response's JSON, ready to send; `tag` is "<incarnation>.<version>".

    `absent` says that there is nothing yet; the tag is then empty, and the entry lives for a short time only.
    """

    tag: str
    body: str
    absent: bool = False


class ReadThroughCache:
    """Safe to share between threads."""

    def __init__(
        self,
        redis: RedisClient,
        breaker: CircuitBreaker,
        *,
        schema: int,
        ttl_seconds: int,
        absent_ttl_seconds: int = 60,
        fill_seconds: float = 5.0,
        jitter: float = 0.1,
        rng: random.Random | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """`schema`: of the bodies; a value stored under another one is a miss.

        `fill_seconds`: how long reading the truth may take; whoever is slower stores nothing.

        `jitter`: up to this share is taken off each time to live, so that what was filled together does not end
        together.
        """
        self._redis = redis
        self._breaker = breaker
        self._schema = schema
        self._ttl_seconds = ttl_seconds
        self._absent_ttl_seconds = absent_ttl_seconds
        self._fill_ms = max(1, round(fill_seconds * 1_000))
        self._jitter = jitter
        self._rng = rng or random.SystemRandom()
        self._sleep = sleep
        self._lock = threading.Lock()
        self._uncounted: Counter[str] = Counter()

    def read(self, key: str, load: Callable[[], Entry]) -> tuple[Entry, Outcome]:
        """The entry of `key`: cached ("hit"), loaded ("miss"), or loaded without Redis ("bypass").

        A hit is one round trip; the outcomes of earlier reads are counted along with it. `load` reads the truth, and
        its errors pass through.
        """
        try:
            found, token = self._look_or_claim(key)
        except RedisUnavailable:
            return load(), "bypass"
        if found is not None:
            self._count(HITS)
            return found, "hit"
        self._count(MISSES)
        entry = load()
        if token is not None:
            self._fill(key, token, entry)
        return entry, "miss"

    def invalidate(self, *keys: str) -> bool:
        """Delete the values, and the tokens of fills under way. Call it after the commit.

        True when Redis confirmed; otherwise the caller has to see to it that the deletion is repeated. It is tried even
        with an open circuit, since a value that outlives its deletion is wrong until it expires.
        """
        # One command a key: between two, a fill whose token still stands could put the old value back.
        commands: list[Command] = [("DEL", key, _fill_key(key)) for key in keys]
        try:
            answers = self._breaker.attempt(lambda: self._redis.send(commands))
        except RedisUnavailable:
            return False
        return not any(isinstance(answer, Exception) for answer in answers)

    def hit_rate(self) -> float | None:
        """Hits over counted reads, of all processes, 0 to 1. None without reads or without Redis."""
        try:
            hits, misses = self._breaker.call(lambda: self._redis.ask([("GET", HITS), ("GET", MISSES)]))
        except RedisUnavailable:
            return None
        reads = int(hits or 0) + int(misses or 0)
        return int(hits or 0) / reads if reads else None

    def _look_or_claim(self, key: str) -> tuple[Entry | None, str | None]:
        """The cached entry; else the token that allows this reader, and no other, to fill."""
        found = self._look(key)
        if found is not None:
            return found, None
        token = secrets.token_hex(16)
        if self._claim_fill(key, token):
            return None, token
        self._sleep(_LOOK_AGAIN_SECONDS)
        return self._look(key), None

    def _look(self, key: str) -> Entry | None:
        with self._lock:
            counted, self._uncounted = self._uncounted, Counter()
        commands: list[Command] = [("GET", key), *(("INCRBY", name, number) for name, number in counted.items())]
        try:
            value = self._breaker.call(lambda: self._redis.send(commands))[0]
        except RedisUnavailable:
            with self._lock:
                self._uncounted.update(counted)
            raise
        return self._decoded(value)

    def _claim_fill(self, key: str, token: str) -> bool:
        return self._breaker.call(
            lambda: self._redis.run(key, lambda node: bool(node.set(_fill_key(key), token, nx=True, px=self._fill_ms)))
        )

    def _fill(self, key: str, token: str, entry: Entry) -> None:
        value, ttl_ms = self._encoded(entry), self._ttl_ms(entry)
        try:
            self._breaker.call(
                lambda: self._redis.run(
                    key,
                    lambda node: node.register_script(_STORE_WHILE_LEASED)(
                        keys=[key, _fill_key(key)], args=[token, value, ttl_ms]
                    ),
                )
            )
        except RedisUnavailable:
            return  # the reader has its answer; the next one fills

    def _count(self, name: str) -> None:
        with self._lock:
            self._uncounted[name] += 1

    def _ttl_ms(self, entry: Entry) -> int:
        seconds = self._absent_ttl_seconds if entry.absent else self._ttl_seconds
        return max(1, round(seconds * 1000 * (1 - self._jitter * self._rng.random())))

    def _encoded(self, entry: Entry) -> str:
        presence = "absent" if entry.absent else "present"
        return f"{self._schema} {presence} {len(entry.body)} {entry.tag}\n{entry.body}"

    def _decoded(self, value: Any) -> Entry | None:
        """None for no value, one of another schema, and one that was not written by `_encoded`."""
        if not isinstance(value, str):
            return None
        header, _, body = value.partition("\n")
        match header.split(" "):
            case [schema, ("present" | "absent") as presence, length, tag]:
                whole = schema == str(self._schema) and length == str(len(body))
                return Entry(tag, body, presence == "absent") if whole and _is_text(body) else None
            case _:
                return None


def _fill_key(key: str) -> str:
    """The braces put the token into the slot of `key` itself, which therefore holds none."""
    if "{" in key or "}" in key:
        raise ValueError(f"a cache key holds no braces, given {key!r}")
    return f"{{{key}}}:fill"


def _is_text(body: str) -> bool:
    """False where bytes that are no UTF-8 were read."""
    try:
        body.encode()
    except UnicodeEncodeError:
        return False
    return True
