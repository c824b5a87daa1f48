"""An embedded MongoDB-wire server: SecantusDB, a one-node replica set over WiredTiger."""

import importlib.util
import signal
import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from local.servers.process import Server, ServerError, free_port, launch

# Each commit reaches the disk before it is answered; without this a kill loses answered writes.
_DURABLE = "--sync-on-commit"

_MAIN = "import sys; from secantus.cli import main; sys.exit(main())"


_USER = "voice-engine"


def start(*, port: int, directory: Path, bind: str = "127.0.0.1", password: str | None = None) -> Server:
    """A server on `port` whose data lives in `directory`, answering when this returns.

    With `password` it answers nobody else; the URL then carries it.
    Raises ServerError with one line that says what to do: no wheel for this platform, a taken port, a failed start.
    """
    if importlib.util.find_spec("secantus") is None:
        raise ServerError(
            "no embedded MongoDB server for this platform: set MONGODB_URI to a MongoDB 6+ replica set and start again"
        )
    directory.mkdir(parents=True, exist_ok=True)
    if password is None:
        return _launch(port, directory, bind)
    _make_user(directory, password)
    return _launch(port, directory, bind, credentials=f"{_USER}:{password}@")


def _make_user(directory: Path, password: str) -> None:
    """A server that asks for a password makes no user, so one that asks for none does, for its own machine alone."""
    server = _launch(free_port(), directory, "127.0.0.1")
    try:
        with MongoClient(server.url) as client:
            known = client.admin.command("usersInfo", _USER)["users"]
            client.admin.command("updateUser" if known else "createUser", _USER, pwd=password, roles=["root"])
    finally:
        server.stop()


def _launch(port: int, directory: Path, bind: str, *, credentials: str = "") -> Server:
    command = [sys.executable, "-c", _MAIN, "--host", bind, "--port", str(port)]
    command += ["--storage-path", str(directory.resolve()), "--log-level", "WARNING", "--cache-size", "128M", _DURABLE]
    return launch(
        "MongoDB",
        [*command, "--auth"] if credentials else command,
        url=f"mongodb://{credentials}127.0.0.1:{port}/?replicaSet=secantus",
        port=port,
        log=directory.parent / f"{directory.name}.log",
        answers=_answers,
        stop_signal=signal.SIGINT,
    )


def _answers(server: Server) -> bool:
    try:
        with MongoClient(server.url, directConnection=True, serverSelectionTimeoutMS=1000) as client:
            return bool(client.admin.command("serverStatus").get("pid") == server.process.pid)
    except PyMongoError:
        return False
