"""How much time a run of the learner has, without any clock."""

from collections.abc import Callable


def plenty() -> float:
    """`time_left` of a run that does not run out of time."""
    return 60.0


def looks(number: int) -> Callable[[], float]:
    """Time is there for so many looks at it, and out from then on."""
    left = iter([1.0] * number)
    return lambda: next(left, 0.0)
