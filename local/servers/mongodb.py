"""An embedded MongoDB-wire server: SecantusDB, a one-node replica set over WiredTiger."""

import importlib.util
import signal
import sys
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import PyMongoError

from local.servers.process import Server, ServerError, launch

# Each commit reaches the disk before it is answered; without this a kill loses answered writes.
_DURABLE = "--sync-on-commit"

_MAIN = "import sys; from secantus.cli import main; sys.exit(main())"


def start(*, port: int, directory: Path, bind: str = "127.0.0.1") -> Server:
    """A server on `port` whose data lives in `directory`, answering when this returns.

    Raises ServerError with one line that says what to do: no wheel for this platform, a taken port, a failed start.
    """
    if importlib.util.find_spec("secantus") is None:
        raise ServerError(
            "no embedded MongoDB server for this platform: set MONGODB_URI to a MongoDB 6+ replica set and start again"
        )
    directory.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-c", _MAIN, "--host", bind, "--port", str(port)]
    command += ["--storage-path", str(directory.resolve()), "--log-level", "WARNING", "--cache-size", "128M", _DURABLE]
    return launch(
        "MongoDB",
        command,
        url=f"mongodb://127.0.0.1:{port}/?replicaSet=secantus",
        port=port,
        log=directory.parent / f"{directory.name}.log",
        answers=_answers,
        stop_signal=signal.SIGINT,
    )


def _answers(server: Server) -> bool:
    try:
        with MongoClient("127.0.0.1", server.port, directConnection=True, serverSelectionTimeoutMS=1000) as client:
            return bool(client.admin.command("serverStatus").get("pid") == server.process.pid)
    except PyMongoError:
        return False
