"""A whole run of the learner, from the sweep to the last job."""

from tests.engine_fixtures import QueueKeys
from tests.integration.learner.bench import Bench
from voice_engine.learning_run import LearningRun
from voice_engine.sweep import Sweep
from voice_engine.wake import Wake


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
