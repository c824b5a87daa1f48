"""The learner is killed before and after each command that it sends; after a restart nothing is lost or done twice."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import get_args
from urllib.parse import urlsplit

import pytest

from tests.faults.invariants import check_profile
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
from voice_engine.profile_key import ProfileId
from voice_engine.settings import read_settings

# More commands than any drain of three edits sends; the first run without a kill says how many there are.
MOST_COMMANDS = 200


@dataclass(frozen=True)
class Scenario:
    """A person with three saved edits that nobody has learned, in a database and a queue of their own."""

    engine: Engine
    environment: dict[str, str]
    user: str


@pytest.fixture
def scenario(environment: dict[str, str], databases: Databases, mongodb_uri: str) -> Iterator[Callable[[], Scenario]]:
    made: list[Scenario] = []

    def make() -> Scenario:
        token = secrets.token_hex(6)
        own = environment | {
            "MONGODB_DATABASE": databases.take(),
            "QUEUE_PREFIX": f"bull-{token}",
            "LEARNING_QUEUE_CONCURRENCY": "1",
        }
        engine = Engine(read_settings(own))
        user = f"user-{token}"
        for draft, edits in (
            ("It is long. It is very long.", ["It is short.", "Short."]),
            ("Keep this.", ["Keep this."]),
        ):
            content = engine.content_library.register(ProfileId(user), Draft((draft,), False, "blog", None))
            for text in edits:
                engine.content_library.save_edits(user, content.id, posts=(text,), thread=False, based_on=None)
        made.append(Scenario(engine, own, user))
        return made[-1]

    yield make
    end_abandoned_transactions(mongodb_uri)
    for scenario in made:
        databases.give_back(scenario.environment["MONGODB_DATABASE"])
        scenario.engine.database.close()


def start_again(scenario: Scenario) -> None:
    """Runs of the learner, as the schedule would start them, until nothing is pending or on the list."""
    for _ in range(20):
        end_claims_and_leases(scenario.engine, scenario.environment, ProfileId(scenario.user))
        scenario.engine.learning_run(report=lambda _: None).run(lambda: 30.0)
        stats = scenario.engine.queue.stats()
        if not scenario.engine.edits.all_pending(1) and stats.waiting == stats.active == stats.delayed == 0:
            return
    raise AssertionError(f"still not learned: {stats}")


@pytest.mark.draws
@pytest.mark.parametrize("shard", range(SHARDS))
def test_killed_at_every_step_every_edit_is_learned_exactly_once(
    shard: int, scenario: Callable[[], Scenario], learner_process: LearnerProcess, redis_url: str, mongodb_uri: str
) -> None:
    ports = [urlsplit(url.split("?")[0]).port or 0 for url in (redis_url, mongodb_uri)]

    def run(stop: tuple[int, Moment] | None) -> tuple[int, list[str], Scenario]:
        proxy = Proxy(*ports)
        case = scenario()
        status = learner_process.run(through(proxy, case.environment), proxy, stop)
        proxy.close()
        return status, proxy.commands, case

    run(None)  # the servers learn the scripts, which is not a step of every drain
    status, commands, undisturbed = run(None)
    assert status == 0
    assert 10 < len(commands) < MOST_COMMANDS
    check_profile(undisturbed.engine, undisturbed.user)

    cases = []
    for stop in kill_points(commands, get_args(Moment.__value__), shard):
        status, passed, case = run(stop)
        # A lease that had to be extended makes one drain a step longer than another.
        assert os.WTERMSIG(status) == signal.SIGKILL or len(passed) < stop[0], f"{stop} did not kill: {status}"
        cases.append((stop, case))
    end_abandoned_transactions(mongodb_uri)
    for stop, case in cases:
        start_again(case)
        try:
            check_profile(case.engine, case.user)
        except AssertionError as error:
            raise AssertionError(f"killed {stop[1]} command {stop[0]}: {error}") from error
