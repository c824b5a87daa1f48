"""A drain on real servers: how much at once, for how long, and what it passes over."""

import threading

import redis

from tests.integration.redis.conftest import Clock, make_job
from tests.integration.redis.draining import drain
from voice_engine.learning_job import DrainReport, JobState, LearningJob, QueueStats
from voice_engine.queue import Done, LearningQueue


class TestDraining:
    def test_as_many_jobs_are_handled_at_once_as_is_set(self, queue: LearningQueue) -> None:
        for _ in range(9):
            queue.enqueue(make_job())
        together = threading.Barrier(3)

        def handle(_: LearningJob) -> Done:
            together.wait()  # passes only when three handlers are here at once
            return Done()

        assert drain(queue, handle, concurrency=3) == DrainReport(done=9)

    def test_no_job_is_begun_without_time_and_none_is_lost(self, queue: LearningQueue) -> None:
        jobs = [make_job() for _ in range(5)]
        for job in jobs:
            queue.enqueue(job)
        handled: list[LearningJob] = []
        report = queue.drain(
            lambda job: handled.append(job) or Done(), concurrency=1, time_left=lambda: 2.0 - len(handled)
        )
        assert report == DrainReport(done=2)
        assert handled == jobs[:2]
        assert queue.stats().waiting == 3
        assert queue.stats().active == 0

    def test_what_is_being_handled_when_time_runs_out_is_finished(self, queue: LearningQueue) -> None:
        job, left = make_job(), [60.0]
        queue.enqueue(job)

        def handle(_: LearningJob) -> Done:
            left[0] = -1.0
            return Done()

        assert queue.drain(handle, concurrency=2, time_left=lambda: left[0]) == DrainReport(done=1)
        assert queue.position(job.edit_id) == JobState("completed")

    def test_jobs_that_are_added_during_a_drain_are_handled_by_it(self, queue: LearningQueue) -> None:
        queue.enqueue(make_job())
        added = iter([make_job() for _ in range(4)])

        def handle(_: LearningJob) -> Done:
            for job in added:
                queue.enqueue(job)
                break
            return Done()

        assert drain(queue, handle) == DrainReport(done=5)

    def test_entries_whose_job_is_gone_are_dropped(
        self, queue: LearningQueue, server: redis.Redis, prefix: str
    ) -> None:
        jobs = [make_job() for _ in range(4)]
        for job in jobs:
            queue.enqueue(job)
        server.delete(*(f"{prefix}:learning:{job.edit_id}" for job in jobs[:3]))
        assert drain(queue) == DrainReport(done=1, dropped=3)
        assert queue.stats() == QueueStats(waiting=0, active=0, delayed=0, failed=0, completed=1)

    def test_a_paused_queue_keeps_its_jobs(self, queue: LearningQueue, server: redis.Redis, prefix: str) -> None:
        queue.enqueue(make_job())
        server.hset(f"{prefix}:learning:meta", "paused", 1)
        queue.enqueue(make_job())
        assert drain(queue) == DrainReport()
        assert queue.stats().waiting == 2

    def test_completed_jobs_are_kept_for_a_day_and_up_to_a_thousand(
        self, queue: LearningQueue, server: redis.Redis, prefix: str, clock: Clock
    ) -> None:
        old = make_job()
        queue.enqueue(old)
        drain(queue)
        clock.advance(24 * 3600 + 1)
        jobs = [make_job() for _ in range(1010)]
        for job in jobs:
            queue.enqueue(job)
        drain(queue, lambda _: clock.advance(0.001) or Done())
        assert queue.stats().completed == 1000
        assert queue.position(old.edit_id) == JobState("missing")
        assert queue.position(jobs[-1].edit_id) == JobState("completed")
        kept = [server.exists(f"{prefix}:learning:{job.edit_id}") for job in jobs]
        assert kept == [0] * 10 + [1] * 1000
        assert server.exists(f"{prefix}:learning:{old.edit_id}") == 0
