"""Each test here runs on a plain server and on one in cluster mode, with keys of its own on both."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
import redis

from tests.waiting import PATIENCE_SECONDS
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import HITS, MISSES
from voice_engine.ids import new_id
from voice_engine.learning_job import LearningJob
from voice_engine.queue import LearningQueue
from voice_engine.redis_connection import RedisClient, connect
from voice_engine.wake import KEY as WAKE

# Of clients whose server is there, or refuses; and of those that it keeps waiting.
TIMEOUT_SECONDS = PATIENCE_SECONDS
SHORT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Deployment:
    url: str
    cluster: bool

    def connect(self, timeout_seconds: float = TIMEOUT_SECONDS) -> RedisClient:
        return connect(self.url, cluster=self.cluster, timeout_seconds=timeout_seconds)

    def prefix(self) -> str:
        name = f"bull-{secrets.token_hex(6)}"
        return f"{{{name}}}" if self.cluster else name


@pytest.fixture(params=["plain", "cluster"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    cluster = request.param == "cluster"
    url = request.getfixturevalue("redis_cluster_url" if cluster else "redis_url")
    return Deployment(url, cluster)


@pytest.fixture(params=["plain", "cluster"])
def own_deployment(request: pytest.FixtureRequest) -> Deployment:
    """A server that no other worker uses, without the few keys that every user of a server shares."""
    if request.param == "plain":
        return Deployment(request.getfixturevalue("start_valkey")().url, cluster=False)
    # Starting a cluster takes two seconds; the worker's own one is used by one test at a time.
    url = request.getfixturevalue("redis_cluster_url")
    with redis.Redis.from_url(url) as server:
        for key in (HITS, MISSES, WAKE):
            server.delete(key)
    return Deployment(url, cluster=True)


@pytest.fixture
def client(deployment: Deployment) -> RedisClient:
    return deployment.connect()


@pytest.fixture
def server(deployment: Deployment) -> Iterator[redis.Redis]:
    """redis-py's own client, to look at what is stored and to do what an operator or a fault would do."""
    with redis.Redis.from_url(deployment.url, decode_responses=True) as connection:
        yield connection


@pytest.fixture
def breaker() -> CircuitBreaker:
    return CircuitBreaker(open_seconds=5)


@pytest.fixture
def prefix(deployment: Deployment) -> str:
    return deployment.prefix()


@pytest.fixture
def key() -> str:
    return f"profile:{new_id()}"


class Clock:
    """The time of jobs, moved by the test."""

    def __init__(self) -> None:
        self.now = datetime(2030, 1, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue(client: RedisClient, prefix: str, clock: Clock) -> LearningQueue:
    return LearningQueue(client, prefix=prefix, clock=clock, claim_seconds=PATIENCE_SECONDS)


def make_job(edit_id: str | None = None) -> LearningJob:
    return LearningJob("ada", "ada:mail", new_id(), edit_id or new_id())
