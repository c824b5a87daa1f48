"""A stand-in for the image that SAM runs functions in, for machines that reach no registry.

It is made of this machine's own files: its Python, the libraries that Python loads and a shell, with the runtime
interface client of AWS from the package index. So it is Linux with this machine's C library, not Amazon Linux.
"""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from docker.errors import DockerException

from local.containers import image
from local.containers.engine import Engine
from local.errors import StartError
from local.folder import ROOT

# The version that was tried; boto3 is that of this environment.
_RUNTIME_CLIENT = "awslambdaric==4.2.2"
_HOME = "var/lang"
_PROGRAMS = ("sh", "cat", "chmod", "cp", "env", "ls", "mkdir", "mv", "rm")
# What packages for Linux may expect beside what Python itself loads (PEP 600), and what finds a host by its name.
_EXPECTED = ("libstdc++.so.6", "libgcc_s.so.1", "libm.so.6", "libdl.so.2", "librt.so.1", "libpthread.so.0")
_NAMES = ("libresolv.so.2", "libnss_dns.so.2", "libnss_files.so.2")
_LEFT_OUT = {"test", "idlelib", "ensurepip", "tkinter", "turtledemo", "site-packages"}

# As in the real image: what begins a function, for the runtime emulator and for a debugger.
_BEGIN = """import os, sys

sys.path[:0] = ["/var/task", "/opt/python"]
os.chdir("/var/task")

from awslambdaric.__main__ import main

main(["bootstrap", os.environ["_HANDLER"]])
"""
_BOOTSTRAP = f"#!/bin/sh\nexec /{_HOME}/bin/python3.13 /var/runtime/bootstrap.py\n"
_FILES = {
    "etc/passwd": (0o644, "root:x:0:0:root:/root:/bin/sh\n"),
    "etc/group": (0o644, "root:x:0:\n"),
    "etc/nsswitch.conf": (0o644, "hosts: files dns\n"),
    "var/runtime/bootstrap": (0o755, _BOOTSTRAP),
    "var/runtime/bootstrap.py": (0o644, _BEGIN),
}
_FOLDERS = {"tmp": 0o1777, "root": 0o700, "opt": 0o755, "var/task": 0o755, "var/rapid": 0o755}
_SETTINGS = (
    f"ENV PATH=/{_HOME}/bin:/usr/local/bin:/usr/bin:/bin",
    f"ENV LD_LIBRARY_PATH=/{_HOME}/lib",
    "ENV LAMBDA_TASK_ROOT=/var/task",
    "ENV LAMBDA_RUNTIME_DIR=/var/runtime",
    "ENV TZ=:UTC",
    f"ENV {image.STAND_IN}",
    "WORKDIR /var/task",
)


def make(engine: Engine) -> str:
    """The name of the image made. Raises StartError where it cannot be made, and where the real one is here."""
    name = image.name_for(engine.processor)
    if engine.has_image(name) and not image.is_stand_in(engine, name):
        raise StartError(f"{name} is here already, and the real one: no stand-in is needed")
    if not sys.platform.startswith("linux") or not shutil.which("ldd"):
        raise StartError("a stand-in is made of a Linux machine's own files: pull the real image here")
    repository, _, tag = name.partition(":")
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "image.tar"
        with tarfile.open(archive, "w") as files:
            _fill(files, Path(folder) / "runtime")
        try:
            # Named by itself: podman's import leaves the tag out.
            said = engine.client.api.import_image_from_file(str(archive), changes=_SETTINGS)
            identity = json.loads(said.strip().splitlines()[-1])["status"]
            engine.client.images.get(identity).tag(repository, tag=tag)
        except DockerException as error:
            raise StartError(f"{engine.name} does not take the stand-in: {error}") from None
    return name


def _fill(files: tarfile.TarFile, runtime: Path) -> None:
    for name, mode in _FOLDERS.items():
        entry = tarfile.TarInfo(name)
        entry.type, entry.mode = tarfile.DIRTYPE, mode
        files.addfile(entry)
    for name, (mode, text) in _FILES.items():
        _add_text(files, name, mode, text)
    _install(runtime)
    for path in sorted(runtime.rglob("*")):
        if path.is_file():
            _add(files, path, f"var/runtime/{path.relative_to(runtime)}")
    for path, at in _python():
        _add(files, path, at)
    programs = [Path(found) for each in _PROGRAMS if (found := shutil.which(each))]
    for path in programs:
        _add(files, path, f"bin/{path.name}")
    for library in sorted(_libraries([*programs, *_binaries()])):
        _add(files, Path(library), library.lstrip("/"))


def _add(files: tarfile.TarFile, path: Path, at: str) -> None:
    """What stands at the end of all links, as root's."""
    real = path.resolve()
    entry = files.gettarinfo(real, at)
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = "root"
    # Two names of one file would otherwise become a link to a name that is not in the image.
    entry.type, entry.linkname, entry.size = tarfile.REGTYPE, "", real.stat().st_size
    with real.open("rb") as content:
        files.addfile(entry, content)


def _add_text(files: tarfile.TarFile, path: str, mode: int, text: str) -> None:
    entry = tarfile.TarInfo(path)
    entry.mode, entry.size = mode, len(text.encode())
    files.addfile(entry, BytesIO(text.encode()))


def _install(target: Path) -> None:
    wanted = [_RUNTIME_CLIENT, f"boto3=={version('boto3')}", f"botocore=={version('botocore')}"]
    command = [ROOT / ".tools" / "bin" / "uv", "pip", "install", "--quiet", "--python", sys.executable]
    command += ["--only-binary", ":all:", "--target", target, *wanted]
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise StartError(f"{', '.join(wanted)} cannot be installed: {done.stderr.strip()}")


def _python() -> Iterator[tuple[Path, str]]:
    """The interpreter and its library, and where each is put."""
    base = Path(sys.base_prefix)
    library = base / "lib" / f"python{sys.version_info.major}.{sys.version_info.minor}"
    executable = Path(sys.executable).resolve()
    for name in ("python3.13", "python3", "python"):
        yield executable, f"{_HOME}/bin/{name}"
    for path in (base / "lib").glob("libpython*.so*"):
        yield path, f"{_HOME}/lib/{path.name}"
    for folder, folders, names in os.walk(library):
        folders[:] = [each for each in folders if each not in _LEFT_OUT and not each.startswith("config-")]
        for name in names:
            path = Path(folder, name)
            yield path, f"{_HOME}/lib/{library.name}/{path.relative_to(library)}"


def _binaries() -> Iterator[Path]:
    return (path for path, _ in _python() if path.suffix == ".so" or path.parent.name == "bin")


def _libraries(binaries: Iterable[Path]) -> set[str]:
    """All libraries that the binaries load, by the names under which they are looked for."""
    found: set[str] = set()
    named = [*(Path(path) for name in (*_EXPECTED, *_NAMES) if (path := _known().get(name)))]
    for binary in {*binaries, *named}:
        # Not every file is one; ldd fails for the others, and says so.
        listed = subprocess.run(["ldd", str(binary)], capture_output=True, text=True, check=False).stdout
        for line in listed.splitlines():
            path = line.partition("=>")[2].split() or line.split()
            if path and path[0].startswith("/") and "libpython" not in path[0]:
                found.add(path[0])
    return found | {str(path) for path in named}


def _known() -> dict[str, str]:
    """The libraries of this machine by their names, as the loader knows them."""
    program = shutil.which("ldconfig") or "/sbin/ldconfig"
    try:
        listed = subprocess.run([program, "-p"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return {}
    pairs = (line.strip().partition(" => ") for line in reversed(listed.splitlines()) if " => " in line)
    return {name.split()[0]: path for name, _, path in pairs}
