"""Telling the learner of a saved edit, as well as Redis allows: the edit is durable already."""

from collections.abc import Callable

from voice_engine.queue import LearningJob, LearningQueue
from voice_engine.redis_connection import RedisUnavailable
from voice_engine.wake import Wake


def announcer(queue: LearningQueue, wake: Wake) -> Callable[[LearningJob], bool]:
    """Push the job, then wake the learner; True when the job is on the list."""

    def announce(job: LearningJob) -> bool:
        try:
            queue.enqueue(job)
        except RedisUnavailable:
            return False
        wake.request()
        return True

    return announce
