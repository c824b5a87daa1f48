"""Draining the queue: several workers claim, handle and acknowledge, while one thread keeps their claims alive."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from voice_engine import fault
from voice_engine.learning_job import DrainReport, Gone, Later, LearningJob, MalformedJob, Outcome, read_job
from voice_engine.queue_claims import Claim, Claims
from voice_engine.redis_connection import RedisUnavailable

logger = logging.getLogger(__name__)


def drain(
    claims: Claims,
    handle: Callable[[LearningJob], Outcome],
    *,
    concurrency: int,
    time_left: Callable[[], float],
) -> DrainReport:
    """Handle jobs until none is due or `time_left` gives no seconds; what is being handled then is finished.

    Raises RedisUnavailable when Redis goes away, once what is being handled has ended.
    """
    tally = _Tally()
    tally.add("recovered", claims.recover())
    with _KeptAlive(claims) as kept, ThreadPoolExecutor(concurrency, thread_name_prefix="drain") as workers:
        running = [workers.submit(_work, claims, kept, handle, time_left, tally) for _ in range(concurrency)]
    for worker in running:
        worker.result()
    return tally.report()


def _work(
    claims: Claims,
    kept: "_KeptAlive",
    handle: Callable[[LearningJob], Outcome],
    time_left: Callable[[], float],
    tally: "_Tally",
) -> None:
    while time_left() > 0:
        claimed = claims.take()
        tally.add("dropped", claimed.dropped)
        if claimed.claim is not None:
            with kept.alive(claimed.claim):
                tally.add(_run(claims, claimed.claim, handle))
        elif not claimed.dropped:
            return


def _run(claims: Claims, claim: Claim, handle: Callable[[LearningJob], Outcome]) -> str:
    """What became of the job, as a field of DrainReport."""
    try:
        job = read_job(claim.name, claim.data)
    except MalformedJob as error:
        return _failed(claims, claim, f"MalformedJob: {error}", final=True)
    try:
        outcome = handle(job)
    except Exception as error:  # noqa: BLE001 (whatever a handler raises is the failure of its job, not of the drain)
        return _failed(claims, claim, fault.description(error), final=False)
    if isinstance(outcome, Later):
        return "later" if claims.postpone(claim, outcome.at) else "lost"
    if isinstance(outcome, Gone):
        return "gone" if claims.discard(claim) else "lost"
    return "done" if claims.complete(claim) else "lost"


def _failed(claims: Claims, claim: Claim, reason: str, *, final: bool) -> str:
    state = claims.fail(claim, reason, final=final)
    logger.warning("a job failed", extra={"jobId": claim.job_id, "reason": reason, "state": state})
    return "retried" if state == "delayed" else state


class _KeptAlive:
    """Extends the claims that are being handled."""

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._held: set[Claim] = set()
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._extend, name="claims kept alive", daemon=True)

    def __enter__(self) -> "_KeptAlive":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    @contextmanager
    def alive(self, claim: Claim) -> Iterator[None]:
        with self._lock:
            self._held.add(claim)
        try:
            yield
        finally:
            with self._lock:
                self._held.discard(claim)

    def _extend(self) -> None:
        while not self._ended.wait(self._claims.extend_seconds):
            with self._lock:
                held = list(self._held)
            try:
                if held:
                    self._claims.extend(held)
            except RedisUnavailable as error:
                logger.warning("claims were not extended", extra={"cause": str(error), "claims": len(held)})


class _Tally:
    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, what: str, number: int = 1) -> None:
        with self._lock:
            self._counts[what] += number

    def report(self) -> DrainReport:
        return DrainReport(**self._counts)
