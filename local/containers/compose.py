"""Valkey and MongoDB in containers of their own, by compose.yaml."""

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from pymongo import MongoClient
from pymongo.errors import OperationFailure, PyMongoError

from local import ports
from local.containers import stores
from local.containers.engine import Engine
from local.containers.stores import MONGODB_PORT, VALKEY_PORT, Stores, Urls, mongodb_url, redis_url
from local.errors import StartError
from local.folder import ROOT

PROJECT = "voice-engine"
_FILE = ROOT / "compose.yaml"
_COMMANDS = (("docker", "compose"), ("docker-compose",), ("podman-compose",))
_SERVICE = "com.docker.compose.service"
_PROJECT = "com.docker.compose.project"
_SECONDS = 60.0
_POLL_SECONDS = 0.25
_NOT_INITIATED = 94


def up(engine: Engine, caller: Mapping[str, str]) -> Stores:
    """Start them, or find them started, and return once both answer. Raises StartError that says what to do."""
    command = _command(caller)
    if not _addresses(engine):
        check_ports(caller)
    _run([*command, "-p", PROJECT, "-f", str(_FILE), "up", "-d"], caller)
    addresses = _addresses(engine)
    if missing := {"valkey", "mongo"} - addresses.keys():
        raise StartError(
            f"{' and '.join(sorted(missing))} has no address that other containers reach: look at "
            f"{' '.join(command)} -p {PROJECT} ps; an engine that runs rootless gives none, make sam-up EMBEDDED=1 does"
        )
    outside = Urls(mongodb_url(ports.HOST, _mongodb_port(caller)), redis_url(ports.HOST, _valkey_port(caller)))
    _await(outside)
    return Stores("compose", Urls(mongodb_url(addresses["mongo"]), redis_url(addresses["valkey"])), outside)


def down(caller: Mapping[str, str]) -> None:
    """Stop and remove the containers; their volumes stay."""
    _run([*_command(caller), "-p", PROJECT, "-f", str(_FILE), "down"], caller)


def _command(caller: Mapping[str, str]) -> Sequence[str]:
    for command in _COMMANDS:
        try:
            done = subprocess.run([*command, "version"], env=dict(caller), capture_output=True, check=False)
        except FileNotFoundError:
            continue
        if done.returncode == 0:
            return command
    raise StartError(
        "none of docker compose, docker-compose and podman-compose is installed: install one, or take the embedded "
        "servers with make sam-up EMBEDDED=1"
    )


def _run(command: list[str], caller: Mapping[str, str]) -> None:
    done = subprocess.run(command, env=dict(caller), cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise StartError(
            f"{' '.join(command[:2])} failed: {said[-1] if said else 'it says nothing of why'}. Where the images of "
            f"{_FILE.name} cannot be pulled, make sam-up EMBEDDED=1 needs none"
        )


def _valkey_port(caller: Mapping[str, str]) -> int:
    return _port(caller, "VALKEY_PORT", VALKEY_PORT)


def _mongodb_port(caller: Mapping[str, str]) -> int:
    return _port(caller, "MONGO_PORT", MONGODB_PORT)


def _port(caller: Mapping[str, str], name: str, usual: int) -> int:
    try:
        return int(caller.get(name) or usual)
    except ValueError:
        raise StartError(f"{name} must be the number of a port, not {caller[name]!r}") from None


def check_ports(caller: Mapping[str, str]) -> None:
    for name, port in (("VALKEY_PORT", _valkey_port(caller)), ("MONGO_PORT", _mongodb_port(caller))):
        if not ports.is_free(port):
            raise StartError(f"port {port} is taken: stop what listens there, or choose another with {name}=<number>")


def _addresses(engine: Engine) -> dict[str, str]:
    """By service: the address of its container on the engine's usual network, where functions run, too."""
    found = {}
    for container in engine.client.containers.list(filters={"label": f"{_PROJECT}={PROJECT}"}):
        settings = container.attrs["NetworkSettings"]
        networks = [settings, *(settings.get("Networks") or {}).values()]
        if address := next((each["IPAddress"] for each in networks if each.get("IPAddress")), None):
            found[container.labels[_SERVICE]] = address
    return found


def _await(outside: Urls) -> None:
    """Until both can be worked with. MongoDB is made a replica set of one node where it is none yet."""
    deadline = time.monotonic() + _SECONDS
    while not _is_ready(outside):
        if time.monotonic() > deadline:
            raise StartError(
                f"Valkey and MongoDB do not answer within {_SECONDS:.0f} s: look at docker compose -p {PROJECT} logs"
            )
        time.sleep(_POLL_SECONDS)


def _is_ready(outside: Urls) -> bool:
    if stores.silent(outside):
        _initiate(outside.mongodb)
        return False
    return True


def _initiate(url: str) -> None:
    """Make a server that is up, and no replica set yet, one of one node."""
    try:
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=1000) as client:
            client.admin.command("replSetGetStatus")
    except OperationFailure as error:
        if error.code == _NOT_INITIATED:
            member = {"_id": 0, "host": f"localhost:{stores.MONGODB_PORT}"}
            with MongoClient[dict[str, object]](url) as client:
                client.admin.command("replSetInitiate", {"_id": "rs0", "members": [member]})
    except PyMongoError:
        # It is not up yet.
        return


def volumes(folder: Path = _FILE) -> str:
    """What `down` leaves, for a person to read."""
    return f"the volumes {PROJECT}_mongo and {PROJECT}_valkey of {folder.name}"
