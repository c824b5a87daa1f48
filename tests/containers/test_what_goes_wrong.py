"""What is said when an engine, an image, a port or the stores are not as they should be."""

import json
import socket
import subprocess
from dataclasses import replace

import pytest

from local.containers import image, reach, stand_in
from local.containers.engine import Engine
from local.errors import StartError
from tests import optional
from tests.containers.typed import Typed
from tests.ports import NOBODYS


def test_an_image_that_cannot_be_pulled_is_named_with_the_way_out(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image, "name_for", lambda _: f"127.0.0.1:{NOBODYS}/lambda/python")
    with pytest.raises(StartError, match=r"cannot be pulled .*make sam-image"):
        image.provide(engine, print)


@pytest.mark.parametrize(("rootless", "advice"), [(True, "rootless"), (False, "firewall")])
def test_a_machine_that_no_container_reaches_is_explained(
    engine: Engine, runtime: str, monkeypatch: pytest.MonkeyPatch, rootless: bool, advice: str
) -> None:
    monkeypatch.setattr(reach, "_NAMES", ("nobody.invalid",))
    with pytest.raises(StartError, match=f"no container of .* reaches this machine at .*{advice}"):
        reach.find(replace(engine, gateway=None, is_rootless=rootless), runtime)


def test_an_image_that_does_not_run_is_explained(engine: Engine, runtime: str) -> None:
    with pytest.raises(StartError, match="cannot run a container"):
        engine.run(runtime, ["/no/such/program"])


@optional.LINUX.mark
def test_a_stand_in_runs_what_the_layer_needs(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image, "name_for", lambda _: "localhost/voice-engine/stand-in:test")
    name = stand_in.make(engine)
    try:
        assert image.is_stand_in(engine, name)
        wanted = "import ssl, sqlite3, ctypes, sys; sys.path.append('/var/runtime'); import awslambdaric, boto3"
        code = f"{wanted}; print(sys.version_info[:2], sys.prefix)"
        assert engine.run(name, ["python3", "-c", code]) == "(3, 13) /var/lang\n"
    finally:
        engine.client.images.remove(name, force=True)


def test_a_port_that_is_taken_is_named(typed: Typed) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        done = subprocess.run(
            ["sam", "local", "start-api", "--port", str(port)],
            cwd=typed.folder,
            env=typed.environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert str(port) in done.stderr
    assert "in use" in done.stderr


def test_stores_that_are_not_up_are_answered_as_such(typed: Typed) -> None:
    folder = typed.folder / ".local"
    variables = json.loads((folder / "containers" / "env.json").read_text())
    variables["Parameters"]["MONGODB_URI"] = f"mongodb://127.0.0.1:{NOBODYS}/?directConnection=true"
    (folder / "away.json").write_text(json.dumps(variables))
    line = "sam local invoke ApiFunction -e .local/events/health.json --env-vars .local/away.json 2>sam.log"
    answer = json.loads(typed.type(line))
    assert answer["statusCode"] == 503
    assert json.loads(answer["body"])["services"]["mongodb"] == "unavailable"
