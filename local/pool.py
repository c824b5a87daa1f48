"""A function's pool of sandboxes: started when they are needed, kept warm, and replaced when they fail."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from local.guardian import Guardian
from local.sam_template import FunctionDefinition
from local.sandbox import START_SECONDS, Result, Sandbox, SandboxFailed


class PoolClosed(Exception):
    """The function takes no more invocations."""


class SandboxPool:
    """At most `most` invocations run at once; more of them wait."""

    def __init__(
        self,
        definition: FunctionDefinition,
        environment: Mapping[str, str],
        *,
        log: Path,
        guardian: Guardian,
        most: int,
    ) -> None:
        self._definition = definition
        self._environment = environment
        self._log = log
        self._guardian = guardian
        self._most = most
        self._free = threading.Semaphore(most)
        self._lock = threading.Lock()
        self._warm: list[tuple[Sandbox, Mapping[str, str]]] = []
        self._busy: set[Sandbox] = set()
        self._closed = False
        self._interrupted = False

    def invoke(self, event: str) -> Result:
        """Waits for a free sandbox. A failure of the sandbox comes back as the error that AWS would answer with.

        Raises PoolClosed after `close`.
        """
        with self._free:
            try:
                sandbox, environment = self._take()
            except SandboxFailed as failed:
                return _failure(failed)
            try:
                result = sandbox.invoke(event)
            except SandboxFailed as failed:
                with self._lock:
                    self._busy.discard(sandbox)
                return _failure(failed)
            self._give_back(sandbox, environment)
            return result

    def configure(self, environment: Mapping[str, str]) -> None:
        """Every invocation that begins from now on sees `environment`, as after a change of a function's settings."""
        with self._lock:
            self._environment = environment
            retired, self._warm = self._warm, []
        for sandbox, _ in retired:
            sandbox.end()

    def close(self, grace_seconds: float) -> None:
        """Refuse new invocations, give running ones `grace_seconds` to end, and end every sandbox."""
        with self._lock:
            self._closed = True
        self._wait_until_idle(grace_seconds)
        with self._lock:
            self._interrupted = True
            warm, self._warm = self._warm, []
            busy = list(self._busy)
        for sandbox, _ in warm:
            sandbox.end()
        for sandbox in busy:
            sandbox.interrupt()
        self._wait_until_idle(START_SECONDS)

    def _wait_until_idle(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        taken = sum(self._free.acquire(timeout=max(0.0, deadline - time.monotonic())) for _ in range(self._most))
        for _ in range(taken):
            self._free.release()

    def _take(self) -> tuple[Sandbox, Mapping[str, str]]:
        with self._lock:
            if self._closed:
                raise PoolClosed(f"{self._definition.name} is being stopped")
            environment = self._environment
            if self._warm:
                sandbox, environment = self._warm.pop()
                self._busy.add(sandbox)
                return sandbox, environment
        sandbox = Sandbox(self._definition, environment, self._log, self._guardian)
        with self._lock:
            self._busy.add(sandbox)
            comes_too_late = self._interrupted
        if comes_too_late:
            sandbox.interrupt()
        try:
            sandbox.await_start()
        except SandboxFailed:
            with self._lock:
                self._busy.discard(sandbox)
            raise
        return sandbox, environment

    def _give_back(self, sandbox: Sandbox, environment: Mapping[str, str]) -> None:
        with self._lock:
            self._busy.discard(sandbox)
            if environment is self._environment and not self._closed:
                self._warm.append((sandbox, environment))
                return
        sandbox.end()


def _failure(failed: SandboxFailed) -> Result:
    return {"error": {"errorMessage": str(failed), "errorType": "Sandbox.Failed", "stackTrace": []}}
