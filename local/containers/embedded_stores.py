"""The embedded servers of `make start` for functions in containers: in the background, with a password, until the end.

This module is both sides: `up` and `down` for the commands, and the process that holds the servers.
"""

import argparse
import fcntl
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from local import embedded, folder
from local.containers import place
from local.containers.reach import EVERYWHERE, LOOPBACK, Reach
from local.containers.stores import Stores, Urls, elsewhere
from local.errors import StartError
from local.folder import ROOT
from local.guardian import Guardian
from local.servers import mongodb, valkey
from local.servers.process import Server

_STOP_SECONDS = 30.0
_POLL_SECONDS = 0.1


def log() -> Path:
    return place.FOLDER / "stores.log"


def up(found: Reach) -> Stores:
    """Start them in the background and return once both answer. Raises StartError that says what to do."""
    place.FOLDER.mkdir(parents=True, exist_ok=True, mode=0o700)
    # Narrow where that is enough. A network of an engine may come and go, so its address is nothing to listen at.
    bind = LOOPBACK if found.bind == LOOPBACK else EVERYWHERE
    command = [sys.executable, "-m", "local.containers.embedded_stores"]
    command += ["--bind", bind, "--directory", str(place.FOLDER)]
    with log().open("ab") as errors:
        keeper = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, cwd=ROOT, start_new_session=True
        )
    assert keeper.stdout is not None
    with keeper.stdout:
        line = keeper.stdout.readline()
    if not line:
        raise StartError(f"the embedded servers did not start: see {log()}")
    said = json.loads(line)
    if "error" in said:
        keeper.wait()
        raise StartError(said["error"])
    # It goes on after this process, which is not to wait for it, nor to warn that it does not.
    keeper.returncode = 0
    outside = Urls(_direct(said["MONGODB_URI"]), said["REDIS_URL"])
    inside = Urls(*(elsewhere(url, found.address) for url in (outside.mongodb, outside.redis)))
    return Stores("embedded", inside, outside)


def _direct(url: str) -> str:
    return url.partition("?")[0] + "?directConnection=true"


def running() -> int | None:
    """The process that holds the servers; None where nobody does."""
    try:
        with (place.FOLDER / "lock").open("r") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read())
    except FileNotFoundError:
        pass
    return None


def down() -> None:
    """End the servers, and wait until they have ended. Raises StartError when they do not."""
    if (keeper := running()) is None:
        return
    os.kill(keeper, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while running() == keeper:
        if time.monotonic() > deadline:
            raise StartError(f"the embedded servers (process {keeper}) do not end: see {log()}")
        time.sleep(_POLL_SECONDS)


def password(directory: Path) -> str:
    """Made at the first call, and kept: the data is behind it."""
    path = directory / place.PASSWORD.name
    if not path.exists():
        place.write_secret(path, secrets.token_urlsafe(24))
    return path.read_text("utf-8").strip()


def _hold(directory: Path, bind: str, stopping: threading.Event) -> None:
    """The servers, until asked to stop or until one of them ends."""
    with ExitStack() as stack:
        stack.enter_context(folder.held(directory))
        guardian = stack.enter_context(Guardian())
        word = password(directory)
        servers = {}
        for each in embedded.SERVERS:
            start = partial({"mongodb": mongodb.start, "valkey": valkey.start}[each.folder], bind=bind, password=word)
            server = embedded.start(
                embedded.Embedded(each.setting, each.folder, each.usual_port, start), directory, any_port=False
            )
            stack.callback(guardian.forget, server.process.pid)
            stack.callback(server.stop)
            guardian.watch(server.process.pid, server.stop_signal)
            servers[each.setting] = server
        _say({setting: server.url for setting, server in servers.items()})
        _watch(list(servers.values()), stopping)


def _say(line: dict[str, str]) -> None:
    """To whoever started this process, and nothing after it."""
    print(json.dumps(line), flush=True)
    with Path(os.devnull).open("w") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _watch(servers: list[Server], stopping: threading.Event) -> None:
    while not stopping.wait(_POLL_SECONDS):
        for server in servers:
            if (status := server.process.poll()) is not None:
                print(f"{server.name} ended with status {status}: see {server.log}", file=sys.stderr)
                return


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--bind", required=True)
    parser.add_argument("--directory", type=Path, required=True)
    options = parser.parse_args()
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    try:
        _hold(options.directory, options.bind, stopping)
    except StartError as error:
        _say({"error": str(error)})
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
