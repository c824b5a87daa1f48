"""A person who types the README's section on `sam local`: one shell, and a terminal for each thing that goes on."""

import json
import os
import re
import shlex
import signal
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Self

from local.ports import any_free
from tests.e2e.pasting import Shell, host
from tests.waiting import PATIENCE_SECONDS, wait_until

_LAMBDA_PORT = 3001


class Service:
    """`sam local start-…` in a terminal of its own, on a port that is free."""

    def __init__(self, line: str, port: int, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = port
        self.lines: list[str] = []
        self._process = subprocess.Popen(
            [*shlex.split(line), "--port", str(port)],
            cwd=folder,
            env=dict(environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        wait_until(lambda: self.has_printed("Running on") or self._process.poll() is not None)
        assert self._process.poll() is None, "".join(self.lines)

    def has_printed(self, text: str) -> bool:
        return any(text in line for line in self.lines)

    def stop(self) -> None:
        """As by Ctrl-C."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE_SECONDS)
        self._reader.join()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as printed:
            self.lines.extend(printed)


@dataclass
class Typed:
    folder: Path
    variables: Mapping[str, str]
    printed: dict[str, str] = field(default_factory=dict)
    services: dict[str, Service] = field(default_factory=dict)
    # Why the stores are not those of compose.yaml, where they are not.
    without_compose: str = ""

    def __enter__(self) -> Self:
        self._shell = Shell(self.folder, **self.variables)
        return self

    def __exit__(self, *_: object) -> None:
        for service in self.services.values():
            service.stop()
        self._shell.paste("make sam-down")
        self._shell.close()

    def type(self, line: str) -> str:
        """What it prints. What goes on is left running; the stores that can be had are taken."""
        if match := re.match(r"sam local (start-\S+)", line):
            self.start(match[1])
            return ""
        if line == "make sam-up":
            line = self._stores()
        self.printed[line] = self._shell.paste(line)
        if line.startswith("make sam-up"):
            self._move_lambda()
        return self.printed[line]

    def start(self, name: str) -> None:
        port = self._lambda_port if name == "start-lambda" else any_free()
        self.services[name] = Service(f"sam local {name}", port, self.folder, self.environment())

    def restart(self, name: str) -> None:
        self.services[name].stop()
        self.start(name)

    def event(self, name: str) -> Any:
        return json.loads((self.folder / ".local" / "events" / f"{name}.json").read_text("utf-8"))

    def request(self, method: str, target: str, body: str | None, headers: Mapping[str, str]) -> tuple[int, str]:
        """Status and text of the answer of `sam local start-api`."""
        connection = HTTPConnection("127.0.0.1", self.services["start-api"].port, timeout=PATIENCE_SECONDS)
        try:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def _stores(self) -> str:
        """Those of compose.yaml, or, where these cannot be had, the others that the README names."""
        tried = subprocess.run(
            ["make", "sam-up"], cwd=self.folder, env=self.environment(), capture_output=True, text=True, check=False
        )
        if tried.returncode == 0:
            return "make sam-up"
        self.without_compose = tried.stderr.strip()
        return "make sam-up EMBEDDED=1"

    def _move_lambda(self) -> None:
        """Another program may have the usual port of `sam local start-lambda`."""
        self._lambda_port = any_free()
        file = self.folder / ".local" / "containers" / "env.json"
        file.write_text(file.read_text().replace(f":{_LAMBDA_PORT}", f":{self._lambda_port}"))

    def environment(self) -> dict[str, str]:
        known = host() | dict(self.variables)
        return known | {"PATH": os.pathsep.join([str(self.folder / ".venv" / "bin"), known["PATH"]])}
