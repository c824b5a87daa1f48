"""The learner is killed at each step of an erasure and of an unlearning; a later run ends what it began."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
from tests.traces import traces
from voice_engine.bootstrap import Engine
from voice_engine.contents import Draft
from voice_engine.profile_key import ProfileId
from voice_engine.settings import read_settings

MOST_COMMANDS = 300


@dataclass(frozen=True)
class Life:
    """A person with a profile, a second voice, edits learned and one that waits; and another one, who stays."""

    engine: Engine
    environment: dict[str, str]
    user: str
    other: str
    edits: list[str]
    word: str

    @property
    def redis_url(self) -> str:
        return self.environment["REDIS_URL"]

    def run(self) -> None:
        self.engine.learning_run(report=lambda _: None).run(lambda: 30.0)


def live(engine: Engine, profile: ProfileId, word: str) -> list[str]:
    """Three edits of one draft each; their ids."""
    edits = []
    for number in range(3):
        draft = Draft((f"It is {word}. It is very long, number {number}.",), False, "blog", None)
        content = engine.content_library.register(profile, draft)
        text = (f"It is short, {word}.",)
        saved = engine.content_library.save_edits(profile.user_id, content.id, posts=text, thread=False, based_on=None)
        edits.append(saved.edit_id)
    return edits


@pytest.fixture
def life(environment: dict[str, str], databases: Databases) -> Iterator[Callable[[], Life]]:
    made: list[Life] = []

    def make() -> Life:
        token = secrets.token_hex(6)
        own = environment | {
            "MONGODB_DATABASE": databases.take(),
            "QUEUE_PREFIX": f"bull-{token}",
            "LEARNING_QUEUE_CONCURRENCY": "1",
            "ERASURE_GRACE_SECONDS": "0",
        }
        engine = Engine(read_settings(own))
        life = Life(engine, own, f"auth0|{token}", f"other-{token}", [], f"zq{token}")
        for person in (life.user, life.other):
            edits = live(engine, ProfileId(person), life.word if person == life.user else "fine")
            life.run()
            if person == life.user:
                life.edits.extend(edits)
        engine.voices.start(ProfileId(life.user, "mail"))
        live(engine, ProfileId(life.user, "mail"), life.word)
        engine.profile_desk.style(ProfileId(life.user))
        made.append(life)
        return life

    yield make
    for life in made:
        databases.give_back(life.environment["MONGODB_DATABASE"])
        life.engine.database.close()


def kill_at_every_step(
    life: Callable[[], Life],
    learner_process: LearnerProcess,
    ask: Callable[[Life], None],
    check: Callable[[Life], None],
    shard: int,
) -> None:
    def run(stop: tuple[int, Moment] | None) -> tuple[int, list[str], Life]:
        case = life()
        ask(case)
        ports = [urlsplit(case.environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]
        proxy = Proxy(*ports)
        status = learner_process.run(through(proxy, case.environment), proxy, stop)
        proxy.close()
        return status, proxy.commands, case

    run(None)  # the servers learn the scripts
    status, commands, undisturbed = run(None)
    assert status == 0
    assert 10 < len(commands) < MOST_COMMANDS
    check(undisturbed)
    for stop in kill_points(commands, ["before"], shard):
        status, passed, case = run(stop)
        assert os.WTERMSIG(status) == signal.SIGKILL or len(passed) < stop[0], f"{stop} did not kill: {status}"
        end_abandoned_transactions(case.environment["MONGODB_URI"])
        people = (ProfileId(case.user), ProfileId(case.user, "mail"), ProfileId(case.other))
        end_claims_and_leases(case.engine, case.environment, *people)
        case.run()
        try:
            check(case)
        except AssertionError as error:
            raise AssertionError(f"killed {stop[1]} command {stop[0]}: {error}") from error


@pytest.mark.draws
@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_erasure_leaves_nothing_wherever_its_learner_was_killed(
    shard: int, life: Callable[[], Life], learner_process: LearnerProcess
) -> None:
    def ask(case: Life) -> None:
        case.engine.eraser.erase_person(case.user)

    def check(case: Life) -> None:
        erasure = case.engine.eraser.status(ProfileId(case.user))
        assert erasure is not None
        assert erasure.state == "done"
        assert traces(case.engine, case.redis_url, [case.user, case.word]) == set()
        check_profile(case.engine, case.other)

    kill_at_every_step(life, learner_process, ask, check, shard)


@pytest.mark.draws
@pytest.mark.parametrize("shard", range(SHARDS))
def test_an_edit_is_unlearned_once_wherever_its_learner_was_killed(
    shard: int, life: Callable[[], Life], learner_process: LearnerProcess
) -> None:
    def ask(case: Life) -> None:
        for edit in case.edits[1:]:
            case.engine.unlearning.ask(case.user, edit)

    def check(case: Life) -> None:
        for edit in case.edits[1:]:
            assert case.engine.learning_progress.of(case.user, edit).status == "unlearned"
        rows = case.engine.database.collection("events").count_documents({"kind": "editsUnlearned"})
        assert rows == 1, "unlearned once"
        check_profile(case.engine, case.user)

    kill_at_every_step(life, learner_process, ask, check, shard)
