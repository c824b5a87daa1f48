"""A log is told in steps, each of some seconds of work, after which it is kept how far it was told."""

from collections.abc import Callable, Iterable

from voice_engine.voice.log import EditsLearned, Event, Telling

type Tell = Callable[[Telling, Event], Telling]
type MustStop = Callable[[], bool]

_EDITS = 50
_ROWS = 500


def tell_in_steps(
    telling: Telling, rest: Iterable[Event], tell: Tell, *, keep: Callable[[Telling], None], must_stop: MustStop
) -> Telling | None:
    """`telling` with the `rest` of its log; None where it had to stop, after one event at least.

    `keep` is given how far it has come after each step but the last, and where it stops.
    """
    unkept = 0
    for event in rest:
        telling = tell(telling, event)
        unkept += len(event.edits) * _ROWS // _EDITS if isinstance(event, EditsLearned) else 1
        stop = must_stop()
        if stop or unkept >= _ROWS:
            keep(telling)
            unkept = 0
        if stop:
            return None
    return telling
