"""One embedded server as a child process: started, awaited until it answers, stopped."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

# A busy laptop may need as long.
_START_SECONDS = 60
_STOP_SECONDS = 30


class ServerError(Exception):
    """A server could not be started. The message is one line and says what to do."""


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    url: str
    port: int
    log: Path
    process: subprocess.Popen[bytes] = field(repr=False)
    stop_signal: signal.Signals = signal.SIGTERM

    def stop(self) -> None:
        """Ask the server to end, wait until it has flushed and gone. Stopping twice is harmless."""
        if self.process.poll() is None:
            self.process.send_signal(self.stop_signal)
            try:
                self.process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.process.kill()
        self.process.wait()


def launch(
    name: str,
    command: list[str],
    *,
    url: str,
    port: int,
    log: Path,
    answers: Callable[[Server], bool],
    stop_signal: signal.Signals = signal.SIGTERM,
) -> Server:
    """Start `command` in a session of its own, so that a Ctrl-C in the terminal does not reach it before its clients.

    Returns once `answers` says that the process itself serves its port: who listens there may be a stranger that was
    faster. Raises ServerError when the port is taken or the server ends first.
    """
    if _accepts(port):
        raise ServerError(f"port {port}, wanted for {name}, is taken: stop what listens there or choose another port")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    server = Server(name, url, port, log, process, stop_signal)
    try:
        _wait_until_it(answers, server)
    except BaseException:
        server.stop()
        raise
    return server


def _wait_until_it(answers: Callable[[Server], bool], server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not (_accepts(server.port) and answers(server)):
        if (status := server.process.poll()) is not None:
            raise ServerError(f"{server.name} ended at its start with status {status}: see {server.log}")
        if time.monotonic() > deadline:
            raise ServerError(f"{server.name} did not answer within {_START_SECONDS} s: see {server.log}")
        time.sleep(0.02)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _accepts(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        probe.settimeout(0.5)
        return probe.connect_ex(("127.0.0.1", port)) == 0
