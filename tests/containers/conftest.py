"""`sam local` in containers, as the README has it typed, in a folder of its own, by somebody who has AWS credentials.

Where no engine is found every test is skipped, and the end of the run says what is missing."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.containers import engine as engines
from local.containers import image
from local.containers.engine import Engine
from local.errors import StartError
from tests import optional
from tests.containers.typed import Typed
from tests.e2e.pasting import whole_repository
from tests.template import ROOT

_CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "of-somebody-who-has-an-account"}


@pytest.fixture(scope="session")
def engine() -> Engine:
    try:
        return engines.connect(os.environ)
    except StartError as error:
        optional.engine(str(error)).skip()


@pytest.fixture(scope="session")
def runtime(engine: Engine) -> str:
    """The name of the image that SAM runs functions in."""
    try:
        return image.provide(engine, print)
    except StartError as error:
        optional.engine(str(error)).skip()


def section() -> list[str]:
    """The commands of the README's section, as they are to be typed."""
    readme = (ROOT / "README.md").read_text("utf-8")
    block = re.search(r"<!-- sam-local -->\n```sh\n(.*?)```", readme, flags=re.DOTALL)
    assert block, "the README has no section on sam local"
    return [line for line in block[1].splitlines() if line and not line.startswith("#")]


@pytest.fixture(scope="session")
def typed(runtime: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Typed]:
    """All of the section has been typed, and what it starts is running."""
    checkout = whole_repository(tmp_path_factory.mktemp("sam") / "voice engine (4)")
    Path(checkout, ".tools").symlink_to(ROOT / ".tools")
    engine_at = {"DOCKER_HOST": os.environ["DOCKER_HOST"]} if "DOCKER_HOST" in os.environ else {}
    with Typed(checkout, engine_at | _CREDENTIALS | {"SAM_CLI_TELEMETRY": "0"}) as typed:
        for line in section():
            typed.type(line)
        yield typed
