"""The learner alone, with a clock and windows of the test's own: what it counts, what it waits for, what it refuses."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.engine_fixtures import Api, QueueKeys
from tests.faults.invariants import check_profile
from voice_engine.bootstrap import Engine
from voice_engine.errors import Unavailable
from voice_engine.ids import new_id
from voice_engine.learner import BATCH, EditFailed, Learned, Learner
from voice_engine.learning_run import LearningRun
from voice_engine.lease import Leases, lease_key
from voice_engine.profile_key import ProfileId, profile_key
from voice_engine.queue import Done, Gone, Later, LearningJob
from voice_engine.store.edits import SavedEdit
from voice_engine.sweep import Sweep
from voice_engine.wake import Wake
from voice_engine.windows import Windows

MINUTES = timedelta(minutes=5)
OPEN = Windows(rate=MINUTES, batch=MINUTES)
NONE = Windows(rate=timedelta(0), batch=timedelta(0))


def do_nothing(*_: object) -> None:
    """Stands where a test has nothing to do at that moment."""


@dataclass
class Bench:
    """A learner of one person's edits. `during` is called for each text while it is measured, `after` each commit."""

    engine: Engine
    user: str
    windows: Windows = NONE
    lease_ms: int = 5_000
    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    during: Callable[[str], None] = do_nothing
    after: Callable[[Learned], None] = do_nothing

    @property
    def key(self) -> str:
        return profile_key(self.user)

    @property
    def job(self) -> LearningJob:
        return LearningJob(self.user, self.key, new_id(), new_id())

    @property
    def learner(self) -> Learner:
        def detect_language(text: str) -> str:
            self.during(text)
            return "en"

        engine = self.engine
        return Learner(
            engine.edits,
            engine.contents,
            engine.profiles,
            engine.commits,
            Leases(engine.redis, ttl_ms=self.lease_ms),
            engine.cache,
            self.windows,
            detect_language=detect_language,
            clock=lambda: self.now,
            report=lambda learned: self.after(learned),
        )

    def learn(self, job: LearningJob | None = None, time_left: Callable[[], float] = lambda: 30.0) -> Done | Later:
        return self.learner.learn(job or self.job, time_left)

    def edit(self, text: str = "It is short.", at: datetime | None = None, **fields: Any) -> str:
        """Store a pending edit as a save does, at a time of the test's choice; its id."""
        edit = SavedEdit(
            id=new_id(),
            profile=self.key,
            user_id=self.user,
            content_id=fields.pop("content_id", new_id()),
            rev=fields.pop("rev", 1),
            base=("It is long. It is very long.",),
            text=(text,),
            saved_at=at or self.now,
            **fields,
        )
        self.engine.database.transaction(lambda session: self.engine.edits.insert(edit, session=session))
        return edit.id

    def stored(self, id_: str) -> dict[str, Any]:
        found = self.engine.database.collection("edits").find_one({"_id": id_})
        assert found is not None
        return found

    def log(self) -> list[dict[str, Any]]:
        return list(self.engine.database.collection("events").find({"profile": self.key}).sort("version"))


@pytest.fixture
def bench(running: Engine, user: str) -> Bench:
    return Bench(running, user)


def test_attempts_are_counted_before_the_work_so_that_an_edit_that_kills_its_learner_is_counted(bench: Bench) -> None:
    edit = bench.edit()
    seen = []
    bench.during = lambda _: seen.append(bench.stored(edit)["attempts"])
    bench.learn()
    assert seen == [1]
    assert bench.stored(edit)["status"] == "learned"


def test_an_edit_that_failed_waits_for_its_next_attempt_and_holds_up_no_other(bench: Bench) -> None:
    good, bad = bench.edit("It is good."), bench.edit("It is poison.")

    def refuse(text: str) -> None:
        if "poison" in text:
            raise ValueError(text)

    bench.during = refuse
    with pytest.raises(EditFailed) as failure:
        bench.learn()
    assert "poison" not in str(failure.value), "text in a message"
    assert bench.stored(good)["status"] == "learned"
    # Once with the others and once alone; the third attempt is for another time.
    assert (bench.stored(bad)["status"], bench.stored(bad)["attempts"]) == ("pending", 2)
    assert bench.learn() == Done()
    failed = bench.stored(bad)
    assert (failed["status"], failed["reason"], failed["attempts"]) == ("failed", "ValueError", 3)
    check_profile(bench.engine, bench.user)


def test_edits_that_a_killed_learner_had_in_hand_are_learned_one_by_one(bench: Bench) -> None:
    """One of them may have killed it: together they would all die of that."""
    edits = [bench.edit(f"Text {number}.", bench.now + timedelta(seconds=number), attempts=1) for number in range(3)]
    bench.now += timedelta(seconds=9)
    fresh = [bench.edit("Fresh."), bench.edit("Fresh too.")]
    bench.learn()
    assert [row["editIds"] for row in bench.log()[:3]] == [[edit] for edit in edits]
    assert sorted(bench.log()[3]["editIds"]) == sorted(fresh)
    check_profile(bench.engine, bench.user)


def test_an_edit_whose_text_cannot_be_read_holds_up_no_other(bench: Bench) -> None:
    bad, good = bench.edit(), bench.edit()
    bench.engine.database.collection("edits").update_one({"_id": bad}, {"$set": {"text": None}})
    with pytest.raises(EditFailed):
        bench.learn()
    assert bench.learn() == Done()
    assert bench.stored(bad)["status"] == "failed"
    assert bench.stored(good)["status"] == "learned"


def test_an_edit_that_is_erased_while_it_is_learned_leaves_nothing_and_costs_the_others_nothing(bench: Bench) -> None:
    erased, other = bench.edit("Erase me."), bench.edit("Keep me.")
    edits = bench.engine.database.collection("edits")
    bench.during = lambda _: edits.delete_one({"_id": erased})
    assert bench.learn() == Done()
    assert [row["editIds"] for row in bench.log()] == [[other]]
    assert bench.stored(other)["attempts"] == 1, "blamed for what happened to another"
    check_profile(bench.engine, bench.user)


def test_an_edit_that_is_erased_before_its_text_is_read_is_nobodys_failure(bench: Bench) -> None:
    erased = bench.edit()

    def time_left() -> float:
        bench.engine.database.collection("edits").delete_one({"_id": erased})
        return 30.0

    assert bench.learn(time_left=time_left) == Done()
    assert bench.log() == []
    assert bench.engine.profiles.find(bench.key) is None


def test_an_edit_that_somebody_else_learned_meanwhile_is_learned_once(bench: Bench) -> None:
    edit = bench.edit()
    rival = Bench(bench.engine, bench.user)

    def overtake(_: str) -> None:
        bench.during = do_nothing
        bench.engine.redis.run("x", lambda node: node.delete(lease_key(bench.key)))
        rival.learn()

    bench.during = overtake
    bench.learn()
    assert [row["editIds"] for row in bench.log()] == [[edit]]
    assert bench.stored(edit)["learnedVersion"] == 1
    check_profile(bench.engine, bench.user)


def test_what_was_set_by_hand_while_learning_is_kept(bench: Bench) -> None:
    bench.edit()

    def set_by_hand(_: str) -> None:
        bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 9})

    bench.during = set_by_hand
    bench.learn()
    profile = bench.engine.profiles.find(bench.key)
    assert profile is not None
    assert (profile.version, profile.state.overrides["tone.humor"], profile.state.learned.edits) == (2, 9, 1)
    check_profile(bench.engine, bench.user)


def test_edits_are_folded_in_the_order_in_which_they_were_saved(bench: Bench) -> None:
    early = bench.now - timedelta(seconds=9)
    content_ids = sorted(new_id() for _ in range(2))
    expected = [
        ("a", early, content_ids[1], 1),
        ("b", bench.now, content_ids[0], 1),
        ("c", bench.now, content_ids[0], 3),
        ("d", bench.now, content_ids[1], 2),
    ]
    ids = {
        name: bench.edit(f"Text {name}.", at, content_id=content_id, rev=rev)
        for name, at, content_id, rev in reversed(expected)
    }
    bench.learn()
    assert [row["editIds"] for row in bench.log()] == [[ids[name] for name in "abcd"]]
    check_profile(bench.engine, bench.user)


def test_whose_profile_it_is_is_told_by_the_edits_and_not_by_the_job(bench: Bench) -> None:
    bench.edit()
    assert bench.learn(LearningJob("somebody-else", bench.key, new_id(), new_id())) == Done()
    profile = bench.engine.profiles.find(bench.key)
    assert profile is not None
    assert profile.user_id == bench.user
    assert {row["userId"] for row in bench.log()} == {bench.user}


def test_a_job_for_a_profile_with_nothing_pending_does_nothing(bench: Bench) -> None:
    assert bench.learn(LearningJob("ghost", "ghost:of:nobody{}", new_id(), new_id())) == Gone()
    assert bench.engine.profiles.find("ghost:of:nobody{}") is None


# Windows


def test_a_second_learning_waits_for_its_window_and_takes_all_that_came_meanwhile(bench: Bench) -> None:
    bench.windows = OPEN
    first = bench.edit()
    assert bench.learn() == Done(), "the first edit of a person waits for nothing"
    learned_at = bench.now
    bench.now += timedelta(minutes=2)
    saved_at = bench.now
    second = bench.edit()
    assert bench.learn() == Later(saved_at + MINUTES)
    bench.now += timedelta(minutes=2)
    third = bench.edit()
    assert bench.learn() == Later(saved_at + MINUTES)
    assert bench.engine.profiles.learned_at(bench.key) == learned_at
    bench.now = saved_at + MINUTES
    assert bench.learn() == Done()
    assert [row["editIds"] for row in bench.log()] == [[first], [second, third]]


def test_a_value_set_by_hand_starts_no_window(bench: Bench) -> None:
    bench.windows = OPEN
    bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 9})
    assert bench.engine.profiles.learned_at(bench.key) is None
    bench.edit()
    assert bench.learn() == Done()
    learned_at = bench.engine.profiles.learned_at(bench.key)
    bench.engine.profile_desk.change(ProfileId(bench.user), {"tone.humor": 2})
    assert bench.engine.profiles.learned_at(bench.key) == learned_at == bench.now


def test_an_edit_saved_while_others_are_learned_waits_for_its_window_too(bench: Bench) -> None:
    bench.windows = OPEN
    bench.edit()
    late: list[str] = []

    def save(_: Learned) -> None:
        if not late:
            late.append(bench.edit("It came late."))

    bench.after = save
    assert bench.learn() == Later(bench.now + MINUTES)
    assert len(bench.log()) == 1
    assert bench.stored(late[0])["status"] == "pending"


def test_more_than_a_batch_is_learned_in_one_go_whatever_the_window(bench: Bench) -> None:
    bench.windows = OPEN
    first = bench.edit()
    bench.learn()
    for number in range(BATCH + 3):
        bench.edit(f"Text number {number}.")
    assert bench.learn() == Done()
    assert [len(row["editIds"]) for row in bench.log()] == [1, BATCH, 3]
    assert bench.log()[0]["editIds"] == [first]
    check_profile(bench.engine, bench.user)


def test_exactly_a_batch_waits_for_its_window(bench: Bench) -> None:
    bench.windows = OPEN
    bench.edit()
    bench.learn()
    for number in range(BATCH):
        bench.edit(f"Text number {number}.")
    assert bench.learn() == Later(bench.now + MINUTES)


def test_when_time_is_out_the_job_comes_back_at_once_and_nothing_is_acknowledged_unlearned(bench: Bench) -> None:
    for number in range(BATCH + 3):
        bench.edit(f"Text number {number}.")
    left = iter([1.0, 0.0])
    assert bench.learn(time_left=lambda: next(left)) == Later(bench.now)
    assert len(bench.engine.edits.pending(bench.key, limit=BATCH)) == 3
    assert bench.learn() == Done()
    check_profile(bench.engine, bench.user)


# Others at work


def test_a_profile_that_somebody_else_learns_is_put_off(bench: Bench) -> None:
    edit = bench.edit()
    with Leases(bench.engine.redis).hold(bench.key) as lease:
        assert lease is not None
        outcome = bench.learn()
    assert isinstance(outcome, Later)
    assert outcome.at > bench.now
    assert (bench.stored(edit)["status"], bench.stored(edit)["attempts"]) == ("pending", 0)


def test_a_learner_that_lost_its_lease_stops_before_the_next_transaction(bench: Bench) -> None:
    bench.lease_ms = 1_000
    for number in range(BATCH + 1):
        bench.edit(f"Text number {number}.")

    def take_over(_: Learned) -> None:
        bench.engine.redis.run("x", lambda node: node.set(lease_key(bench.key), "another owner", px=60_000))
        # From then on the lease cannot be confirmed, and one that is not confirmed for its whole life is lost.
        time.sleep(bench.lease_ms / 1_000)

    bench.after = take_over
    assert bench.learn() == Later(bench.now)
    assert len(bench.log()) == 1


@contextmanager
def held_back(engine: Engine, key: str) -> Iterator[None]:
    """Somebody's transaction has written the profile and neither commits nor ends, as a killed process leaves it."""
    collection = engine.database.collection("profiles")
    with collection.database.client.start_session() as session:
        session.start_transaction()
        collection.update_one({"_id": key}, {"$set": {"touched": True}}, session=session)
        yield
        session.abort_transaction()


@pytest.fixture
def impatient(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], running: Engine
) -> Engine:
    return with_environment(environment | {"MONGODB_TIMEOUT_SECONDS": "0.5"})


def test_a_commit_that_the_database_cannot_make_is_not_the_edits_failure(impatient: Engine, user: str) -> None:
    bench = Bench(impatient, user)
    impatient.profile_desk.change(ProfileId(user), {"tone.humor": 9})
    edit = bench.edit()
    for _ in range(4):
        with held_back(impatient, bench.key), pytest.raises(Unavailable):
            bench.learn()
        assert (bench.stored(edit)["status"], bench.stored(edit)["attempts"]) == ("pending", 0)
    assert bench.learn() == Done()
    check_profile(impatient, user)


def test_a_transaction_left_behind_by_a_dead_process_costs_an_answer_and_not_the_function(
    impatient: Engine, api: Api, user: str
) -> None:
    impatient.profile_desk.change(ProfileId(user), {"tone.humor": 9})
    with held_back(impatient, profile_key(user)):
        answer = api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user)
        assert (answer.status, answer.json["code"]) == (503, "unavailable")
    assert api("PUT", "/api/profile/style", {"tone": {"humor": 2}}, user=user).status == 200


# A whole run


def run_of(bench: Bench, wake: Wake) -> LearningRun:
    engine = bench.engine
    sweep = Sweep(engine.queue, engine.edits, engine.profiles, engine.cache)
    return LearningRun(
        engine.database,
        engine.edits,
        engine.queue,
        wake,
        sweep,
        bench.learner,
        engine.relearning,
        engine.unlearning,
        engine.eraser,
        engine.text_retention,
        engine.import_rebuild,
        concurrency=1,
    )


def test_a_save_during_a_drain_asks_for_another_run(bench: Bench) -> None:
    bench.edit()
    invoked: list[None] = []
    wake = Wake(bench.engine.redis, bench.engine.breaker, lambda: invoked.append(None))
    wake.disarm()
    assert wake.request()
    assert not wake.request(), "one invocation, however many ask"
    asked: list[bool] = []
    bench.after = lambda _: asked.append(wake.request())
    run_of(bench, wake).run(lambda: 30.0)
    assert asked == [True]
    assert not wake.request(), "what the save asked for still stands after the run"
    wake.disarm()


def test_an_edit_of_a_database_without_indexes_is_learned_and_the_indexes_made(bench: Bench) -> None:
    edit = bench.edit()
    for name in ("edits", "profiles", "contents", "events", "versions"):
        bench.engine.database.collection(name).drop_indexes()
    bench.engine.database.collection("meta").drop()
    run_of(bench, bench.engine.wake).run(lambda: 30.0)
    assert bench.stored(edit)["status"] == "learned"
    assert len(bench.engine.database.collection("edits").index_information()) > 1


def test_a_job_that_fails_is_tried_again_after_a_pause(bench: Bench, queue_keys: QueueKeys) -> None:
    bench.edit()

    def refuse(_: str) -> None:
        raise ValueError

    bench.during = refuse
    run = run_of(bench, bench.engine.wake)
    report = run.run(lambda: 30.0)
    assert (report.swept.requeued, report.drained.retried, report.drained.done) == (1, 1, 0)
    assert bench.engine.queue.stats().delayed == 1
    again = run.run(lambda: 30.0)
    assert again.swept.requeued == 0, "a job that waits out its pause is a job"
    for _ in range(2):
        queue_keys.release_delayed()
        run.run(lambda: 30.0)
    assert [edit["status"] for edit in bench.engine.database.collection("edits").find()] == ["failed"]
    assert run.run(lambda: 30.0).swept.requeued == 0, "a dead letter is not tried for ever"
    stats = bench.engine.queue.stats()
    assert (stats.waiting, stats.active, stats.delayed, stats.failed) == (0, 0, 0, 0)
