"""Opening connections: when, to what, as whom, and what becomes of a cluster's moved slots."""

import socket
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import redis
from redis.crc import key_slot
from redis.credentials import UsernamePasswordCredentialProvider

from tests.integration.redis.conftest import SHORT_SECONDS, TIMEOUT_SECONDS, Deployment, make_job
from tests.valkey_fixtures import StartValkey
from tests.waiting import wait_until
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.queue import LearningQueue
from voice_engine.redis_connection import RedisClient, RedisRefused, RedisUnavailable, connect

PASSWORD = "p@ss:w/rd%?#é"

both = pytest.mark.parametrize("cluster", [False, True], ids=["plain", "cluster"])


@pytest.fixture
def locked(own_deployment: Deployment) -> Iterator[Deployment]:
    """A server with a user `ada:x` whose password holds every character that an URL can trip over."""
    with redis.Redis.from_url(own_deployment.url) as operator:
        operator.acl_setuser("ada:x", enabled=True, passwords=[f"+{PASSWORD}"], keys=["*"], categories=["+@all"])
        yield own_deployment
        operator.acl_deluser("ada:x")


@both
def test_nothing_is_sent_before_the_first_command(cluster: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        connect(f"redis://127.0.0.1:{listener.getsockname()[1]}/0", cluster=cluster, timeout_seconds=1)
        with pytest.raises(BlockingIOError):
            listener.accept()


@both
@pytest.mark.parametrize("url", ["http://127.0.0.1:6379", "redis://127.0.0.1:port", "redis"])
def test_an_url_that_cannot_be_read_is_refused_at_once(cluster: bool, url: str) -> None:
    with pytest.raises(ValueError, match=r"scheme|[Pp]ort|cast"):
        connect(url, cluster=cluster, timeout_seconds=1)


def test_user_and_password_are_taken_from_the_url_with_their_escapes(locked: Deployment) -> None:
    url = locked.url.replace("redis://", f"redis://{quote('ada:x', safe='')}:{quote(PASSWORD, safe='')}@")
    client = connect(url, cluster=locked.cluster, timeout_seconds=TIMEOUT_SECONDS)
    assert client.run("a", lambda node: node.acl_whoami()) == "ada:x"


def test_user_and_password_are_taken_from_the_credentials_when_they_are_given(locked: Deployment) -> None:
    credentials = UsernamePasswordCredentialProvider("ada:x", PASSWORD)
    client = connect(locked.url, cluster=locked.cluster, timeout_seconds=TIMEOUT_SECONDS, credentials=credentials)
    assert client.run("a", lambda node: node.acl_whoami()) == "ada:x"


def test_a_wrong_password_is_an_unavailable_redis(locked: Deployment) -> None:
    url = locked.url.replace("redis://", "redis://ada%3Ax:wrong@")
    with pytest.raises(RedisUnavailable):
        connect(url, cluster=locked.cluster, timeout_seconds=TIMEOUT_SECONDS).ping()


def test_the_database_of_the_url_is_used(start_valkey: StartValkey) -> None:
    server = start_valkey()
    third = connect(server.url.removesuffix("/0") + "/3", cluster=False, timeout_seconds=TIMEOUT_SECONDS)
    third.run("key", lambda node: node.set("key", "value"))
    with redis.Redis.from_url(server.url) as operator:
        assert operator.info("keyspace").keys() == {"db3"}


@both
def test_a_server_without_tls_is_unavailable_by_an_url_that_asks_for_it(
    redis_url: str, redis_cluster_url: str, cluster: bool
) -> None:
    url = (redis_cluster_url if cluster else redis_url).replace("redis://", "rediss://")
    with pytest.raises(RedisUnavailable):
        connect(url, cluster=cluster, timeout_seconds=SHORT_SECONDS).ping()


def test_what_redis_refuses_is_told_apart_from_its_absence(client: RedisClient, server: redis.Redis, key: str) -> None:
    server.set(key, "text")
    with pytest.raises(RedisRefused, match=r"^WRONGTYPE$"):
        client.run(key, lambda node: node.lpush(key, "item"))
    (answer, number) = client.send([("LPUSH", key, "item"), ("STRLEN", key)])
    assert isinstance(answer, redis.ResponseError)
    assert number == 4


def test_what_redis_says_of_a_command_is_not_repeated(client: RedisClient, key: str) -> None:
    with pytest.raises(redis.ResponseError, match="words of somebody's"):
        raise client.send([("NOSUCH", key, "words of somebody's")])[0]
    for ask in (
        lambda: client.ask([("NOSUCH", key, "words of somebody's")]),
        lambda: client.run(key, lambda node: node.execute_command("NOSUCH", key, "words of somebody's")),
    ):
        with pytest.raises(RedisRefused) as refused:
            ask()
        assert "words" not in str(refused.value)


def test_answers_come_in_the_order_of_their_commands(client: RedisClient, key: str) -> None:
    keys = [f"{key}-{n}" for n in range(50)]
    assert client.send([("SET", name, name) for name in keys]) == [True] * 50
    assert client.send([("GET", name) for name in reversed(keys)]) == keys[::-1]


class TestTwoNodes:
    @pytest.fixture
    def nodes(self, start_valkey: StartValkey) -> Iterator[tuple[str, redis.Redis, redis.Redis]]:
        """One cluster of two nodes; all slots are the first one's."""
        first, second = start_valkey(cluster=True), start_valkey(cluster=True)
        with (
            redis.Redis.from_url(first.url, decode_responses=True) as one,
            redis.Redis.from_url(second.url, decode_responses=True) as two,
        ):
            two.execute_command("CLUSTER FLUSHSLOTS")
            two.execute_command("CLUSTER RESET HARD")
            two.execute_command("CLUSTER SET-CONFIG-EPOCH", 7)
            two.execute_command("CLUSTER MEET", "127.0.0.1", first.port, bus_port(one))
            for node in (one, two):
                wait_until(lambda node=node: node.execute_command("CLUSTER INFO")["cluster_known_nodes"] == "2")
                wait_until(lambda node=node: node.execute_command("CLUSTER INFO")["cluster_state"] == "ok")
            yield first.url, one, two

    def test_a_slot_that_moves_while_we_use_it_is_followed(
        self, nodes: tuple[str, redis.Redis, redis.Redis], key: str
    ) -> None:
        url, one, two = nodes
        client = connect(url, cluster=True, timeout_seconds=TIMEOUT_SECONDS)
        breaker = CircuitBreaker(open_seconds=60)
        queue = LearningQueue(client, prefix="{bull}", breaker=breaker)
        cache = ReadThroughCache(client, breaker, schema=1, ttl_seconds=600, fill_seconds=TIMEOUT_SECONDS)
        first, second = Entry("a.1", '{"version": 1}'), Entry("a.2", '{"version": 2}')
        assert queue.enqueue(make_job())
        assert cache.read(key, lambda: first) == (first, "miss")
        for stored in one.scan_iter("*"):
            one.delete(stored)
        for slot in {key_slot(b"{bull}"), key_slot(key.encode())}:
            move(slot, one, two)
        assert queue.enqueue(make_job())
        assert queue.stats().waiting == 1
        assert cache.read(key, lambda: second) == (second, "miss")
        assert cache.read(key, lambda: first) == (second, "hit")
        assert cache.invalidate(key)
        assert two.llen("{bull}:learning:wait") == 1
        assert two.get(key) is None
        # The value lies on one node and the counters on the other.
        cache.read(key, lambda: second)
        cache.read(key, lambda: second)
        assert cache.hit_rate() is not None
        assert one.exists("cache:misses") == 1


def bus_port(node: redis.Redis) -> int:
    return int(node.config_get("cluster-port")["cluster-port"])


def move(slot: int, source: redis.Redis, target: redis.Redis) -> None:
    source_id, target_id = source.execute_command("CLUSTER MYID"), target.execute_command("CLUSTER MYID")
    target.execute_command("CLUSTER SETSLOT", slot, "IMPORTING", source_id)
    source.execute_command("CLUSTER SETSLOT", slot, "MIGRATING", target_id)
    for node in (target, source):
        node.execute_command("CLUSTER SETSLOT", slot, "NODE", target_id)
