"""Which examples hypothesis draws: the same for everybody, or those of a seed, as `make explore` asks for.

A test run draws each example from the source of its test alone. How fast the machine is, which modules are imported,
in which order tests run and on how many workers: none of it changes an example.
"""

import os
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, core, settings
from hypothesis.internal.conjecture import engine, providers
from hypothesis.strategies._internal import collections

EXPLORE_SEED = "EXPLORE_SEED"
TEST_LONG = "TEST_LONG"

settings.register_profile(
    "same for everybody",
    max_examples=60,
    derandomize=True,
    deadline=None,
    # The first depends on how fast the machine is. The second asks for fixtures that are made again for each example;
    # tests here give each example names of its own on one server.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.register_profile(
    "explore", settings.get_profile("same for everybody"), derandomize=False, database=None, print_blob=False
)


def load() -> None:
    """Load the profile of this run. The seed of `make explore` reaches hypothesis as `--hypothesis-seed`."""
    settings.load_profile("explore" if os.environ.get(EXPLORE_SEED) else "same for everybody")
    _forget_constants()


def examples(short: int, *, long: int) -> Callable[[Any], Any]:
    """Decorates a property: `make test` draws `short` examples, `make test-long` draws `long`."""
    chosen = settings(max_examples=either(short, long))

    def decorate(test: Any) -> Any:
        return pytest.mark.draws(chosen(test))

    return decorate


def either[T](short: T, long: T) -> T:
    """What `make test` takes, or `make test-long`: such a test is marked `draws`, too."""
    return long if os.environ.get(TEST_LONG) else short


def pytest_configure() -> None:
    load()


def pytest_collection_finish() -> None:
    """Take back what Schemathesis exchanges in hypothesis when a test module imports it: with its printer, a property
    that fails shows none of its values."""
    for module, name, as_it_was in _AS_IT_WAS:
        setattr(module, name, as_it_was)


_AS_IT_WAS = [
    (core, "RepresentationPrinter", core.RepresentationPrinter),
    *((module, "BUFFER_SIZE", module.BUFFER_SIZE) for module in (core, engine, collections)),
]


def _forget_constants() -> None:
    """Keep hypothesis from drawing constants that it finds in the source of imported modules: which are imported
    depends on what else the worker ran. Hypothesis has no setting for it."""
    none = providers.Constants()
    providers._get_local_constants = lambda: none
