"""A person does so much in any 60 seconds and no more, on a plain server and on a cluster; without Redis, whatever."""

import secrets
import signal
from collections.abc import Callable
from typing import Any

import pytest
import redis
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.integration.redis.conftest import SHORT_SECONDS, TIMEOUT_SECONDS, Deployment
from tests.valkey_fixtures import StartValkey
from tests.waiting import wait_until
from voice_engine.breaker import CircuitBreaker
from voice_engine.rate_limit import WINDOW_SECONDS, Quota, RateLimiter
from voice_engine.redis_connection import RedisClient, connect

START = 1_795_478_400.0

of_one_server = settings(max_examples=30)
people = st.text(min_size=1, max_size=12) | st.sampled_from(["a:b", "a/120", "a/120/1/minute", "{a}", "a}", "%3A", "*"])


@pytest.fixture
def person() -> str:
    return secrets.token_hex(8)


class Clock:
    """The time that the library reads."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("time.time", clock)
    return clock


type Make = Callable[..., RateLimiter]


@pytest.fixture
def limiter(client: RedisClient, breaker: CircuitBreaker) -> Make:
    return lambda writes=3, drafts=2: RateLimiter(client, breaker, per_minute={"writes": writes, "drafts": drafts})


@of_one_server
@given(limit=st.integers(1, 5), gaps=st.lists(st.sampled_from([0.0, 0.5, 7.0, 20.0, 59.0, 61.0]), max_size=40))
def test_any_sixty_seconds_hold_the_limit_and_nobody_is_refused_below_it(
    limiter: Make, clock: Clock, limit: int, gaps: list[float]
) -> None:
    somebody, passed = secrets.token_hex(8), []
    limited = limiter(writes=limit)
    for gap in gaps:
        clock.now += gap
        recent = [moment for moment in passed if moment >= clock.now - WINDOW_SECONDS]
        quota = limited.admit("writes", somebody)
        assert quota is not None
        assert quota.admitted is (len(recent) < limit)
        if quota.admitted:
            passed.append(clock.now)
            recent.append(clock.now)
        assert (quota.limit, quota.remaining) == (limit, limit - len(recent))
        ends = min(recent) + WINDOW_SECONDS
        assert ends < clock.now + quota.reset_seconds <= ends + 1


@pytest.mark.parametrize("gap", [0.0, 0.25, 13.7, 59.9])
def test_who_waits_as_long_as_is_told_is_admitted(limiter: Make, clock: Clock, person: str, gap: float) -> None:
    limited = limiter(writes=2)
    for seconds in (0.0, gap):
        clock.now += seconds
        limited.admit("writes", person)
    refused = limited.admit("writes", person)
    assert refused is not None
    assert not refused.admitted
    clock.now += refused.reset_seconds
    again = limited.admit("writes", person)
    assert again is not None
    assert again.admitted


@of_one_server
@given(one=people, other=people)
def test_no_person_and_no_kind_of_operation_counts_for_another(limiter: Make, one: str, other: str) -> None:
    assume(one != other)
    token = secrets.token_hex(8)
    limited = limiter(writes=1, drafts=1)
    asked: list[tuple[Any, str]] = [(kind, f"{token}{who}") for kind in ("writes", "drafts") for who in (one, other)]
    for round_admitted in (True, False):
        quotas = [limited.admit(kind, who) for kind, who in asked]
        assert [quota and quota.admitted for quota in quotas] == [round_admitted] * len(asked)


def test_every_key_ends_by_itself(limiter: Make, server: redis.Redis, person: str) -> None:
    limited = limiter()
    limited.admit("writes", f"{person}:{{x}}")
    limited.admit("drafts", f"{person}:{{x}}")
    keys = [key for key in server.scan_iter("rate:*") if person in key]
    assert len(keys) == 2
    for key in keys:
        assert f"{person}%3A%7Bx%7D" in key
        assert 0 < server.ttl(key) <= WINDOW_SECONDS


def test_processes_share_the_count(deployment: Deployment, person: str) -> None:
    quotas = [
        RateLimiter(deployment.connect(), CircuitBreaker(open_seconds=5), per_minute={"writes": 2}).admit(
            "writes", person
        )
        for _ in range(3)
    ]
    assert [quota and quota.admitted for quota in quotas] == [True, True, False]


def scripts_run(operator: redis.Redis) -> int:
    """Those that failed were the first of their kind: the server had to be told the script."""
    scripts = operator.info("commandstats")["cmdstat_evalsha"]
    return int(scripts["calls"]) - int(scripts["failed_calls"])


def test_a_server_that_never_answers_is_asked_once_a_window_and_refuses_nobody(
    start_valkey: StartValkey, person: str, clock: Clock
) -> None:
    server = start_valkey()
    now = [0.0]
    limited = RateLimiter(
        connect(server.url, cluster=False, timeout_seconds=SHORT_SECONDS),
        CircuitBreaker(open_seconds=5, clock=lambda: now[0]),
        per_minute={"writes": 1},
    )

    def answered() -> Quota | None:
        """A live server, too, may be slower than a short timeout where other programs are busy."""
        now[0] += 5
        return limited.admit("writes", person)

    wait_until(answered)
    with redis.Redis.from_url(server.url) as operator:
        before = scripts_run(operator)
        server.process.send_signal(signal.SIGSTOP)
        assert [limited.admit("writes", person) for _ in range(10)] == [None] * 10
        server.process.send_signal(signal.SIGCONT)
        wait_until(lambda: scripts_run(operator) > before)
        assert scripts_run(operator) == before + 1, "one script was sent to the paused server for the ten"
    again: list[Quota] = []
    wait_until(lambda: (quota := answered()) and again.append(quota) is None)
    assert not again[0].admitted


def test_a_redis_that_refuses_to_store_refuses_nobody(start_valkey: StartValkey, person: str) -> None:
    server = start_valkey()
    limited = RateLimiter(
        connect(server.url, cluster=False, timeout_seconds=TIMEOUT_SECONDS),
        CircuitBreaker(open_seconds=5),
        per_minute={"writes": 1},
    )
    with redis.Redis.from_url(server.url) as operator:
        operator.config_set("maxmemory", "1")
        assert [limited.admit("writes", person) for _ in range(3)] == [None] * 3
        operator.config_set("maxmemory", "0")
        quotas = [limited.admit("writes", person) for _ in range(2)]
    assert [quota and quota.admitted for quota in quotas] == [True, False]
