"""Draining the queue in the simplest ways, and a producer beside ours."""

from collections.abc import Callable

import redis

from tests.time_left import plenty
from voice_engine.learning_job import DrainReport, LearningJob
from voice_engine.queue import Done, Later, LearningQueue


def done(_: LearningJob) -> Done:
    return Done()


def failing(_: LearningJob) -> Done:
    raise RuntimeError("the writer wrote: dear diary")


def drain(
    queue: LearningQueue, handle: Callable[[LearningJob], Done | Later] = done, concurrency: int = 1
) -> DrainReport:
    return queue.drain(handle, concurrency=concurrency, time_left=plenty)


def add_as_another_producer(server: redis.Redis, prefix: str, job_id: str, name: str, data: str) -> None:
    fields = {"name": name, "data": data, "opts": "{}", "timestamp": 1, "delay": 0, "priority": 0}
    server.hset(f"{prefix}:learning:{job_id}", mapping=fields)
    server.lpush(f"{prefix}:learning:wait", job_id)
