"""A function in a process of its own, as `make start` runs it, with all that it prints."""

import json
import os
import secrets
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS


def process_environment(settings: dict[str, str]) -> dict[str, str]:
    """`settings` and what Python needs to find the code; nothing else of this process."""
    host = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    folders = ("layers/common", "functions/api", "functions/learner")
    return host | {"PYTHONPATH": os.pathsep.join(str(ROOT / folder) for folder in folders)} | settings


@dataclass(frozen=True)
class Invoked:
    """What the caller of one invocation is told: the handler's result, or Lambda's error object."""

    request_id: str
    result: Any = None
    error: Any = None


class FunctionProcess:
    """Runs `handler` of the folder functions/<folder>. `printed` is complete once it is closed."""

    def __init__(self, folder: str, handler: str, settings: dict[str, str], log: Path) -> None:
        self._log = log
        aws = {"AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-P", str(ROOT / "local" / "runtime.py"), handler],
                cwd=ROOT / "functions" / folder,
                env=process_environment(aws | settings),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=output,
                text=True,
            )
        assert self._next() == {"result": "ready"}, self.printed

    def invoke(self, event: dict[str, Any]) -> Invoked:
        request_id = secrets.token_hex(8)
        assert self._process.stdin is not None
        invocation = {"event": json.dumps(event), "requestId": request_id, "seconds": PATIENCE_SECONDS}
        print(json.dumps(invocation), file=self._process.stdin, flush=True)
        return Invoked(request_id, **self._next())

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def printed(self) -> list[str]:
        return self._log.read_text("utf-8").splitlines()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Ends the process by ending its input."""
        self._process.communicate()

    def _next(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        answer: dict[str, Any] = json.loads(self._process.stdout.readline() or '{"error": "the process has ended"}')
        return answer
