"""The container engine, Docker or podman, where `sam local` looks for it: at DOCKER_HOST, or at Docker's socket."""

import grp
import os
import socket
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
from docker.errors import APIError, DockerException, ImageNotFound, NotFound

from local.errors import StartError

USUAL_SOCKET = "/var/run/docker.sock"
_UNIX = "unix://"
_SECONDS = 60
_CONNECT_SECONDS = 5.0
# As engines name processors, and as Lambda does.
_PROCESSORS = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}
# Where engines listen that are not at Docker's usual place.
_OTHER_SOCKETS = (
    "~/.docker/run/docker.sock",
    "~/.docker/desktop/docker.sock",
    "~/.colima/default/docker.sock",
    "~/.orbstack/run/docker.sock",
    "~/.rd/docker.sock",
    "$XDG_RUNTIME_DIR/docker.sock",
    "/run/podman/podman.sock",
    "$XDG_RUNTIME_DIR/podman/podman.sock",
)


@dataclass(frozen=True, slots=True)
class Engine:
    """`gateway`: this machine's address on the engine's usual network, where the engine runs on this machine.

    `in_machine`: the engine runs in a virtual machine of its own.
    """

    client: docker.DockerClient
    name: str
    processor: str
    is_rootless: bool
    in_machine: bool
    gateway: str | None

    def has_image(self, name: str) -> bool:
        return self.image_environment(name) is not None

    def image_environment(self, name: str) -> list[str] | None:
        """The variables that the image sets; None where there is no such image."""
        try:
            return list(self.client.images.get(name).attrs.get("Config", {}).get("Env") or [])
        except ImageNotFound:
            return None

    def run(self, image: str, program: list[str]) -> str:
        """What `program` prints in a container of its own. Raises StartError when it cannot be run."""
        try:
            container = self.client.containers.create(image, entrypoint=program[:1], command=program[1:])
            try:
                container.start()
                container.wait(timeout=_SECONDS)
                return str(container.logs(stdout=True, stderr=False).decode())
            finally:
                container.remove(force=True)
        except (DockerException, OSError) as error:
            raise StartError(f"{self.name} cannot run a container of {image}: {_reason(error)}") from None


def connect(environment: Mapping[str, str]) -> Engine:
    """Raises StartError that says what is missing and what to do: no engine, no rights, an engine that does not run."""
    host = environment.get("DOCKER_HOST") or _UNIX + USUAL_SOCKET
    if host.startswith(_UNIX):
        _try(Path(host.removeprefix(_UNIX)), environment)
    try:
        client = docker.DockerClient(base_url=host, version="auto", timeout=_SECONDS)
        return _described(client)
    except (DockerException, OSError) as error:
        raise StartError(f"the container engine at {host} does not answer: {_reason(error)}") from None


def _described(client: docker.DockerClient) -> Engine:
    about, version = client.info(), client.version()
    processor = _PROCESSORS.get(about["Architecture"])
    if processor is None:
        raise StartError(f"the container engine runs on {about['Architecture']}, and Lambda on x86_64 and arm64 alone")
    parts = [part["Name"] for part in version.get("Components") or []]
    return Engine(
        client=client,
        name="podman" if any("Podman" in part for part in parts) else "Docker",
        processor=processor,
        is_rootless=bool(about.get("Rootless")) or "name=rootless" in (about.get("SecurityOptions") or []),
        in_machine="Desktop" in about.get("OperatingSystem", ""),
        gateway=_gateway(client),
    )


def _gateway(client: docker.DockerClient) -> str | None:
    try:
        ranges: list[dict[str, Any]] = client.networks.get("bridge").attrs["IPAM"].get("Config") or []
    except NotFound:
        return None
    return next((each["Gateway"] for each in ranges if "." in each.get("Gateway", "")), None)


def _try(path: Path, environment: Mapping[str, str]) -> None:
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(_CONNECT_SECONDS)
        try:
            probe.connect(str(path))
        except OSError as error:
            raise StartError(_advice(path, error, environment)) from None


def _advice(path: Path, error: OSError, environment: Mapping[str, str]) -> str:
    if isinstance(error, PermissionError):
        return f"you may not use the container engine at {path}: {_rights(path)}"
    if others := _found(_OTHER_SOCKETS, environment, path):
        return f"no container engine answers at {path}, but there is {others}: export DOCKER_HOST={_UNIX}{others}"
    if isinstance(error, ConnectionRefusedError):
        return f"the container engine at {path} does not run: start it (sudo systemctl start docker, or Docker Desktop)"
    return (
        f"no container engine answers at {path}: install and start Docker, or podman with sudo systemctl start "
        f"podman.socket and export DOCKER_HOST={_UNIX}/run/podman/podman.sock; or do without containers: make start"
    )


def _rights(path: Path) -> str:
    try:
        group = grp.getgrgid(path.stat().st_gid).gr_name
    except (OSError, KeyError):
        group = "root"
    if group == "root":
        return "it is root's alone; work as root, or let a group of yours have the socket"
    return f"sudo usermod -aG {group} $USER, then sign in again"


def _found(places: Iterable[str], environment: Mapping[str, str], tried: Path) -> str | None:
    """The first of the `places` with a socket that can be opened."""
    for place in places:
        path = Path(place.replace("$XDG_RUNTIME_DIR", environment.get("XDG_RUNTIME_DIR", ""))).expanduser()
        if path != tried and path.is_socket() and os.access(path, os.W_OK):
            return str(path)
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, APIError):
        return str(error.explanation or error)
    return str(error).splitlines()[0]
