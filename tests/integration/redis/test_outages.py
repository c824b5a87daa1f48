"""Redis killed, paused, unreachable and back: reads go on, little is waited for, nothing is lost."""

import contextlib
import os
import selectors
import signal
import socket
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator

import pytest
import redis

from tests.integration.redis.conftest import SHORT_SECONDS, TIMEOUT_SECONDS, Deployment, make_job
from tests.time_left import plenty
from tests.valkey_fixtures import StartValkey
from tests.waiting import wait_until
from voice_engine.breaker import CircuitBreaker, CircuitOpen
from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.queue import Done, DrainReport, JobState, LearningQueue
from voice_engine.redis_connection import RedisUnavailable, connect

OPEN_SECONDS = 5.0
ADA = Entry("5f3a.12", '{"version": 12}')
NEWER = Entry("5f3a.13", '{"version": 13}')

both = pytest.mark.parametrize("cluster", [False, True], ids=["plain", "cluster"])


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Silence:
    """A port that takes connections and every byte, and never answers: the worst kind of dead server."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)
        self._ended = threading.Event()
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def _accept(self) -> None:
        with contextlib.ExitStack() as open_connections, selectors.DefaultSelector() as selector:
            selector.register(self._listener, selectors.EVENT_READ)
            while not self._ended.is_set():
                if selector.select(timeout=0.02):
                    connection, _ = self._listener.accept()
                    open_connections.enter_context(connection)
                    self.connections += 1

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        self._listener.close()


@pytest.fixture
def silence() -> Iterator[Silence]:
    server = Silence()
    yield server
    server.close()


def make_cache(url: str, cluster: bool, breaker: CircuitBreaker, timeout_seconds: float) -> ReadThroughCache:
    client = connect(url, cluster=cluster, timeout_seconds=timeout_seconds)
    return ReadThroughCache(client, breaker, schema=1, ttl_seconds=3_600, fill_seconds=TIMEOUT_SECONDS)


def wait_for_a_hit(cache: ReadThroughCache, clock: Clock, key: str) -> None:
    """A live server, too, may be slower than a short timeout where other programs are busy: then it is asked again."""

    def hits() -> bool:
        clock.now += OPEN_SECONDS
        return cache.read(key, lambda: ADA) == (ADA, "hit")

    wait_until(hits)


@both
def test_a_server_that_never_answers_is_waited_for_once_a_window(silence: Silence, cluster: bool, key: str) -> None:
    clock = Clock()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    cache = make_cache(f"redis://127.0.0.1:{silence.port}/0", cluster, breaker, SHORT_SECONDS)
    for window in range(1, 4):
        for _ in range(10):
            assert cache.read(key, lambda: ADA) == (ADA, "bypass")
        wait_until(lambda window=window: silence.connections >= window)
        assert silence.connections == window
        clock.now += OPEN_SECONDS


@both
def test_a_server_that_is_paused_while_connected_is_asked_once_a_window(
    start_valkey: StartValkey, cluster: bool, key: str
) -> None:
    server = start_valkey(cluster=cluster)
    clock = Clock()
    cache = make_cache(server.url, cluster, CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock), SHORT_SECONDS)
    wait_for_a_hit(cache, clock, key)
    with redis.Redis.from_url(server.url) as operator:
        before = asked(operator)
        server.process.send_signal(signal.SIGSTOP)
        for _ in range(10):
            assert cache.read(key, lambda: NEWER) == (NEWER, "bypass")
        server.process.send_signal(signal.SIGCONT)
        wait_until(lambda: asked(operator)["get"] > before["get"])
    # Whoever connected to the paused server stands before this one.
    with redis.Redis.from_url(server.url) as latecomer:
        assert asked(latecomer) == {"get": before["get"] + 1, "connections": before["connections"] + 1}
    wait_for_a_hit(cache, clock, key)


def asked(operator: redis.Redis) -> dict[str, int]:
    calls = operator.info("commandstats")["cmdstat_get"]["calls"]
    return {"get": calls, "connections": operator.info("stats")["total_connections_received"]}


@both
def test_a_killed_server_is_read_past_and_used_again_when_it_is_back(
    start_valkey: StartValkey, cluster: bool, key: str
) -> None:
    server = start_valkey(cluster=cluster)
    clock = Clock()
    cache = make_cache(server.url, cluster, CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock), TIMEOUT_SECONDS)
    assert cache.read(key, lambda: ADA) == (ADA, "miss")
    server.process.kill()
    server.process.wait()
    for _ in range(5):
        assert cache.read(key, lambda: NEWER) == (NEWER, "bypass")
    assert cache.hit_rate() is None
    start_valkey(cluster=cluster, again=server)
    clock.now += OPEN_SECONDS
    assert cache.read(key, lambda: NEWER) == (NEWER, "miss")
    assert cache.read(key, lambda: ADA) == (NEWER, "hit")


@both
def test_an_invalidation_is_never_spared_by_the_circuit_and_says_whether_it_reached_redis(
    start_valkey: StartValkey, cluster: bool, key: str
) -> None:
    server = start_valkey(cluster=cluster)
    clock = Clock()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    cache = make_cache(server.url, cluster, breaker, SHORT_SECONDS)
    wait_for_a_hit(cache, clock, key)
    server.process.send_signal(signal.SIGSTOP)
    assert cache.read(key, lambda: ADA)[1] == "bypass"
    assert not cache.invalidate(key)
    server.process.send_signal(signal.SIGCONT)
    # It is tried although the circuit is open, and will be: no time passes.
    wait_until(lambda: cache.invalidate(key))
    assert breaker.call(lambda: "its answer closed the circuit")
    with redis.Redis.from_url(server.url) as operator:
        assert not operator.exists(key)


@both
def test_connections_that_the_server_closed_meanwhile_cost_no_read(
    start_valkey: StartValkey, cluster: bool, key: str
) -> None:
    """As after a sandbox was frozen for longer than the server keeps idle connections."""
    server = start_valkey(cluster=cluster)
    cache = make_cache(server.url, cluster, CircuitBreaker(open_seconds=60), TIMEOUT_SECONDS)
    cache.read(key, lambda: ADA)
    with redis.Redis.from_url(server.url) as operator:
        assert operator.client_kill_filter(_type="normal", skipme=True) > 0
    assert cache.read(key, lambda: NEWER) == (ADA, "hit")


@both
def test_the_queue_says_that_redis_is_away_and_keeps_what_it_acknowledged(
    start_valkey: StartValkey, cluster: bool
) -> None:
    server = start_valkey(cluster=cluster, append_only=True)
    prefix = Deployment(server.url, cluster).prefix()
    clock = Clock()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    queue = LearningQueue(
        connect(server.url, cluster=cluster, timeout_seconds=TIMEOUT_SECONDS), prefix=prefix, breaker=breaker
    )
    jobs = [make_job() for _ in range(20)]
    for job in jobs:
        queue.enqueue(job)
    server.process.kill()
    server.process.wait()
    with pytest.raises(RedisUnavailable):
        queue.enqueue(make_job())
    with pytest.raises(CircuitOpen):
        queue.stats()
    with pytest.raises(RedisUnavailable):
        queue.drain(lambda _: Done(), concurrency=3, time_left=plenty)
    start_valkey(cluster=cluster, append_only=True, again=server)
    clock.now += OPEN_SECONDS
    handled: list[object] = []
    report = queue.drain(lambda job: handled.append(job) or Done(), concurrency=1, time_left=plenty)
    assert report == DrainReport(done=20)
    assert handled == jobs


@both
def test_redis_that_dies_while_jobs_are_handled_ends_the_drain_after_them_and_the_jobs_come_again(
    start_valkey: StartValkey, cluster: bool
) -> None:
    server = start_valkey(cluster=cluster, append_only=True)
    prefix = Deployment(server.url, cluster).prefix()
    queue = LearningQueue(
        connect(server.url, cluster=cluster, timeout_seconds=TIMEOUT_SECONDS), prefix=prefix, claim_seconds=1
    )
    slow = LearningQueue(connect(server.url, cluster=cluster, timeout_seconds=TIMEOUT_SECONDS), prefix=prefix)
    jobs = [make_job() for _ in range(2)]
    for job in jobs:
        queue.enqueue(job)
    together, ended = threading.Barrier(2, action=lambda: (server.process.kill(), server.process.wait())), []

    def handle(job: object) -> Done:
        together.wait()
        ended.append(job)
        return Done()

    with pytest.raises(RedisUnavailable):
        queue.drain(handle, concurrency=2, time_left=plenty)
    assert len(ended) == 2
    start_valkey(cluster=cluster, append_only=True, again=server)
    again: list[object] = []

    def both_came() -> bool:
        slow.drain(lambda job: again.append(job) or Done(), concurrency=1, time_left=plenty)
        return len(again) >= 2

    wait_until(both_came)  # once their claims have expired
    assert len(again) == 2
    assert {job.edit_id for job in again} == {job.edit_id for job in jobs}


CLAIM_SECONDS = 600
CHILD = """
    import sys, time
    from voice_engine.queue import LearningQueue
    from voice_engine.redis_connection import connect

    url, cluster, prefix, timeout, claim = sys.argv[1], sys.argv[2] == "True", sys.argv[3], *map(float, sys.argv[4:])
    redis = connect(url, cluster=cluster, timeout_seconds=timeout)
    queue = LearningQueue(redis, prefix=prefix, claim_seconds=claim, extend_seconds=0.05)

    def handle(job):
        print("handling", flush=True)
        time.sleep(3_600)

    queue.drain(handle, concurrency=1, time_left=lambda: 60)
"""


def test_the_job_of_a_killed_process_is_back_after_its_claim_and_is_handled(
    deployment: Deployment, prefix: str, server: redis.Redis
) -> None:
    queue = LearningQueue(deployment.connect(), prefix=prefix)
    job = make_job()
    queue.enqueue(job)
    claim, half = f"{prefix}:learning:{job.edit_id}:lock", CLAIM_SECONDS * 500
    command = [sys.executable, "-c", textwrap.dedent(CHILD), deployment.url, str(deployment.cluster), prefix]
    command += [str(TIMEOUT_SECONDS), str(CLAIM_SECONDS)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "handling\n"
        server.pexpire(claim, half)  # as if half of its life had passed
        wait_until(lambda: server.pttl(claim) > half)  # it is kept alive while its owner lives
        child.kill()
    assert queue.recover() == 0, "the claim stands"
    assert queue.position(job.edit_id) == JobState("active")
    server.pexpire(claim, 1)  # the rest of its life has passed
    wait_until(lambda: not server.exists(claim))
    handled: list[object] = []
    report = queue.drain(lambda job: handled.append(job) or Done(), concurrency=1, time_left=plenty)
    assert handled == [job]
    assert report == DrainReport(done=1, recovered=1)
    assert queue.position(job.edit_id) == JobState("completed")
