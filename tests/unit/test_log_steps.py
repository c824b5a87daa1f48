"""Telling a log in steps comes out as telling it at once, wherever it stops and goes on."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.test_log import LOGS
from voice_engine.log_steps import tell_in_steps
from voice_engine.voice.log import Event, Telling, tell


@given(LOGS, st.lists(st.booleans()))
def test_it_goes_on_from_what_was_kept_last(log: list[Event], stops: list[bool]) -> None:
    whole = reduce(tell, log, Telling())
    kept = [Telling()]
    looks = iter(stops)
    told = None
    while told is None:
        begun = kept[-1].as_written.version
        told = tell_in_steps(
            kept[-1], log[begun:], tell, keep=kept.append, must_stop=lambda looks=looks: next(looks, False)
        )
        assert told is not None or kept[-1].as_written.version > begun, "a run that stops has come on"
    assert told == whole
    assert all(one == reduce(tell, log[: one.as_written.version], Telling()) for one in kept)
