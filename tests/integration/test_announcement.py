"""A saved edit is told to the learner: its job is on the list, and the learner is woken once for many saves."""

from voice_engine.announcement import announcer
from voice_engine.bootstrap import Engine
from voice_engine.ids import new_id
from voice_engine.queue import LearningJob
from voice_engine.wake import Wake


def job_of(user: str) -> LearningJob:
    return LearningJob(user, user, new_id(), new_id())


def test_saves_put_their_jobs_on_the_list_and_wake_the_learner_once(running: Engine, user: str) -> None:
    woken: list[int] = []
    # The length of the list when the learner is woken: it must find the job that it is woken for.
    wake = Wake(running.redis, running.breaker, lambda: woken.append(running.queue.stats().waiting))
    wake.disarm()
    announce = announcer(running.queue, wake)
    jobs = [job_of(user) for _ in range(3)]
    assert [announce(job) for job in jobs] == [True, True, True]
    assert woken == [1]
    assert running.queue.stats().waiting == 3
    assert announce(jobs[0]), "a job that is there already is on the list"
    assert running.queue.stats().waiting == 3
    wake.disarm()


def test_a_learner_that_cannot_be_woken_takes_no_job_off_the_list(running: Engine, user: str) -> None:
    def fail() -> None:
        raise OSError("no route to the function")

    wake = Wake(running.redis, running.breaker, fail)
    wake.disarm()
    job = job_of(user)
    assert announcer(running.queue, wake)(job)
    assert running.queue.known([job.edit_id]) == {job.edit_id}
    assert wake.request() is False
