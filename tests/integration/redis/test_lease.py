"""Leases on profiles: one holder at a time, kept while held, gone soon after the holder is."""

import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
import redis

from tests.integration.redis.conftest import Deployment
from tests.lives import given_life
from tests.waiting import wait_until
from voice_engine.breaker import CircuitBreaker
from voice_engine.ids import new_id
from voice_engine.lease import Leases, lease_key
from voice_engine.redis_connection import RedisClient, RedisUnavailable, connect

# Nobody is too slow for such a life.
LIFE_MS = 600_000
SOON_SECONDS = 0.05
NEVER = 86_400.0


@pytest.fixture
def profile() -> str:
    return f"ada%7C{new_id()}:mail"


def test_a_profile_has_one_holder_at_a_time(client: RedisClient, profile: str) -> None:
    leases = Leases(client)
    with leases.hold(profile) as first:
        assert first is not None
        assert not first.lost
        with leases.hold(profile) as second, leases.hold(f"{profile}-other") as other:
            assert second is None
            assert other is not None
        with leases.hold(profile) as third:
            assert third is None, "who did not get it must not release it"
    with leases.hold(profile) as fourth:
        assert fourth is not None


def test_holders_in_many_threads_never_overlap(client: RedisClient, profile: str) -> None:
    leases, inside, overlaps, turns = Leases(client), [0], [], [0]
    start = threading.Barrier(6)

    def compete() -> None:
        start.wait()
        for _ in range(20):
            with leases.hold(profile) as lease:
                if lease is not None:
                    inside[0] += 1
                    turns[0] += 1
                    overlaps.append(inside[0] > 1)
                    inside[0] -= 1

    threads = [threading.Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert turns[0] > 0
    assert not any(overlaps)


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The holder's time in seconds, moved by the test. That of the server goes on by itself."""
    now = [0.0]
    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=time.sleep)
    monkeypatch.setattr("voice_engine.lease.time", clock)
    return now


def test_a_lease_is_extended_for_as_long_as_it_is_held(
    client: RedisClient, server: redis.Redis, profile: str, now: list[float]
) -> None:
    with Leases(client, ttl_ms=LIFE_MS, extend_seconds=SOON_SECONDS).hold(profile) as lease:
        assert lease is not None
        for _ in range(3):
            now[0] += 0.9 * LIFE_MS / 1_000
            server.pexpire(lease_key(profile), LIFE_MS // 10)
            wait_until(lambda: server.pttl(lease_key(profile)) > LIFE_MS // 2)
        assert not lease.lost
    assert not server.exists(lease_key(profile))


def test_it_is_extended_three_times_within_its_life(client: RedisClient) -> None:
    assert Leases(client, ttl_ms=6_000)._extend_seconds == 2


def test_a_lease_that_is_not_confirmed_for_its_whole_life_is_lost(
    client: RedisClient, profile: str, now: list[float]
) -> None:
    with Leases(client, ttl_ms=LIFE_MS, extend_seconds=NEVER).hold(profile) as lease:
        assert lease is not None
        now[0] += LIFE_MS / 1_000 - 1
        assert not lease.lost
        now[0] += 1
        assert lease.lost


def test_a_lease_is_released_when_the_work_fails(client: RedisClient, server: redis.Redis, profile: str) -> None:
    with pytest.raises(LookupError), Leases(client).hold(profile):
        raise LookupError
    assert not server.exists(lease_key(profile))


def test_the_lease_of_a_dead_holder_ends_by_itself(client: RedisClient, server: redis.Redis, profile: str) -> None:
    with Leases(client, ttl_ms=LIFE_MS, extend_seconds=NEVER).hold(profile):
        assert 0 < server.pttl(lease_key(profile)) <= LIFE_MS
        with Leases(client).hold(profile) as lease:
            assert lease is None
        server.pexpire(lease_key(profile), 1)  # the rest of its life has passed
        wait_until(lambda: not server.exists(lease_key(profile)))
        with Leases(client).hold(profile) as lease:
            assert lease is not None


def test_a_lease_that_was_taken_over_is_lost_and_is_not_released_by_its_former_holder(
    client: RedisClient, server: redis.Redis, profile: str
) -> None:
    with Leases(client, ttl_ms=LIFE_MS, extend_seconds=SOON_SECONDS).hold(profile) as lease:
        assert lease is not None
        assert not lease.lost
        server.set(lease_key(profile), "token of another")
        wait_until(lambda: lease.lost)
    assert server.get(lease_key(profile)) == "token of another"
    server.delete(lease_key(profile))


def test_a_lease_lives_five_seconds_unless_told_otherwise(
    client: RedisClient, server: redis.Redis, profile: str
) -> None:
    with ExitStack() as held:
        life = given_life(server, lease_key(profile), lambda: held.enter_context(Leases(client).hold(profile)))
        assert life.may_be(5_000, 5_000)


def test_without_redis_there_is_an_error_and_the_circuit_is_respected(deployment: Deployment) -> None:
    nowhere = connect("redis://127.0.0.1:1/0", cluster=deployment.cluster, timeout_seconds=0.2)
    breaker = CircuitBreaker(open_seconds=60)
    with pytest.raises(RedisUnavailable), Leases(nowhere, breaker=breaker).hold("ada"):
        pytest.fail("the block must not run")
    with pytest.raises(RedisUnavailable, match="a moment ago"):
        breaker.call(lambda: None)
