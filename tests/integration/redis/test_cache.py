"""The read-through cache on real servers: what is served, what is stored, what it costs."""

import random
from collections.abc import Callable

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration.redis.conftest import Deployment
from tests.lives import given_life
from tests.valkey_fixtures import StartValkey
from tests.waiting import PATIENCE_SECONDS
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.ids import new_id
from voice_engine.redis_connection import RedisClient

SCHEMA = 7
TTL_SECONDS = 3600
ABSENT_TTL_SECONDS = 60

ADA = Entry("5f3a.12", '{"profile": {"voice": "über ✓ 👩‍👩‍👧"}, "version": 12}')
NOBODY = Entry("", '{"profile": null, "version": 0}', absent=True)


class Truth:
    """The database behind the cache: holds an entry, counts reads."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.reads = 0

    def __call__(self) -> Entry:
        self.reads += 1
        return self.entry


@pytest.fixture
def cache(client: RedisClient, breaker: CircuitBreaker) -> ReadThroughCache:
    return make_cache(client, breaker)


def make_cache(client: RedisClient, breaker: CircuitBreaker, schema: int = SCHEMA) -> ReadThroughCache:
    return ReadThroughCache(
        client,
        breaker,
        schema=schema,
        ttl_seconds=TTL_SECONDS,
        absent_ttl_seconds=ABSENT_TTL_SECONDS,
        fill_seconds=PATIENCE_SECONDS,
    )


def failing() -> Entry:
    raise LookupError("the database is away")


def fill_key(key: str) -> str:
    return f"{{{key}}}:fill"


@pytest.mark.parametrize("entry", [ADA, NOBODY], ids=["present", "absent"])
def test_a_miss_reads_the_truth_and_the_next_read_does_not(cache: ReadThroughCache, key: str, entry: Entry) -> None:
    truth = Truth(entry)
    assert cache.read(key, truth) == (entry, "miss")
    assert cache.read(key, truth) == (entry, "hit")
    assert truth.reads == 1


@settings(max_examples=30)
@given(body=st.text(st.characters(codec="utf-8")), tag=st.from_regex(r"[0-9a-f]{1,8}\.[0-9]{1,6}", fullmatch=True))
def test_any_body_comes_back_as_it_was(cache: ReadThroughCache, body: str, tag: str) -> None:
    key, truth = f"profile:{new_id()}", Truth(Entry(tag, body))
    cache.read(key, truth)
    assert cache.read(key, truth) == (Entry(tag, body), "hit")


@pytest.mark.parametrize(
    ("entry", "ttl"), [(ADA, TTL_SECONDS), (NOBODY, ABSENT_TTL_SECONDS)], ids=["present", "absent"]
)
def test_times_to_live_differ_within_the_jitter_and_never_exceed_what_is_set(
    client: RedisClient, breaker: CircuitBreaker, server: redis.Redis, entry: Entry, ttl: int
) -> None:
    cache = ReadThroughCache(
        client,
        breaker,
        schema=SCHEMA,
        ttl_seconds=TTL_SECONDS,
        absent_ttl_seconds=ABSENT_TTL_SECONDS,
        jitter=0.5,
        rng=random.Random(1),
    )
    keys = [f"profile:{new_id()}" for _ in range(20)]
    lives = [given_life(server, key, lambda key=key: cache.read(key, Truth(entry))) for key in keys]
    assert all(life.may_be(ttl * 500, ttl * 1_000) for life in lives)
    assert max(life.most for life in lives) - min(life.most for life in lives) > ttl * 200


def test_a_body_of_another_schema_is_a_miss_and_is_replaced(
    client: RedisClient, breaker: CircuitBreaker, cache: ReadThroughCache, key: str
) -> None:
    cache.read(key, Truth(ADA))
    newer = make_cache(client, breaker, schema=SCHEMA + 1)
    after = Entry("5f3a.12", '{"shape": "new"}')
    assert newer.read(key, Truth(after)) == (after, "miss")
    assert newer.read(key, Truth(after)) == (after, "hit")


@pytest.mark.parametrize(
    "damage",
    [
        lambda server, key: server.set(key, b"\xff\xfe\x00"),
        lambda server, key: server.set(key, ""),
        lambda server, key: server.set(key, '{"profile": {}}'),
        lambda server, key: server.set(key, f"{SCHEMA} present 2 5f3a.1\n\u00e4\u00f6".encode("latin-1")),
        lambda server, key: server.set(key, server.get(key)[:-1]),
        lambda server, key: server.set(key, server.get(key) + "}"),
        lambda server, key: (server.delete(key), server.hset(key, "field", "value")),
        lambda server, key: (server.delete(key), server.rpush(key, "value")),
    ],
    ids=["bytes", "empty", "headless", "latin-1", "cut", "longer", "hash", "list"],
)
def test_a_damaged_value_is_a_miss_and_is_replaced(
    cache: ReadThroughCache, server: redis.Redis, key: str, damage: Callable[[redis.Redis, str], object]
) -> None:
    truth = Truth(ADA)
    cache.read(key, truth)
    damage(server, key)
    assert cache.read(key, truth) == (ADA, "miss")
    assert cache.read(key, truth) == (ADA, "hit")


def test_errors_of_the_truth_reach_the_reader_and_nothing_is_stored(
    cache: ReadThroughCache, server: redis.Redis, key: str
) -> None:
    with pytest.raises(LookupError):
        cache.read(key, failing)
    assert server.get(key) is None


def test_invalidation_deletes_values_and_fills_under_way_of_all_its_keys(
    cache: ReadThroughCache, server: redis.Redis
) -> None:
    keys = [f"profile:{new_id()}" for _ in range(5)]
    for key in keys:
        cache.read(key, Truth(ADA))
        server.set(fill_key(key), "token of a slow reader")
    assert cache.invalidate(*keys)
    assert not any(server.exists(key) or server.exists(fill_key(key)) for key in keys)


def test_who_finds_a_fill_under_way_looks_again_before_it_reads_the_truth(
    client: RedisClient, breaker: CircuitBreaker, server: redis.Redis, key: str
) -> None:
    truth = Truth(ADA)
    first = make_cache(client, breaker)
    pauses: list[float] = []

    def filled_meanwhile(seconds: float) -> None:
        pauses.append(seconds)
        server.delete(fill_key(key))
        first.read(key, truth)

    second = ReadThroughCache(client, breaker, schema=SCHEMA, ttl_seconds=TTL_SECONDS, sleep=filled_meanwhile)
    server.set(fill_key(key), "token of the reader that fills")
    assert second.read(key, truth) == (ADA, "hit")
    assert truth.reads == 1
    assert len(pauses) == 1
    assert 0 < pauses[0] <= 0.05


def test_who_finds_no_value_after_waiting_answers_from_the_truth_and_does_not_fill(
    cache: ReadThroughCache, server: redis.Redis, key: str
) -> None:
    server.set(fill_key(key), "token of a reader that is slow")
    assert cache.read(key, Truth(ADA)) == (ADA, "miss")
    assert server.get(key) is None
    assert server.get(fill_key(key)) == "token of a reader that is slow"


@pytest.mark.parametrize("seconds", [5, 60])
def test_a_fill_token_ends_with_the_fill_or_by_itself(
    client: RedisClient, breaker: CircuitBreaker, server: redis.Redis, key: str, seconds: float
) -> None:
    cache = ReadThroughCache(client, breaker, schema=SCHEMA, ttl_seconds=TTL_SECONDS, fill_seconds=seconds)

    def never_filled() -> None:
        with pytest.raises(LookupError):
            cache.read(key, failing)

    assert given_life(server, fill_key(key), never_filled).may_be(seconds * 1_000, seconds * 1_000)
    other = f"profile:{new_id()}"
    cache.read(other, Truth(ADA))
    assert not server.exists(fill_key(other))


def test_a_key_with_braces_is_refused_since_its_token_would_lie_in_another_slot(cache: ReadThroughCache) -> None:
    with pytest.raises(ValueError, match="no braces"):
        cache.read("profile:{ada}", Truth(ADA))
    with pytest.raises(ValueError, match="no braces"):
        cache.invalidate("profile:ada}")


def test_a_hit_is_one_round_trip_of_one_get_and_the_counters_of_earlier_reads(
    own_deployment: Deployment, breaker: CircuitBreaker, key: str
) -> None:
    cache = make_cache(own_deployment.connect(), breaker)
    cache.read(key, Truth(ADA))
    with redis.Redis.from_url(own_deployment.url, decode_responses=True) as server:
        server.config_resetstat()
        before = commands_of_cache(server)
        assert cache.read(key, Truth(ADA)) == (ADA, "hit")
        first = commands_of_cache(server)
        assert cache.read(key, Truth(ADA)) == (ADA, "hit")
        second = commands_of_cache(server)
        assert before == {}
        assert first == {"get": 1, "incrby": 1}  # counts the miss
        assert second == {"get": 2, "incrby": 2}  # counts the first hit
        assert round_trips(server, lambda: cache.read(key, Truth(ADA))) == 1
        assert (server.get("cache:hits"), server.get("cache:misses")) == ("2", "1")
        assert cache.hit_rate() == pytest.approx(2 / 3)


def commands_of_cache(server: redis.Redis) -> dict[str, int]:
    """Calls of each command that the cache's connection made, those of this test's own connection left out."""
    ours = {"config|resetstat", "info", "client|list"}
    stats = server.info("commandstats")
    return {
        name.removeprefix("cmdstat_"): numbers["calls"]
        for name, numbers in stats.items()
        if name.removeprefix("cmdstat_") not in ours
    }


def round_trips(server: redis.Redis, operation: Callable[[], object]) -> int:
    """How often the server had to read from the other connections during `operation`."""
    before = server.info("stats")["total_reads_processed"]
    operation()
    # The second INFO is itself one read.
    return int(server.info("stats")["total_reads_processed"]) - int(before) - 1


def test_the_hit_rate_is_unknown_before_the_first_read(own_deployment: Deployment, breaker: CircuitBreaker) -> None:
    assert make_cache(own_deployment.connect(), breaker).hit_rate() is None


def test_a_full_server_still_serves_what_it_holds_and_the_rest_comes_from_the_truth(
    start_valkey: StartValkey, breaker: CircuitBreaker
) -> None:
    own = Deployment(start_valkey().url, cluster=False)
    cache = make_cache(own.connect(), breaker)
    held, other = f"profile:{new_id()}", f"profile:{new_id()}"
    cache.read(held, Truth(ADA))
    with redis.Redis.from_url(own.url) as server:
        server.config_set("maxmemory-policy", "noeviction")
        server.config_set("maxmemory", 1)
    assert cache.read(held, Truth(NOBODY)) == (ADA, "hit")
    assert cache.read(other, Truth(NOBODY))[0] == NOBODY
    assert cache.read(held, Truth(NOBODY)) == (ADA, "hit")
