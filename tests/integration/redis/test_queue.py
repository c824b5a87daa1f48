"""The learning queue on real servers: adding, delaying, failing, and what it tells of its jobs."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import redis

from tests.integration.redis.conftest import Clock, make_job
from tests.integration.redis.draining import add_as_another_producer, done, drain, failing
from tests.integration.redis.test_queue_claims import die_while_handling
from voice_engine.ids import new_id
from voice_engine.learning_job import DrainReport, JobState, LearningJob, QueueStats
from voice_engine.queue import Done, Later, LearningQueue
from voice_engine.redis_connection import RedisClient


class TestAdding:
    def test_a_job_arrives_as_it_was_added_and_jobs_come_in_their_order(self, queue: LearningQueue) -> None:
        jobs = [LearningJob(f"ü|{n}", "%C3%BC:mail", new_id(), new_id()) for n in range(20)]
        handled: list[LearningJob] = []
        assert all(queue.enqueue(job) for job in jobs)
        report = drain(queue, lambda job: handled.append(job) or Done())
        assert handled == jobs
        assert report == DrainReport(done=20)

    @pytest.mark.parametrize("state", ["waiting", "active", "delayed"])
    def test_an_id_is_refused_while_its_job_is_live(self, queue: LearningQueue, clock: Clock, state: str) -> None:
        job, again = make_job(), []
        assert queue.enqueue(job, at=clock.now + timedelta(hours=1) if state == "delayed" else None)
        if state == "active":

            def handle(job: LearningJob) -> Done:
                assert queue.position(job.edit_id) == JobState("active")
                again.append(queue.enqueue(job))
                return Done()

            drain(queue, handle)
        else:
            assert queue.position(job.edit_id).state == state
            again.append(queue.enqueue(job))
        assert again == [False]

    def test_an_id_may_come_again_once_it_completed_or_failed(self, client: RedisClient, prefix: str) -> None:
        queue = LearningQueue(client, prefix=prefix, attempts=1)
        job = make_job()
        for handle, state in ((done, "completed"), (failing, "failed"), (done, "completed")):
            assert queue.enqueue(job)
            assert queue.position(job.edit_id) == JobState("waiting")
            drain(queue, handle)
            assert queue.position(job.edit_id) == JobState(state)
        assert queue.stats() == QueueStats(waiting=0, active=0, delayed=0, failed=0, completed=1)

    def test_only_ids_of_edits_are_taken(self, queue: LearningQueue) -> None:
        for wrong in ("wait", "", "1", new_id().upper() + "G", new_id() + ":lock"):
            with pytest.raises(ValueError, match="24 hex digits"):
                queue.enqueue(make_job(wrong) if wrong else LearningJob("u", "u", "c", ""))


class TestDelaying:
    def test_a_job_waits_for_its_time_to_the_millisecond(self, queue: LearningQueue, clock: Clock) -> None:
        job, due = make_job(), clock.now + timedelta(minutes=5, milliseconds=7)
        queue.enqueue(job, at=due)
        assert queue.position(job.edit_id) == JobState("delayed", due)
        clock.now = due - timedelta(milliseconds=1)
        assert drain(queue) == DrainReport()
        clock.now = due
        assert drain(queue) == DrainReport(done=1)

    def test_later_puts_a_job_off_without_an_attempt(
        self, queue: LearningQueue, clock: Clock, server: redis.Redis, prefix: str
    ) -> None:
        job = make_job()
        queue.enqueue(job)
        for _ in range(5):
            due = clock.now + timedelta(minutes=1)
            assert drain(queue, lambda _, due=due: Later(due)) == DrainReport(later=1)
            assert queue.position(job.edit_id) == JobState("delayed", due)
            clock.now = due
        assert server.hget(f"{prefix}:learning:{job.edit_id}", "atm") is None
        assert drain(queue) == DrainReport(done=1)

    def test_later_with_a_time_that_has_come_lets_the_others_go_first(self, queue: LearningQueue, clock: Clock) -> None:
        first, second = make_job(), make_job()
        queue.enqueue(first)
        queue.enqueue(second)
        handled: list[str] = []

        def handle(job: LearningJob) -> Done | Later:
            handled.append(job.edit_id)
            return Later(clock.now) if len(handled) == 1 else Done()

        assert drain(queue, handle) == DrainReport(done=2, later=1)
        assert handled == [first.edit_id, second.edit_id, first.edit_id]

    def test_jobs_due_in_the_same_millisecond_keep_their_order(self, queue: LearningQueue, clock: Clock) -> None:
        jobs, due = [make_job() for _ in range(30)], clock.now + timedelta(seconds=1)
        for job in jobs:
            queue.enqueue(job, at=due)
        clock.now = due
        handled: list[LearningJob] = []
        drain(queue, lambda job: handled.append(job) or Done())
        assert handled == jobs


class TestFailing:
    def test_a_failing_job_is_tried_three_times_with_growing_pauses_and_then_kept_with_its_reason(
        self, queue: LearningQueue, clock: Clock, server: redis.Redis, prefix: str
    ) -> None:
        job = make_job()
        queue.enqueue(job)
        for pause in (2, 4):
            assert drain(queue, failing) == DrainReport(retried=1)
            assert queue.position(job.edit_id) == JobState("delayed", clock.now + timedelta(seconds=pause))
            assert drain(queue, failing) == DrainReport()
            clock.advance(pause)
        assert drain(queue, failing) == DrainReport(failed=1)
        assert queue.position(job.edit_id) == JobState("failed")
        stored = server.hgetall(f"{prefix}:learning:{job.edit_id}")
        assert stored["failedReason"].startswith("RuntimeError at draining.py:")
        assert stored["atm"] == "3"
        assert "diary" not in json.dumps(stored)

    def test_what_failed_is_retried_with_all_its_attempts(self, client: RedisClient, prefix: str, clock: Clock) -> None:
        queue = LearningQueue(client, prefix=prefix, clock=clock, attempts=2, backoff_seconds=1)
        jobs = [make_job() for _ in range(3)]
        for job in jobs:
            queue.enqueue(job)
        for _ in range(2):
            drain(queue, failing)
            clock.advance(1)
        assert queue.stats().failed == 3
        assert queue.retry(jobs[0].edit_id) == 1
        assert queue.retry(jobs[0].edit_id) == 0
        assert drain(queue, failing) == DrainReport(retried=1)
        clock.advance(1)
        assert drain(queue) == DrainReport(done=1)
        assert queue.retry() == 2
        assert drain(queue) == DrainReport(done=2)
        assert queue.retry() == 0

    def test_settled_jobs_leave_the_failed_ones_and_nothing_of_them_stays(
        self, client: RedisClient, server: redis.Redis, prefix: str
    ) -> None:
        queue = LearningQueue(client, prefix=prefix, attempts=1)
        settled, kept, again = (make_job() for _ in range(3))
        for job in (settled, kept, again):
            queue.enqueue(job)
        drain(queue, failing)
        assert set(queue.failed()) == {settled.edit_id, kept.edit_id, again.edit_id}
        queue.enqueue(again)
        assert queue.settle([settled.edit_id, again.edit_id, new_id()]) == 1
        assert queue.failed() == [kept.edit_id]
        assert queue.position(again.edit_id).state == "waiting"
        assert not [name for name in server.scan_iter(f"{prefix}:learning:*") if settled.edit_id in name]
        assert queue.settle([]) == 0

    def test_a_failing_job_holds_up_no_other(self, queue: LearningQueue) -> None:
        bad = make_job()
        queue.enqueue(bad)
        good = [make_job() for _ in range(5)]
        for job in good:
            queue.enqueue(job)
        report = drain(queue, lambda job: failing(job) if job == bad else Done())
        assert report == DrainReport(done=5, retried=1)

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            ("process-edit", "no JSON: dear diary"),
            ("process-edit", "[]"),
            ("process-edit", '{"userId": "ada", "profile": "ada", "contentId": "c"}'),
            ("process-edit", '{"userId": "ada", "profile": 5, "contentId": "c", "editId": "e"}'),
            ("send-mail", '{"userId": "ada", "profile": "ada", "contentId": "c", "editId": "e"}'),
        ],
    )
    def test_a_job_that_is_none_of_ours_fails_at_once_and_is_never_handled(
        self, queue: LearningQueue, server: redis.Redis, prefix: str, name: str, data: str
    ) -> None:
        add_as_another_producer(server, prefix, "17", name, data)
        assert drain(queue, pytest.fail) == DrainReport(failed=1)
        reason = server.hget(f"{prefix}:learning:17", "failedReason")
        assert reason is not None
        assert reason.startswith("MalformedJob: ")
        assert "diary" not in reason


class TestTelling:
    def test_positions_follow_a_job_through_its_life(self, queue: LearningQueue, clock: Clock) -> None:
        job = make_job()
        assert queue.position(job.edit_id) == JobState("missing")
        queue.enqueue(job, at=clock.now + timedelta(seconds=5))
        assert queue.position(job.edit_id) == JobState("delayed", datetime(2030, 1, 1, 0, 0, 5, tzinfo=UTC))
        clock.advance(5)
        seen: list[JobState] = []

        def handle(job: LearningJob) -> Done:
            seen.append(queue.position(job.edit_id))
            return Done()

        drain(queue, handle)
        assert seen == [JobState("active")]
        assert queue.position(job.edit_id) == JobState("completed")

    def test_known_names_the_live_jobs_and_no_others(self, client: RedisClient, prefix: str, clock: Clock) -> None:
        queue = LearningQueue(client, prefix=prefix, clock=clock, attempts=1)
        completed, failed, waiting, delayed, never = (make_job() for _ in range(5))
        queue.enqueue(completed)
        drain(queue)
        queue.enqueue(failed)
        drain(queue, failing)
        active = make_job()
        queue.enqueue(active)
        die_while_handling(queue)
        queue.enqueue(waiting)
        queue.enqueue(delayed, at=clock.now + timedelta(days=1))
        everything = (completed, failed, waiting, delayed, never, active)
        assert queue.known(job.edit_id for job in everything) == {j.edit_id for j in (waiting, delayed, active)}
        assert queue.known([]) == set()

    def test_stats_count_every_state_and_the_age_of_the_next_job(
        self, client: RedisClient, prefix: str, clock: Clock
    ) -> None:
        queue = LearningQueue(client, prefix=prefix, clock=clock, attempts=1)
        assert queue.stats() == QueueStats(0, 0, 0, 0, 0, None)
        for handle in (done, done, failing):
            queue.enqueue(make_job())
            drain(queue, handle)
        queue.enqueue(make_job())
        die_while_handling(queue)
        queue.enqueue(make_job(), at=clock.now + timedelta(days=1))
        queue.enqueue(make_job())
        clock.advance(40)
        queue.enqueue(make_job())
        clock.advance(2)
        assert queue.stats() == QueueStats(
            waiting=2, active=1, delayed=1, failed=1, completed=2, oldest_waiting_seconds=42
        )

    def test_a_delayed_job_counts_as_waiting_only_from_the_time_it_is_due(
        self, queue: LearningQueue, server: redis.Redis, prefix: str, clock: Clock
    ) -> None:
        for _ in range(2):
            queue.enqueue(make_job(), at=clock.now + timedelta(hours=1))
        clock.advance(3600)
        die_while_handling(queue)  # moves both to the list and claims one
        clock.advance(3)
        assert queue.stats().oldest_waiting_seconds == 3

    def test_no_key_of_the_queue_can_be_evicted_but_the_locks(
        self, client: RedisClient, prefix: str, clock: Clock, server: redis.Redis
    ) -> None:
        queue = LearningQueue(client, prefix=prefix, clock=clock, attempts=1)
        for handle in (done, failing):
            queue.enqueue(make_job())
            drain(queue, handle)
        queue.enqueue(make_job())
        die_while_handling(queue)
        queue.enqueue(make_job(), at=clock.now + timedelta(days=1))
        lives = {key: server.ttl(key) for key in server.scan_iter(f"{prefix}:*")}
        assert len(lives) > 8
        assert all((ttl > 0) == key.endswith(":lock") for key, ttl in lives.items())
        assert all(ttl in (-1, *range(31)) for ttl in lives.values())
