"""A learner on the servers of a test."""

import pytest

from tests.integration.learner.bench import Bench
from voice_engine.bootstrap import Engine


@pytest.fixture
def bench(running: Engine, user: str) -> Bench:
    return Bench(running, user)
