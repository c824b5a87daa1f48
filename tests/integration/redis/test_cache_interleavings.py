"""Slow readers against writers, in any order: what was invalidated is never served again."""

import threading
from dataclasses import dataclass, field

import pytest
import redis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, rule, run_state_machine_as_test

from tests.hypothesis_profiles import either
from tests.integration.redis.conftest import Deployment
from tests.waiting import PATIENCE_SECONDS
from voice_engine.breaker import CircuitBreaker
from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.ids import new_id


@dataclass
class Reader:
    """A read that stops before and after it takes its snapshot of the truth."""

    floor: int
    at_truth: threading.Event = field(default_factory=threading.Event)
    may_snapshot: threading.Event = field(default_factory=threading.Event)
    has_snapshot: threading.Event = field(default_factory=threading.Event)
    may_end: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None
    version: int | None = None


class CacheUnderRace(RuleBasedStateMachine):
    """`committed` is the truth; `floor` the newest version whose invalidation has returned."""

    deployment: Deployment
    server: redis.Redis

    readers = Bundle("readers")
    readers_with_snapshot = Bundle("readers_with_snapshot")

    def __init__(self) -> None:
        super().__init__()
        self.key = f"profile:{new_id()}"
        self.cache = ReadThroughCache(
            self.deployment.connect(),
            CircuitBreaker(open_seconds=5),
            schema=1,
            ttl_seconds=600,
            fill_seconds=PATIENCE_SECONDS,
            sleep=lambda _: None,
        )
        self.committed = 0
        self.floor = 0
        self.under_way: list[Reader] = []

    @rule(target=readers)
    def begin_read(self) -> Reader:
        reader = Reader(floor=self.floor)

        def load() -> Entry:
            reader.at_truth.set()
            reader.may_snapshot.wait()
            version = self.committed
            reader.has_snapshot.set()
            reader.may_end.wait()
            return entry_of(version)

        def read() -> None:
            entry, _ = self.cache.read(self.key, load)
            reader.version = version_of(entry)
            reader.at_truth.set()

        reader.thread = threading.Thread(target=read)
        reader.thread.start()
        reader.at_truth.wait()
        self.under_way.append(reader)
        return reader

    @rule(target=readers_with_snapshot, reader=consumes(readers))
    def take_snapshot(self, reader: Reader) -> Reader:
        if reader.version is None:
            reader.may_snapshot.set()
            reader.has_snapshot.wait()
        return reader

    @rule(reader=consumes(readers_with_snapshot))
    def end_read(self, reader: Reader) -> None:
        self._end(reader)

    @rule()
    def read_at_once(self) -> None:
        entry, _ = self.cache.read(self.key, lambda: entry_of(self.committed))
        assert version_of(entry) >= self.floor

    @rule()
    def commit(self) -> None:
        self.committed += 1

    @rule()
    def invalidate(self) -> None:
        committed = self.committed
        assert self.cache.invalidate(self.key)
        self.floor = committed

    @rule(lost=st.sampled_from(["value", "token", "both"]))
    def lose(self, lost: str) -> None:
        """Expiry and eviction can take any key at any time."""
        if lost in ("value", "both"):
            self.server.delete(self.key)
        if lost in ("token", "both"):
            self.server.delete(f"{{{self.key}}}:fill")

    def teardown(self) -> None:
        # All are let go before the first is judged, so that a failure leaves no thread behind.
        for reader in self.under_way:
            reader.may_snapshot.set()
            reader.may_end.set()
        for reader in self.under_way:
            self._end(reader)
        assert version_of(self.cache.read(self.key, lambda: entry_of(self.committed))[0]) >= self.floor

    def _end(self, reader: Reader) -> None:
        reader.may_snapshot.set()
        reader.may_end.set()
        assert reader.thread is not None
        reader.thread.join()
        assert reader.version is not None
        assert reader.version >= reader.floor


def entry_of(version: int) -> Entry:
    return Entry(f"a.{version}", f'{{"version": {version}}}')


def version_of(entry: Entry) -> int:
    return int(entry.tag.removeprefix("a."))


@pytest.mark.draws
def test_no_read_returns_what_was_older_than_the_last_invalidation_before_it(
    deployment: Deployment, server: redis.Redis
) -> None:
    machine = type("Machine", (CacheUnderRace,), {"deployment": deployment, "server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=either(30, 60), stateful_step_count=25, suppress_health_check=list(HealthCheck)),
    )


def test_the_classic_race_ends_without_the_old_value(deployment: Deployment, server: redis.Redis) -> None:
    """Look, miss, read the old; meanwhile commit and invalidate; then store: the one that a plain DEL loses."""
    cache = ReadThroughCache(
        deployment.connect(), CircuitBreaker(open_seconds=5), schema=1, ttl_seconds=600, fill_seconds=PATIENCE_SECONDS
    )
    key = f"profile:{new_id()}"

    def slow_load() -> Entry:
        assert cache.invalidate(key)
        return entry_of(1)

    assert cache.read(key, slow_load)[0] == entry_of(1)
    assert server.get(key) is None
    assert cache.read(key, lambda: entry_of(2))[0] == entry_of(2)


@pytest.mark.parametrize("readers", [8])
def test_readers_that_miss_together_fill_once(deployment: Deployment, server: redis.Redis, readers: int) -> None:
    cache = ReadThroughCache(
        deployment.connect(), CircuitBreaker(open_seconds=5), schema=1, ttl_seconds=600, fill_seconds=PATIENCE_SECONDS
    )
    key = f"profile:{new_id()}"
    all_at_truth = threading.Barrier(readers)
    versions = iter(range(1, readers + 1))
    lock = threading.Lock()

    def load() -> Entry:
        with lock:
            version = next(versions)
        all_at_truth.wait()
        return entry_of(version)

    threads = [threading.Thread(target=cache.read, args=(key, load)) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first, outcome = cache.read(key, lambda: entry_of(99))
    assert outcome == "hit"
    assert 1 <= version_of(first) <= readers
