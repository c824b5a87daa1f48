"""What `make start` shows: its progress, a line for each request, what the learner did, and how to begin."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local import demo
from local.sandbox import Result

_output = threading.Lock()


def say(line: str = "") -> None:
    with _output:
        print(line, flush=True)


def request_line(method: str, path: str, status: str, milliseconds: float) -> None:
    say(f"{method} {path} {status} {milliseconds:.0f} ms")


def quiet(*_: object) -> None:
    """A request that the service made of itself."""


def learner_line(event: str, result: Result, log: Path) -> None:
    """What a run of the learner did; nothing for a run that found nothing to do."""
    source = json.loads(event).get("source", "unknown")
    if "error" in result:
        say(f"learner ({source}) failed: {result['error']['errorType']}, see {log}")
        return
    counts = ", ".join(f"{name} {count}" for name, count in _counts(result["result"]) if count)
    if counts:
        say(f"learner ({source}): {counts}")


def _counts(report: Any) -> Iterator[tuple[str, int]]:
    for name, value in report.items():
        if isinstance(value, dict):
            yield from _counts(value)
        elif isinstance(value, int):
            yield name, value


def how_to_begin(url: str, token: str, content_id: str | None, directory: Path) -> None:
    """The address, a token, and three commands that work as they stand."""
    header = f"-H 'Authorization: Bearer {token}'"
    say(f"\nThe API answers at {url}")
    say(f"Token of the user {demo.USER}, good for a week (make token USER=name prints others):\n\n{token}\n")
    say("In another terminal:\n")
    say("# how the demo writer writes")
    say(f"curl -sw '\\n' {url}/api/profile/style {header}\n")
    say("# register a draft")
    draft = {"text": "We are thrilled to announce that the bakery now opens at seven.", "platform": "linkedin"}
    say(f"curl -sw '\\n' {url}/api/content {header} -H 'Content-Type: application/json' -d '{json.dumps(draft)}'\n")
    if content_id is not None:
        say("# save what the writer made of a draft")
        saved = json.dumps({"editedText": demo.FIRST_SAVE})
        path = f"/api/content/{content_id}/save-edits"
        say(f"curl -sw '\\n' {url}{path} {header} -H 'Content-Type: application/json' -d '{saved}'\n")
    say(f"Ctrl-C stops everything. Data and logs stay in {directory}; FRESH=1 begins anew.\n")
