"""What surrounds `sam local` and needs no container engine: the files that SAM reads, the stores, and what is said when
something is missing."""

import os
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from pymongo import MongoClient
from pymongo.errors import OperationFailure
from redis import Redis
from redis.exceptions import AuthenticationError
from samcli.commands.local.lib.local_lambda import LocalLambdaRunner

from local import ports
from local.containers import build, commands, compose, embedded_stores, engine, generated, place, stores
from local.containers.reach import EVERYWHERE, LOOPBACK, Reach
from local.containers.stores import Stores, Urls
from local.errors import StartError
from local.sam_template import read_template
from tests.template import ROOT, functions, template
from tests.waiting import PATIENCE_SECONDS, wait_until
from voice_engine.settings import read_settings

# SAM calls deprecated functions of its own while it reads a template.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(samcli|samtranslator).*")

_STORES = Urls("mongodb://10.0.0.1:27017/?directConnection=true", "redis://:word@10.0.0.1:6379/0")
_ELF = {"x86_64": 0x3E, "arm64": 0xB7}


@pytest.fixture(autouse=True)
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_place_of_local(tmp_path, monkeypatch)


def in_place_of_local(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """Whatever is kept is kept in `folder`."""
    patch.setattr(place, "KEYS", folder)
    patch.setattr(place, "BUILD", folder / "build")
    patch.setattr(place, "FOLDER", folder / "containers")
    names = {
        "PARAMETERS": "parameters.toml",
        "ENVIRONMENT": "env.json",
        "STORES": "stores.json",
        "PASSWORD": "password",
    }
    for name, file in names.items():
        patch.setattr(place, name, folder / "containers" / file)


def written() -> dict[str, str]:
    """The variables that functions in containers are given now."""
    found: dict[str, str] = place.read_json(place.ENVIRONMENT)["Parameters"]
    return found


class TestVariables:
    def test_the_template_declares_each_so_that_sam_hands_it_on(self) -> None:
        declared = template()["Globals"]["Function"]["Environment"]["Variables"].keys()
        for function in functions().values():
            given = declared | function["Environment"]["Variables"].keys()
            assert generated.variables({}, _STORES, "10.0.0.1").keys() <= given

    @pytest.mark.parametrize("function", sorted(functions()))
    def test_a_function_can_start_with_them(self, function: str) -> None:
        variables = {"Parameters": generated.variables({}, _STORES, "10.0.0.1")}
        runner = LocalLambdaRunner(None, None, "", "", env_vars_values=variables)
        found = runner._make_env_vars(read_template(ROOT / "template.yaml").sam_functions[function]).resolve()
        settings = read_settings(found)
        assert settings.mongodb_uri == _STORES.mongodb
        assert settings.aws_sam_local
        assert settings.aws_endpoint_url_lambda == "http://10.0.0.1:3001"

    def test_a_setting_of_the_caller_stays_until_the_next_build(self) -> None:
        caller = {"LEARNING_RATE_LIMIT_MINUTES": "0", "LOG_LEVEL": "DEBUG"}
        generated.write(caller, None, processor="arm64", address="10.0.0.1")
        assert (written()["LEARNING_RATE_LIMIT_MINUTES"], written()["LOG_LEVEL"]) == ("0", "DEBUG")
        generated.readdress({"LOG_LEVEL": "ERROR"}, Stores("own", _STORES, _STORES), "10.9.9.9")
        assert (written()["LEARNING_RATE_LIMIT_MINUTES"], written()["LOG_LEVEL"]) == ("0", "ERROR")
        assert written()["REDIS_URL"] == _STORES.redis
        assert written()["AWS_ENDPOINT_URL_LAMBDA"] == "http://10.9.9.9:3001"
        generated.write({}, Stores("own", _STORES, _STORES), processor="arm64", address="10.0.0.1")
        assert "LEARNING_RATE_LIMIT_MINUTES" not in written()

    def test_the_processor_is_read_as_it_was_written(self) -> None:
        assert generated.processor_built_for() is None
        generated.write({}, None, processor="arm64", address="10.0.0.1")
        assert generated.processor_built_for() == "arm64"

    def test_what_may_hold_a_password_is_the_owners_alone(self) -> None:
        generated.write({}, Stores("own", _STORES, _STORES), processor="arm64", address="10.0.0.1")
        assert stat.S_IMODE(place.ENVIRONMENT.stat().st_mode) == 0o600
        assert stat.S_IMODE(place.FOLDER.stat().st_mode) == 0o700


class TestOwnStores:
    def test_both_are_taken_as_they_are(self) -> None:
        given = stores.own({"MONGODB_URI": _STORES.mongodb, "REDIS_URL": _STORES.redis}, "10.0.0.1")
        assert given == Stores("own", _STORES, _STORES)
        stores.keep(given)
        assert stores.kept() == given

    def test_one_without_the_other_is_refused(self) -> None:
        with pytest.raises(StartError, match="REDIS_URL is not set"):
            stores.own({"MONGODB_URI": _STORES.mongodb}, "10.0.0.1")

    @pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
    def test_one_that_a_container_would_look_for_in_itself_is_refused(self, host: str) -> None:
        caller = {"MONGODB_URI": f"mongodb://{host}:27017/", "REDIS_URL": _STORES.redis}
        with pytest.raises(StartError, match=r"MONGODB_URI names this machine.*10\.0\.0\.1"):
            stores.own(caller, "10.0.0.1")


def test_stores_that_do_not_answer_are_named_without_a_password() -> None:
    port = ports.any_free()
    away = Urls(f"mongodb://user:hunter2@127.0.0.1:{port}/", f"redis://:hunter2@127.0.0.1:{port}/0")
    assert stores.silent(away) == [f"Redis at 127.0.0.1:{port}", f"MongoDB at 127.0.0.1:{port}"]


class TestEvents:
    def test_without_stores_it_says_what_to_do(self) -> None:
        with pytest.raises(StartError, match="make sam-up"):
            commands.make_events({})

    def test_with_stores_that_have_gone_it_says_what_to_do(self) -> None:
        port = ports.any_free()
        away = Urls(f"mongodb://127.0.0.1:{port}/", f"redis://127.0.0.1:{port}/0")
        stores.keep(Stores("own", away, away))
        with pytest.raises(StartError, match="make sam-up"):
            commands.make_events({})


class TestProcessors:
    @pytest.mark.parametrize("processor", sorted(_ELF))
    def test_a_layer_of_another_processor_is_refused(self, processor: str) -> None:
        (other,) = _ELF.keys() - {processor}
        library = place.BUILD / "CommonLayer" / "python" / "some.so"
        library.parent.mkdir(parents=True)
        library.write_bytes(b"\x7fELF" + bytes(14) + _ELF[other].to_bytes(2, "little"))
        with pytest.raises(StartError, match=rf"built for {other}.*run on {processor}.*make sam-build"):
            build.check_layer(processor)
        library.write_bytes(b"\x7fELF" + bytes(14) + _ELF[processor].to_bytes(2, "little"))
        build.check_layer(processor)

    def test_an_engine_of_another_processor_is_refused(self) -> None:
        generated.write({}, None, processor="arm64", address="10.0.0.1")
        commands.check_processor("arm64")
        with pytest.raises(StartError, match=r"built for arm64.*x86_64.*make sam-build"):
            commands.check_processor("x86_64")


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to open everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


class TestEngine:
    @pytest.fixture
    def folder(self) -> Iterator[Path]:
        """A folder for sockets, whose paths have to be short."""
        with tempfile.TemporaryDirectory(prefix="ve-") as folder:
            Path(folder).chmod(0o755)
            yield Path(folder)

    @pytest.fixture(autouse=True)
    def no_others(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "_OTHER_SOCKETS", ())

    def test_none_at_all(self, folder: Path) -> None:
        with pytest.raises(StartError, match=r"no container engine answers at .*install and start Docker, or podman"):
            engine.connect({"DOCKER_HOST": f"unix://{folder}/none.sock"})

    def test_one_that_is_somewhere_else(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(engine, "_OTHER_SOCKETS", (f"{folder}/other.sock",))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/other.sock")
            with pytest.raises(StartError, match=f"export DOCKER_HOST=unix://{folder}/other.sock"):
                engine.connect({"DOCKER_HOST": f"unix://{folder}/none.sock"})

    def test_one_that_does_not_run(self, folder: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/stopped.sock")
        with pytest.raises(StartError, match="does not run: start it"):
            engine.connect({"DOCKER_HOST": f"unix://{folder}/stopped.sock"})

    def test_one_that_may_not_be_used(self, folder: Path) -> None:
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{folder}/closed.sock")
            listener.listen()
            Path(folder, "closed.sock").chmod(0o600)
            with as_nobody(), pytest.raises(StartError, match="you may not use the container engine"):
                engine.connect({"DOCKER_HOST": f"unix://{folder}/closed.sock"})

    def test_one_that_answers_nonsense(self, folder: Path) -> None:
        with socket.create_server((ports.HOST, 0)) as listener:
            port = listener.getsockname()[1]
        with pytest.raises(StartError, match=rf"tcp://127\.0\.0\.1:{port} does not answer"):
            engine.connect({"DOCKER_HOST": f"tcp://127.0.0.1:{port}"})


class TestCompose:
    def test_a_port_that_is_taken_is_named_with_the_way_to_another(self) -> None:
        with socket.create_server((ports.HOST, 0)) as listener:
            port = listener.getsockname()[1]
            with pytest.raises(StartError, match=f"port {port} is taken: .*MONGO_PORT="):
                compose.check_ports({"MONGO_PORT": str(port), "VALKEY_PORT": str(ports.any_free())})

    def test_a_port_that_is_none_is_refused(self) -> None:
        with pytest.raises(StartError, match="VALKEY_PORT must be the number of a port"):
            compose.check_ports({"VALKEY_PORT": "usual"})

    def test_without_a_command_for_it_the_other_way_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(StartError, match="EMBEDDED=1"):
            compose.down({"PATH": str(tmp_path)})

    def test_one_that_fails_says_why_and_the_other_way(self, tmp_path: Path) -> None:
        program = tmp_path / "docker-compose"
        program.write_text('#!/bin/sh\n[ "$1" = version ] || { echo "manifest unknown" >&2; exit 1; }\n')
        program.chmod(0o755)
        with pytest.raises(StartError, match=r"manifest unknown.*EMBEDDED=1"):
            compose.down({"PATH": f"{tmp_path}:{os.environ['PATH']}"})


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    """For tests that only ask them."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("stores")
        in_place_of_local(folder, patch)
        yield embedded_stores.up(Reach("host.example", EVERYWHERE))
        in_place_of_local(folder, patch)
        embedded_stores.down()
        assert embedded_stores.running() is None


class TestEmbeddedStores:
    def test_they_answer_whoever_has_the_password_and_nobody_else(self, up: Stores) -> None:
        assert stores.silent(up.outside) == []
        with Redis.from_url(without_password(up.outside.redis)) as client, pytest.raises(AuthenticationError):
            client.ping()
        with MongoClient(without_password(up.outside.mongodb)) as client, pytest.raises(OperationFailure):
            client.some.things.insert_one({})

    def test_containers_find_them_under_the_name_of_this_machine(self, up: Stores) -> None:
        for inside, outside in ((up.inside.mongodb, up.outside.mongodb), (up.inside.redis, up.outside.redis)):
            assert urlsplit(inside).hostname == "host.example"
            assert urlsplit(inside)._replace(netloc="") == urlsplit(outside)._replace(netloc="")
            assert stores.elsewhere(inside, "127.0.0.1") == outside

    def test_the_password_is_in_no_command_line(self, up: Stores) -> None:
        password = urlsplit(up.outside.redis).password
        assert password
        lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
        assert not [line for line in lines if password in line]

    def test_they_end_with_the_process_that_holds_them_and_go_on_with_their_data(self) -> None:
        before = embedded_stores.up(Reach("host.example", EVERYWHERE))
        with MongoClient(before.outside.mongodb) as client:
            client.some.things.insert_one({"kept": True})
        keeper = embedded_stores.running()
        assert keeper is not None
        servers = psutil.Process(keeper).children(recursive=True)
        psutil.Process(keeper).kill()
        _, left = psutil.wait_procs(servers, timeout=PATIENCE_SECONDS)
        assert not left
        wait_until(lambda: embedded_stores.running() is None)
        # Where containers share this machine's loopback, nobody else finds them.
        again = embedded_stores.up(Reach("host.example", LOOPBACK))
        try:
            listening = {
                each.laddr.ip for server in descendants() for each in server.net_connections("tcp") if not each.raddr
            }
            assert listening == {LOOPBACK}
            assert stat.S_IMODE(place.PASSWORD.stat().st_mode) == 0o600
            assert urlsplit(again.outside.redis).password == urlsplit(before.outside.redis).password
            with MongoClient(again.outside.mongodb) as client:
                assert client.some.things.count_documents({"kept": True}) == 1
        finally:
            embedded_stores.down()


def descendants() -> list[psutil.Process]:
    """Of the process that holds the servers."""
    keeper = embedded_stores.running()
    assert keeper is not None
    return psutil.Process(keeper).children(recursive=True)


def without_password(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
