"""What becomes of a saved edit, followed until it is learned."""

import time
from datetime import UTC, datetime
from typing import Any

from local.api_client import ApiClient

_PATIENCE_SECONDS = 300.0
# An edit that is due later than this waits for the end of a window.
_SOON_SECONDS = 120.0
_POLL_SECONDS = 0.02
_WINDOWS = "is the service running with LEARNING_RATE_LIMIT_MINUTES=0 and EDIT_BATCH_WINDOW_MINUTES=0?"


class NotLearned(Exception):
    """The message is one line that says what became of the edit."""


def await_learned(client: ApiClient, edit_id: str) -> dict[str, Any]:
    """The answer that says in which version it was learned. Raises NotLearned when it will not be, or not soon."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        progress: dict[str, Any] = client.get(f"/api/learning/{edit_id}")
        if progress["status"] == "learned":
            return progress
        if progress["status"] not in ("queued", "delayed"):
            raise NotLearned(f"edit {edit_id} was not learned: {progress['status']}, {progress['reason']}")
        if progress["until"] and _seconds_until(progress["until"]) > _SOON_SECONDS:
            raise NotLearned(f"edit {edit_id} is learned at {progress['until']}: {_WINDOWS}")
        if time.monotonic() > deadline:
            waited = f"{_PATIENCE_SECONDS:.0f} s"
            raise NotLearned(f"edit {edit_id} is still {progress['status']} after {waited}: {_WINDOWS}")
        time.sleep(_POLL_SECONDS)


def _seconds_until(moment: str) -> float:
    return (datetime.fromisoformat(moment) - datetime.now(UTC)).total_seconds()
