"""What some tests need that not every machine has. A test is skipped for one of these and for nothing else."""

import platform
import shutil
import sys
from dataclasses import dataclass
from typing import NoReturn

import pytest


@dataclass(frozen=True)
class Need:
    """`how`: what a reader does to have it. `also`: what holds besides the programs."""

    name: str
    how: str
    programs: tuple[str, ...] = ()
    also: bool = True

    @property
    def is_met(self) -> bool:
        return self.also and all(shutil.which(program) for program in self.programs)

    @property
    def reason(self) -> str:
        return f"{self.name} is missing ({self.how})"

    @property
    def mark(self) -> pytest.MarkDecorator:
        return pytest.mark.skipif(not self.is_met, reason=self.reason)

    def skip(self) -> NoReturn:
        pytest.skip(self.reason)

    def or_skip(self) -> None:
        if not self.is_met:
            self.skip()


NODE = Need("Node.js", "apt-get install nodejs npm", programs=("node",))
NPM = Need("npm", "apt-get install nodejs npm", programs=("npm",))
BULLMQ = Need("BullMQ's package", "npm ci in tests/integration/redis/node must pass")
LAMBDA_PLATFORM = Need(
    "Lambda's platform",
    "Linux on x86-64 or arm64",
    also=sys.platform.startswith("linux") and platform.machine() in {"x86_64", "aarch64"},
)
LINUX = Need("Linux", "a stand-in is made of a Linux machine's own files", also=sys.platform.startswith("linux"))
# For `make test-containers`. Any of them does.
DOCKER = Need("Docker", "https://docs.docker.com/engine/install", programs=("docker",))
DOCKER_COMPOSE = Need("docker-compose", "apt-get install docker-compose", programs=("docker-compose",))
PODMAN_COMPOSE = Need("podman-compose", "apt-get install podman-compose", programs=("podman-compose", "podman"))


def engine(why: str) -> Need:
    """An engine that runs containers, and the image for them; `why` there is none, and what to do."""
    return Need("a container engine that runs Lambda's image", why, also=False)


def compose(why: str) -> Need:
    return Need("what compose.yaml needs", why, also=False)
