"""The circuit breaker against a model: when a call is let through, and when not."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.breaker import CircuitBreaker, CircuitOpen
from voice_engine.redis_connection import RedisRefused, RedisUnavailable

OPEN_SECONDS = 5.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Server:
    """Counts what reaches it, and answers as it is told."""

    def __init__(self) -> None:
        self.asked = 0
        self.error: Exception | None = None

    def ask(self) -> str:
        self.asked += 1
        if self.error is not None:
            raise self.error
        return "answer"


def test_one_failure_spares_all_calls_until_the_pause_is_over() -> None:
    clock, server = Clock(), Server()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    server.error = RedisUnavailable("TimeoutError")
    with pytest.raises(RedisUnavailable):
        breaker.call(server.ask)
    for _ in range(20):
        with pytest.raises(CircuitOpen):
            breaker.call(server.ask)
    assert server.asked == 1
    clock.now += OPEN_SECONDS
    server.error = None
    assert breaker.call(server.ask) == "answer"
    assert breaker.call(server.ask) == "answer"


@given(
    st.lists(
        st.tuples(st.floats(0, 2 * OPEN_SECONDS), st.sampled_from(["answers", "fails", "refuses", "breaks"])),
        max_size=40,
    )
)
def test_a_call_reaches_the_server_exactly_when_no_failure_lies_within_the_pause(
    steps: list[tuple[float, str]],
) -> None:
    clock, server = Clock(), Server()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    outcomes: dict[str, Exception | None] = {
        "answers": None,
        "fails": RedisUnavailable("ConnectionError"),
        "refuses": RedisRefused("OOM"),
        "breaks": ValueError("a bug of the caller"),
    }
    open_until = float("-inf")
    for pause, outcome in steps:
        clock.now += pause
        server.error = outcomes[outcome]
        before = server.asked
        reaches = clock.now >= open_until
        if server.error is None and reaches:
            assert breaker.call(server.ask) == "answer"
        else:
            with pytest.raises(type(server.error) if reaches and server.error else CircuitOpen):
                breaker.call(server.ask)
        assert server.asked - before == reaches
        if reaches and outcome == "fails":
            open_until = clock.now + OPEN_SECONDS
        elif reaches and outcome != "breaks":
            open_until = float("-inf")


def test_only_one_probe_goes_out_at_a_time() -> None:
    clock = Clock()
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=clock)
    with pytest.raises(RedisUnavailable):
        breaker.call(_unavailable)
    clock.now += OPEN_SECONDS
    under_way, answer = threading.Event(), threading.Event()

    def slow() -> None:
        under_way.set()
        answer.wait()

    probe = threading.Thread(target=breaker.call, args=(slow,))
    probe.start()
    under_way.wait()
    with pytest.raises(CircuitOpen):
        breaker.call(lambda: None)
    answer.set()
    probe.join()
    assert breaker.call(lambda: "answer") == "answer"


def test_what_must_not_be_left_out_is_tried_while_the_circuit_is_open_and_closes_it() -> None:
    breaker = CircuitBreaker(open_seconds=OPEN_SECONDS, clock=Clock())
    with pytest.raises(RedisUnavailable):
        breaker.call(_unavailable)
    assert breaker.attempt(lambda: "answer") == "answer"
    assert breaker.call(lambda: "answer") == "answer"


def _unavailable() -> None:
    raise RedisUnavailable("ConnectionError")
