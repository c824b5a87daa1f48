"""SAM as anyone has it: the command from this environment, no AWS credentials, nothing of the person's own settings."""

import fcntl
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.template import ROOT

type Sam = Callable[..., "subprocess.CompletedProcess[str]"]

TOOLS = (Path(sys.executable).parent, ROOT / ".tools" / "bin")
HOST_ARCHITECTURE = {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine(), "")


@pytest.fixture(scope="session")
def sam(tmp_path_factory: pytest.TempPathFactory) -> Sam:
    """Runs `sam` in the repository; the region comes from samconfig.toml."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "PATH": os.pathsep.join([*map(str, TOOLS), environment["PATH"]]),
        "SAM_CLI_TELEMETRY": "0",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "__SAM_CLI_APP_DIR": str(tmp_path_factory.mktemp("sam")),
    }

    def run(*arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "samcli", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=environment | variables, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="session")
def build(sam: Sam, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Callable[[str], Path]:
    """The folder that `sam build` fills for an architecture; built once, whichever worker asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent

    def build(architecture: str) -> Path:
        directory = shared / f"build-{architecture}"
        with (shared / f"build-{architecture}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (directory / "template.yaml").exists():
                shutil.rmtree(directory, ignore_errors=True)
                overrides = f"Architecture={architecture}"
                done = sam(
                    "build",
                    *("--build-dir", str(directory), "--parameter-overrides", overrides),
                    LAYER_ARCHITECTURE=architecture,
                )
                assert done.returncode == 0, done.stderr
        return directory

    return build
