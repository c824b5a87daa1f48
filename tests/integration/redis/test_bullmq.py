"""npm's bullmq as a peer: it reads our counts and jobs, retries a failed one, and adds jobs that we drain."""

import fcntl
import json
import select
import subprocess
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.redis.conftest import Deployment, make_job
from tests.optional import BULLMQ, NODE, NPM
from tests.time_left import plenty
from tests.waiting import PATIENCE_SECONDS, wait_until
from voice_engine.ids import new_id
from voice_engine.learning_job import LearningJob
from voice_engine.queue import Done, DrainReport, LearningQueue, QueueStats
from voice_engine.redis_connection import RedisClient

FOLDER = Path(__file__).parent / "node"


@pytest.fixture(scope="session")
def bullmq() -> None:
    """The pinned npm packages, installed once however many workers ask."""
    NODE.or_skip()
    NPM.or_skip()
    with (FOLDER / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (FOLDER / "node_modules" / "bullmq").is_dir():
            return
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        try:
            subprocess.run(command, cwd=FOLDER, check=True, capture_output=True, timeout=PATIENCE_SECONDS)
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
            BULLMQ.skip()


class Peer:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def ask(self, action: str, **arguments: Any) -> Any:
        self.tell(action, **arguments)
        return self.listen()

    def tell(self, action: str, **arguments: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps({"do": action, **arguments}) + "\n")
        self._process.stdin.flush()

    def listen(self) -> Any:
        assert self._process.stdout is not None
        readable, _, _ = select.select([self._process.stdout], [], [], PATIENCE_SECONDS)
        assert readable, "the peer does not answer"
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer
        return answer["answer"]


@pytest.fixture
def peer(bullmq: None, deployment: Deployment, prefix: str) -> Iterator[Peer]:
    mode = "cluster" if deployment.cluster else "plain"
    command = ["node", "peer.js", deployment.url, mode, prefix]
    with subprocess.Popen(command, cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Peer(process)
        finally:
            process.kill()


@pytest.fixture
def queue(client: RedisClient, prefix: str) -> LearningQueue:
    return LearningQueue(client, prefix=prefix, attempts=1)


def drain(queue: LearningQueue) -> list[LearningJob]:
    handled: list[LearningJob] = []
    queue.drain(lambda job: handled.append(job) or Done(), concurrency=1, time_left=plenty)
    return handled


def data_of(job: LearningJob) -> dict[str, str]:
    return {"userId": job.user_id, "profile": job.profile, "contentId": job.content_id, "editId": job.edit_id}


def test_it_reads_our_counts_and_jobs(queue: LearningQueue, peer: Peer) -> None:
    def fail(_: LearningJob) -> Done:
        raise LookupError("what a person wrote")

    completed, failed, delayed, waiting = (make_job() for _ in range(4))
    queue.enqueue(completed)
    drain(queue)
    queue.enqueue(failed)
    queue.drain(fail, concurrency=1, time_left=plenty)
    due = datetime.fromisoformat("2099-01-01T00:00:00+00:00")
    queue.enqueue(delayed, at=due)
    queue.enqueue(waiting)
    assert peer.ask("counts") == {"wait": 1, "active": 0, "delayed": 1, "completed": 1, "failed": 1, "paused": 0}
    for job, state, name in (
        (completed, "completed", "completed"),
        (failed, "failed", "failed"),
        (delayed, "delayed", "delayed"),
        (waiting, "wait", "waiting"),
    ):
        (read,) = peer.ask("jobs", state=state)
        assert (read["id"], read["name"], read["data"]) == (job.edit_id, "process-edit", data_of(job))
        assert read["opts"]["attempts"] == 1
        assert peer.ask("state", id=job.edit_id) == name
    (read,) = peer.ask("jobs", state="failed")
    assert read["failedReason"].startswith("LookupError at ")
    assert read["attemptsMade"] == 1
    assert read["attemptsStarted"] == 1
    assert read["finishedOn"] >= read["processedOn"] >= read["timestamp"]
    (read,) = peer.ask("jobs", state="delayed")
    assert read["timestamp"] + read["delay"] == due.timestamp() * 1000


def test_a_job_that_it_retries_is_drained(queue: LearningQueue, peer: Peer) -> None:
    job = make_job()
    queue.enqueue(job)
    queue.drain(lambda _: 1 / 0, concurrency=1, time_left=plenty)
    peer.ask("retry", id=job.edit_id)
    assert queue.position(job.edit_id).state == "waiting"
    assert drain(queue) == [job]
    assert peer.ask("state", id=job.edit_id) == "completed"


def test_a_delayed_job_that_it_promotes_is_drained(queue: LearningQueue, peer: Peer) -> None:
    job = make_job()
    queue.enqueue(job, at=datetime.fromisoformat("2099-01-01T00:00:00+00:00"))
    assert drain(queue) == []
    peer.ask("promote", id=job.edit_id)
    assert drain(queue) == [job]


@pytest.mark.parametrize("options", [{}, {"priority": 3}, {"lifo": True}, {"jobId": "mine"}, {"delay": 1}], ids=str)
def test_jobs_that_it_adds_are_drained_and_it_hears_when_they_are_done(
    queue: LearningQueue, peer: Peer, options: dict[str, Any]
) -> None:
    job = make_job()
    job_id = peer.ask("add", job="process-edit", data=data_of(job), options=options)
    assert queue.stats().waiting + queue.stats().delayed == 1
    peer.tell("finished", id=job_id)
    handled: list[LearningJob] = []

    def came() -> bool:
        handled.extend(drain(queue))
        return bool(handled)

    wait_until(came)  # the delayed one is due a moment later
    assert handled == [job]
    assert peer.listen() == "finished"
    assert peer.ask("counts")["completed"] == 1


def test_its_own_worker_can_drain_what_we_add(queue: LearningQueue, peer: Peer) -> None:
    jobs = [make_job() for _ in range(3)]
    peer.tell("work", count=4)
    for job in jobs:
        queue.enqueue(job)
    later = make_job()
    queue.enqueue(later, at=datetime.now().astimezone() + timedelta(seconds=0.2))
    assert sorted(peer.listen()) == sorted(job.edit_id for job in [*jobs, later])
    assert queue.stats() == QueueStats(waiting=0, active=0, delayed=0, failed=0, completed=4)
    assert queue.enqueue(jobs[0]), "completed by the other worker, so it may come again"


def test_what_is_added_while_it_paused_the_queue_is_drained_after_it_resumed(queue: LearningQueue, peer: Peer) -> None:
    before, meanwhile = make_job(), make_job()
    queue.enqueue(before)
    peer.ask("pause")
    queue.enqueue(meanwhile)
    assert not queue.enqueue(meanwhile)
    assert drain(queue) == []
    peer.ask("resume")
    assert drain(queue) == [before, meanwhile]


def test_a_job_that_it_removed_is_gone_and_its_edit_can_be_queued_again(queue: LearningQueue, peer: Peer) -> None:
    job = make_job()
    queue.enqueue(job)
    assert peer.ask("remove", id=job.edit_id) == 1
    assert queue.known([job.edit_id]) == set()
    assert queue.enqueue(job)
    report = queue.drain(lambda _: Done(), concurrency=1, time_left=plenty)
    assert report == DrainReport(done=1)


def test_an_id_that_it_has_used_for_a_live_job_is_a_duplicate_for_us_too(queue: LearningQueue, peer: Peer) -> None:
    job = make_job(new_id())
    peer.ask("add", job="process-edit", data=data_of(job), options={"jobId": job.edit_id})
    assert not queue.enqueue(job)
    assert drain(queue) == [job]
