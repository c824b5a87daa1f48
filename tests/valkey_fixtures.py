"""Real Valkey servers for tests: a plain one and one in cluster mode, one of each per xdist worker."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.guardian import Guardian
from local.servers import valkey
from local.servers.process import Server
from tests.ports import started, started_again

type StartValkey = Callable[..., Server]


def _start(directory: Path, *, cluster: bool, append_only: bool = False) -> Server:
    return started(valkey.start, directory=directory, append_only=append_only, cluster=cluster)


@pytest.fixture(scope="session")
def guardian() -> Iterator[Guardian]:
    """Ends the servers of this process if it is killed itself."""
    with Guardian() as guardian:
        yield guardian


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory, guardian: Guardian) -> Iterator[str]:
    """URL of a plain Redis or Valkey: REDIS_URL where it is set, else an embedded one."""
    if given := os.environ.get("REDIS_URL"):
        yield given
        return
    server = _start(tmp_path_factory.mktemp("valkey"), cluster=False)
    guardian.watch(server.process.pid)
    yield server.url
    server.stop()
    guardian.forget(server.process.pid)


@pytest.fixture(scope="session")
def redis_cluster_url(tmp_path_factory: pytest.TempPathFactory, guardian: Guardian) -> Iterator[str]:
    """URL of an embedded Valkey in cluster mode, one node with all slots."""
    server = _start(tmp_path_factory.mktemp("valkey-cluster"), cluster=True)
    guardian.watch(server.process.pid)
    yield server.url
    server.stop()
    guardian.forget(server.process.pid)


@pytest.fixture
def queue_prefix() -> str:
    """A queue prefix for a plain server, which no other test uses."""
    return f"bull-{secrets.token_hex(6)}"


@pytest.fixture
def start_valkey(tmp_path: Path) -> Iterator[StartValkey]:
    """Starts servers of the test's own, to be paused or killed; `again`: a killed one at its port, on its data."""
    running: list[Server] = []

    def start(*, cluster: bool = False, append_only: bool = False, again: Server | None = None) -> Server:
        if again is None:
            server = _start(tmp_path / f"valkey-{len(running)}", cluster=cluster, append_only=append_only)
        else:
            how = {"directory": again.log.with_suffix(""), "append_only": append_only, "cluster": cluster}
            server = started_again(valkey.start, again.port, **how)
        running.append(server)
        return server

    yield start
    for server in running:
        if server.process.poll() is None:
            # One that a test has paused takes no other signal before it goes on.
            server.process.send_signal(signal.SIGCONT)
        server.stop()
