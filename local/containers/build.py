"""`sam build` for the processor of the container engine, apart from what is deployed."""

import os
import struct
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from local.containers import place
from local.errors import StartError
from local.folder import ROOT

# Of an ELF header (e_machine): where it stands, and what it says.
_MACHINE_AT = 18
_MACHINES = {0x3E: "x86_64", 0xB7: "arm64"}


def tools(caller: Mapping[str, str]) -> dict[str, str]:
    """The caller's environment, in which SAM finds the programs of this repository first."""
    first = [str(Path(sys.executable).parent), str(ROOT / ".tools" / "bin")]
    return dict(caller) | {"PATH": os.pathsep.join([*first, caller.get("PATH", os.defpath)]), "SAM_CLI_TELEMETRY": "0"}


def build(processor: str, caller: Mapping[str, str]) -> None:
    """Raises StartError with what SAM says where it fails, and for a layer of another processor."""
    command = [sys.executable, "-m", "samcli", "build", "--build-dir", str(place.BUILD)]
    command += ["--parameter-overrides", f"Architecture={processor}"]
    environment = tools(caller) | {"LAYER_ARCHITECTURE": processor}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError(f"sam build failed:\n{done.stdout}{done.stderr}".rstrip())
    check_layer(processor)


def check_layer(processor: str) -> None:
    """Raises StartError unless the built layer is for `processor`."""
    others = {found for path in (place.BUILD / "CommonLayer").rglob("*.so") if (found := _processor(path)) != processor}
    if others:
        raise StartError(
            f"the layer is built for {', '.join(sorted(others))}, and the functions run on {processor}: make sam-build"
        )


def _processor(library: Path) -> str:
    with library.open("rb") as file:
        header = file.read(_MACHINE_AT + 2)
    (machine,) = struct.unpack_from("<H", header, _MACHINE_AT)
    return _MACHINES.get(machine, f"machine {machine}")
