"""Sandboxes: worker processes that stand in for Lambda's execution environments, one invocation at a time in each."""

import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from local.guardian import Guardian
from local.sam_template import FunctionDefinition

_RUNTIME = Path(__file__).with_name("runtime.py")
# AWS gives a function 10 s to import its code; a busy laptop may need longer.
START_SECONDS = 60.0
_CHUNK = 65_536

type Result = dict[str, Any]


class SandboxFailed(Exception):
    """The sandbox is gone: it died, timed out or never started. The message is what AWS would answer."""


class Sandbox:
    """One process with the function's code, its environment and nothing else of ours."""

    def __init__(
        self, definition: FunctionDefinition, environment: Mapping[str, str], log: Path, guardian: Guardian
    ) -> None:
        self._definition = definition
        self._guardian = guardian
        self._unread = b""
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                # -P: the folder of runtime.py stays off the import path.
                [sys.executable, "-P", str(_RUNTIME), definition.handler],
                cwd=definition.code,
                env=dict(environment),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,
            )
        guardian.watch(self._process.pid)

    def await_start(self) -> None:
        """Raises SandboxFailed when the code cannot be imported, or not in time, and when it is interrupted."""
        ready = self._read(START_SECONDS)
        if "error" in ready:
            self.end()
            raise SandboxFailed(f"{ready['error']['errorType']}: {ready['error']['errorMessage']}")

    def invoke(self, event: str) -> Result:
        """What the handler returned under `result`, or Lambda's error object under `error`.

        Raises SandboxFailed when the process dies or the function's timeout passes; the sandbox is of no use then.
        """
        seconds = self._definition.timeout_seconds
        invocation = json.dumps({"event": event, "requestId": str(uuid4()), "seconds": seconds})
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(invocation.encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            raise self._died() from None
        return self._read(seconds)

    def interrupt(self) -> None:
        """End the process under whoever is waiting for it, who then finds it dead."""
        self._process.kill()

    def end(self) -> None:
        """End the process. Only for the one who holds the sandbox."""
        self._process.kill()
        self._process.communicate()
        self._guardian.forget(self._process.pid)

    def _read(self, seconds: float) -> Result:
        """The next line of the process."""
        deadline = time.monotonic() + seconds
        assert self._process.stdout is not None
        descriptor = self._process.stdout.fileno()
        while b"\n" not in self._unread:
            readable, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
            if not readable:
                self.end()
                raise SandboxFailed(f"Task timed out after {seconds:.2f} seconds")
            chunk = os.read(descriptor, _CHUNK)
            if not chunk:
                raise self._died()
            self._unread += chunk
        line, _, self._unread = self._unread.partition(b"\n")
        result: Result = json.loads(line)
        return result

    def _died(self) -> SandboxFailed:
        self.end()
        return SandboxFailed(f"Runtime exited with status {self._process.returncode}")
