"""What tests of settings stand on beside the fixtures of all."""

from collections.abc import Iterator

import pytest

from tests.waiting import PATIENCE_SECONDS
from voice_engine import learner_invocation


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials that work nowhere, all the time that an answer takes, and none of the clients that another test has
    made."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    for name in ("_CONNECT_SECONDS", "_READ_SECONDS"):
        monkeypatch.setattr(learner_invocation, name, PATIENCE_SECONDS)
    learner_invocation._client.cache_clear()
    yield
    learner_invocation._client.cache_clear()
