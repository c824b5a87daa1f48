"""The wake: one invocation however many ask, again after the learner began, and never an error."""

import pytest
import redis

from tests.integration.redis.conftest import Deployment
from voice_engine.breaker import CircuitBreaker
from voice_engine.redis_connection import RedisClient, connect
from voice_engine.wake import KEY, Wake


class Learner:
    def __init__(self) -> None:
        self.invoked = 0
        self.error: Exception | None = None

    def __call__(self) -> None:
        if self.error is not None:
            raise self.error
        self.invoked += 1


@pytest.fixture
def client(own_deployment: Deployment) -> RedisClient:
    return own_deployment.connect()


def test_many_requests_make_one_invocation_until_the_learner_begins(
    client: RedisClient, breaker: CircuitBreaker
) -> None:
    learner = Learner()
    wakes = [Wake(client, breaker, learner) for _ in range(3)]
    assert [wake.request() for wake in wakes] == [True, False, False]
    assert learner.invoked == 1
    wakes[0].disarm()
    assert [wake.request() for wake in wakes] == [True, False, False]
    assert learner.invoked == 2


def test_a_failed_invocation_holds_back_no_later_one(client: RedisClient, breaker: CircuitBreaker) -> None:
    learner = Learner()
    wake = Wake(client, breaker, learner)
    learner.error = ConnectionError("no route to Lambda")
    assert not wake.request()
    learner.error = None
    assert wake.request()
    assert learner.invoked == 1


def test_a_wake_that_led_to_nothing_ends_by_itself(
    own_deployment: Deployment, client: RedisClient, breaker: CircuitBreaker
) -> None:
    Wake(client, breaker, Learner(), ttl_seconds=30).request()
    with redis.Redis.from_url(own_deployment.url) as server:
        assert 0 < server.ttl(KEY) <= 30


def test_without_a_learner_to_invoke_nothing_is_asked_of_redis(breaker: CircuitBreaker) -> None:
    nowhere = connect("redis://127.0.0.1:1/0", cluster=False, timeout_seconds=0.2)
    assert not Wake(nowhere, breaker, None).request()
    assert breaker.call(lambda: "still closed") == "still closed"


def test_without_redis_there_is_neither_an_invocation_nor_an_error(breaker: CircuitBreaker) -> None:
    learner = Learner()
    wake = Wake(connect("redis://127.0.0.1:1/0", cluster=False, timeout_seconds=0.2), breaker, learner)
    assert not wake.request()
    wake.disarm()
    assert learner.invoked == 0
