"""Claims on real servers: kept while a job is handled, lost with their owner, recovered once."""

import threading
from datetime import timedelta

import pytest
import redis

from tests.integration.redis.conftest import Clock, make_job
from tests.integration.redis.draining import drain
from tests.waiting import wait_until
from voice_engine.learning_job import DrainReport, JobState, LearningJob
from voice_engine.queue import Done, Later, LearningQueue
from voice_engine.redis_connection import RedisClient

# Nobody is too slow for it.
CLAIM_SECONDS = 600


class TestClaims:
    def test_a_claim_is_prolonged_again_and_again_while_the_job_is_being_handled(
        self, client: RedisClient, server: redis.Redis, prefix: str
    ) -> None:
        queue = LearningQueue(client, prefix=prefix, claim_seconds=CLAIM_SECONDS, extend_seconds=0.05)
        job = make_job()
        queue.enqueue(job)
        claim, half = f"{prefix}:learning:{job.edit_id}:lock", CLAIM_SECONDS * 500

        def handle(_: LearningJob) -> Done:
            for _ in range(3):
                server.pexpire(claim, half)  # as if half of its life had passed
                wait_until(lambda: server.pttl(claim) > half)
            return Done()

        assert drain(queue, handle) == DrainReport(done=1)

    def test_it_is_prolonged_three_times_within_its_life(self, client: RedisClient, prefix: str) -> None:
        assert LearningQueue(client, prefix=prefix, claim_seconds=60)._claims.extend_seconds == 20

    @pytest.mark.parametrize("outcome", ["done", "later", "failure"])
    def test_an_owner_that_lost_its_claim_acknowledges_nothing(
        self, queue: LearningQueue, server: redis.Redis, prefix: str, clock: Clock, outcome: str
    ) -> None:
        job = make_job()
        queue.enqueue(job)
        second: list[DrainReport] = []

        def slow(_: LearningJob) -> Done | Later:
            server.delete(f"{prefix}:learning:{job.edit_id}:lock")  # as if it had expired
            second.append(drain(queue))
            if outcome == "failure":
                raise RuntimeError
            return Done() if outcome == "done" else Later(clock.now + timedelta(days=1))

        assert drain(queue, slow) == DrainReport(lost=1)
        assert second == [DrainReport(done=1, recovered=1)]
        assert queue.position(job.edit_id) == JobState("completed")
        assert server.hget(f"{prefix}:learning:{job.edit_id}", "failedReason") is None

    @pytest.mark.parametrize("outcome", ["done", "later", "failure"])
    def test_a_former_owner_cannot_end_the_claim_of_the_present_one(
        self, queue: LearningQueue, server: redis.Redis, prefix: str, clock: Clock, outcome: str
    ) -> None:
        job = make_job()
        queue.enqueue(job)
        present_works, former_is_gone = threading.Event(), threading.Event()
        present: list[DrainReport] = []

        def present_owner(_: LearningJob) -> Done:
            present_works.set()
            former_is_gone.wait()
            assert queue.position(job.edit_id) == JobState("active")
            return Done()

        other = threading.Thread(target=lambda: present.append(drain(queue, present_owner)))

        def former_owner(_: LearningJob) -> Done | Later:
            server.delete(f"{prefix}:learning:{job.edit_id}:lock")  # as if it had expired
            other.start()
            present_works.wait()
            if outcome == "failure":
                raise RuntimeError
            return Done() if outcome == "done" else Later(clock.now)

        try:
            assert drain(queue, former_owner) == DrainReport(lost=1)
        finally:
            former_is_gone.set()
            other.join()
        assert present == [DrainReport(done=1, recovered=1)]

    def test_a_recovered_job_is_the_next_one(self, queue: LearningQueue, server: redis.Redis, prefix: str) -> None:
        crashed, other = make_job(), make_job()
        queue.enqueue(crashed)
        queue.enqueue(other)
        die_while_handling(queue)
        server.delete(f"{prefix}:learning:{crashed.edit_id}:lock")
        handled: list[LearningJob] = []
        assert drain(queue, lambda job: handled.append(job) or Done()) == DrainReport(done=2, recovered=1)
        assert handled == [crashed, other]

    def test_a_claim_that_stands_is_not_recovered(self, queue: LearningQueue) -> None:
        queue.enqueue(make_job())
        die_while_handling(queue)
        assert queue.recover() == 0
        assert queue.stats().active == 1

    def test_a_job_that_takes_its_owner_down_every_time_ends_as_failed(
        self, queue: LearningQueue, server: redis.Redis, prefix: str
    ) -> None:
        job = make_job()
        queue.enqueue(job)
        for _ in range(3):
            die_while_handling(queue)
            server.delete(f"{prefix}:learning:{job.edit_id}:lock")
            queue.recover()
        assert queue.position(job.edit_id) == JobState("failed")
        assert server.hget(f"{prefix}:learning:{job.edit_id}", "failedReason") == "ClaimExpired 3 times"
        assert queue.retry() == 1
        die_while_handling(queue)
        server.delete(f"{prefix}:learning:{job.edit_id}:lock")
        assert queue.recover() == 1, "its count began anew"
        assert drain(queue) == DrainReport(done=1)


def die_while_handling(queue: LearningQueue) -> None:
    """One job is claimed, and its owner never acknowledges it."""

    def die(_: LearningJob) -> Done:
        raise SystemExit

    with pytest.raises(SystemExit):
        drain(queue, die)
