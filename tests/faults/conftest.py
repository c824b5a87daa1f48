"""What the tests share that kill a learner."""

from collections.abc import Iterator

import pytest

from tests.faults.killed_learner import LearnerProcess


@pytest.fixture(scope="module")
def learner_process() -> Iterator[LearnerProcess]:
    process = LearnerProcess()
    yield process
    process.end()
