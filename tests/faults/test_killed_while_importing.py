"""The learner is killed at each step of an import; a later run ends it, and the copy is what was copied."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.faults.killed_learner import (
    SHARDS,
    LearnerProcess,
    end_abandoned_transactions,
    end_claims_and_leases,
    kill_points,
    through,
)
from tests.faults.proxy import Moment, Proxy
from tests.mongodb_fixtures import Databases
from voice_engine.bootstrap import Engine
from voice_engine.contents import Draft
from voice_engine.importing import Page
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.replay import replay
from voice_engine.settings import read_settings
from voice_engine.store.portable import PortableRow
from voice_engine.voice.profile import effective

MOST_COMMANDS = 300


@dataclass(frozen=True)
class Copying:
    """A person with two voices and an edit that waits, and somebody who has taken all of that in."""

    engine: Engine
    environment: dict[str, str]
    user: str
    copy: str

    def run(self) -> None:
        self.engine.learning_run(report=lambda _: None).run(lambda: 30.0)


def write(engine: Engine, profile: ProfileId, text: str) -> None:
    content = engine.content_library.register(profile, Draft(("It is long. It is very long.",), False, "blog", None))
    engine.content_library.save_edits(profile.user_id, content.id, posts=(text,), thread=False, based_on=None)


@pytest.fixture
def copying(environment: dict[str, str], databases: Databases) -> Iterator[Callable[[], Copying]]:
    made: list[Copying] = []

    def make(*, broken: bool = False) -> Copying:
        token = secrets.token_hex(6)
        own = environment | {
            "MONGODB_DATABASE": databases.take(),
            "QUEUE_PREFIX": f"bull-{token}",
            "LEARNING_QUEUE_CONCURRENCY": "1",
        }
        engine = Engine(read_settings(own))
        case = Copying(engine, own, f"user-{token}", f"copy-{token}")
        made.append(case)
        engine.voices.start(ProfileId(case.user, "mail"))
        for voice in ("default", "mail"):
            write(engine, ProfileId(case.user, voice), "It is short.")
        case.run()
        write(engine, ProfileId(case.user), "Short.")
        items = [item for item, _ in engine.exporter.items(case.user, None, limit=1000)]
        if broken:
            rows = [item for item in items if isinstance(item, PortableRow) and "learnerVersion" in item.event]
            for row in rows:
                row.event["learnerVersion"] = 999
        case.run()
        engine.importing.take(case.copy, Page(1, token, items, is_last=True))
        return case

    yield make
    for case in made:
        databases.give_back(case.environment["MONGODB_DATABASE"])
        case.engine.database.close()


def kill_at_every_step(
    make: Callable[[], Copying], learner_process: LearnerProcess, check: Callable[[Copying], None], shard: int
) -> None:
    def run(stop: tuple[int, Moment] | None) -> tuple[int, list[str], Copying]:
        case = make()
        ports = [urlsplit(case.environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]
        proxy = Proxy(*ports)
        status = learner_process.run(through(proxy, case.environment), proxy, stop)
        proxy.close()
        return status, proxy.commands, case

    run(None)  # the servers learn the scripts
    status, commands, undisturbed = run(None)
    assert status == 0
    assert 10 < len(commands) < MOST_COMMANDS
    undisturbed.run()
    check(undisturbed)
    for stop in kill_points(commands, ["before"], shard):
        status, passed, case = run(stop)
        assert os.WTERMSIG(status) == signal.SIGKILL or len(passed) < stop[0], f"{stop} did not kill: {status}"
        end_abandoned_transactions(case.environment["MONGODB_URI"])
        end_claims_and_leases(case.engine, case.environment, ProfileId(case.copy), ProfileId(case.copy, "mail"))
        # The second one learns what was pending.
        case.run()
        case.run()
        try:
            check(case)
        except AssertionError as error:
            raise AssertionError(f"killed {stop[1]} command {stop[0]}: {error}") from error


@pytest.mark.draws
@pytest.mark.parametrize("shard", range(SHARDS))
def test_a_copy_is_whole_wherever_its_learner_was_killed(
    shard: int, copying: Callable[[], Copying], learner_process: LearnerProcess
) -> None:
    def check(case: Copying) -> None:
        engine = case.engine
        assert engine.importing.status(case.copy).status == "done"
        assert engine.database.collection("imported").find_one({}) is None
        for voice in ("default", "mail"):
            first, second = (engine.profiles.find(profile_key(who, voice)) for who in (case.user, case.copy))
            assert first is not None
            assert second is not None
            assert second.version == first.version
            assert second.score == first.score
            assert effective(second.state) == effective(first.state)
            assert replay(engine.events, second.key) == second.state
        kinds = [
            sorted((edit["status"], edit["rev"]) for edit in engine.database.collection("edits").find({"userId": who}))
            for who in (case.user, case.copy)
        ]
        assert kinds[0] == kinds[1]
        counts = [engine.database.collection("contents").count_documents({"userId": w}) for w in (case.user, case.copy)]
        assert counts[0] == counts[1]

    kill_at_every_step(copying, learner_process, check, shard)


@pytest.mark.draws
@pytest.mark.parametrize("shard", range(SHARDS))
def test_nothing_stays_of_what_cannot_be_told_wherever_its_learner_was_killed(
    shard: int, copying: Callable[..., Copying], learner_process: LearnerProcess
) -> None:
    def check(case: Copying) -> None:
        found = case.engine.importing.status(case.copy)
        assert (found.status, found.reason) == ("failed", "unknownLearner")
        for name in ("profiles", "contents", "edits", "events", "versions", "imported"):
            assert case.engine.database.collection(name).find_one({"userId": case.copy}) is None, name

    kill_at_every_step(lambda: copying(broken=True), learner_process, check, shard)
