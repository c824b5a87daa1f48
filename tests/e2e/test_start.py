"""`make start` as a person meets it: what it prints can be pasted, it learns, and it leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import NO_WINDOWS, READY, Service, paste
from tests.waiting import is_running, wait_until


def test_what_it_prints_can_be_pasted_and_a_save_is_learned(shared_start: Service) -> None:
    service = shared_start
    begun = len(service.lines)
    profile, registered, saved = map(paste, service.curl_lines())
    assert profile["hasProfile"] is True
    assert profile["profile"]["learningIterations"] > 0
    assert registered["rev"] == 0
    assert saved["content"]["rev"] == 1
    edit = saved["learning"]["editId"]
    wait_until(lambda: any(line.startswith("learner (wake): ") for line in service.lines[begun:]))
    wait_until(lambda: service.get(f"/api/learning/{edit}")["status"] == "learned")
    assert service.get("/health")["status"] == "ok"


def test_make_token_prints_a_token_for_anyone(shared_start: Service) -> None:
    command = [sys.executable, "-m", "local.token", "--user", "ada"]
    done = subprocess.run(command, cwd=shared_start.checkout, capture_output=True, text=True, check=True)
    line = re.sub(r"Bearer [^']+", f"Bearer {done.stdout.strip()}", shared_start.curl_lines()[0])
    assert paste(line)["hasProfile"] is False


def test_make_token_gives_the_scope_that_administration_asks_for(shared_start: Service) -> None:
    queue = re.sub(r"(http://[\d.:]+)\S+", r"\1/api/admin/queue", shared_start.curl_lines()[0])
    command = [sys.executable, "-m", "local.token", "--user", "ada", "--scope", "admin"]
    done = subprocess.run(command, cwd=shared_start.checkout, capture_output=True, text=True, check=True)
    assert paste(queue)["code"] == "forbidden", "the demo writer's token has no scope"
    assert paste(re.sub(r"Bearer [^']+", f"Bearer {done.stdout.strip()}", queue))["failedEdits"] == 0


@pytest.mark.parametrize("step", ["MongoDB", "functions", "demo texts"])
def test_it_can_be_stopped_while_it_starts(start: Callable[..., Service], step: str) -> None:
    service = start().has_printed(step)
    family = service.family()
    assert service.ends(signal.SIGINT) == 0
    assert service.lines[-1] == "stopped"
    assert READY not in service.output
    assert not [pid for pid in family if is_running(pid)]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_ends_in_order_leaves_no_process_and_loses_nothing(
    start: Callable[..., Service], number: signal.Signals
) -> None:
    first = start().has_printed(READY)
    family = first.family()
    version = first.get("/api/profile/style")["version"]
    saved = paste(first.curl_lines()[2])["learning"]
    assert first.ends(number) == 0
    assert first.lines[-1] == "stopped"
    assert not [pid for pid in family if is_running(pid)]

    # The save waits for the end of its window. One that is due takes it along.
    second = start(**NO_WINDOWS).has_printed(READY)
    assert "demo texts" in first.output
    assert "demo texts" not in second.output
    due = paste(second.curl_lines()[2])["learning"]
    for edit in (saved["editId"], due["editId"]):
        wait_until(lambda edit=edit: second.get(f"/api/learning/{edit}")["status"] == "learned")
    assert second.get("/api/profile/style")["version"] > version


def test_fresh_begins_anew_and_tokens_stay_good(start: Callable[..., Service]) -> None:
    first = start().has_printed(READY)
    paste(first.curl_lines()[1])
    before = first.get("/api/content")["items"]
    line = first.curl_lines()[0]
    assert first.ends(signal.SIGINT) == 0
    second = start(FRESH="1").has_printed(READY)
    after = second.get("/api/content")["items"]
    assert len(after) == len(before) - 1
    assert not {item["id"] for item in before} & {item["id"] for item in after}
    address = re.search(r"http://[\d.:]+", second.curl_lines()[0])
    assert address
    assert paste(re.sub(r"http://[\d.:]+", address[0], line))["hasProfile"] is True


def test_when_it_is_killed_everything_it_started_ends(start: Callable[..., Service]) -> None:
    service = start().has_printed(READY)
    family = service.family()
    assert len(family) >= 5
    service.process.kill()
    wait_until(lambda: not [pid for pid in family if is_running(pid)])


def test_a_second_one_in_the_same_folder_is_refused_in_one_line(start: Callable[..., Service], checkout: Path) -> None:
    first = start().has_printed("MongoDB")
    second = start()
    assert second.ends() == 1
    holder = f"another make start (process {first.process.pid})"
    assert second.lines == [f"make start: {checkout / '.local'} is in use by {holder}: stop that one first"]


@pytest.mark.parametrize("name", ["MongoDB", "Valkey"])
def test_a_server_that_dies_ends_everything_with_one_line(start: Callable[..., Service], name: str) -> None:
    service = start().has_printed(READY)
    family = service.family()
    wanted = {"MongoDB": "secantus", "Valkey": "valkey-server"}[name]
    (server,) = (pid for pid in family if wanted in " ".join(psutil.Process(pid).cmdline()))
    os.kill(server, signal.SIGKILL)
    assert service.ends() == 1
    assert service.lines[-1].startswith(f"make start: {name} ended with status -9: see ")
    assert "Traceback" not in service.output
    assert not [pid for pid in family if is_running(pid)]


def test_a_taken_port_that_was_asked_for_is_said_in_one_line(start: Callable[..., Service]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        service = start(PORT=str(port))
        assert service.ends() == 1
    assert service.lines == [
        f"make start: port {port} is taken: stop what listens there, or choose another with PORT=<number>"
    ]


def test_two_that_are_started_at_once_each_keep_to_their_own_servers(
    start: Callable[..., Service], tmp_path: Path
) -> None:
    both = [start("--directory", str(tmp_path / name)) for name in ("first", "second")]
    first, second = (
        {item["id"] for item in service.has_printed(READY).get("/api/content")["items"]} for service in both
    )
    assert len(first) == len(second) > 0
    assert not first & second
    assert [service.ends(signal.SIGINT) for service in both] == [0, 0]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"EDIT_BATCH_WINDOW_MINUTE": "0"}, "EDIT_BATCH_WINDOW_MINUTE: no such setting"),
        ({"LEARNING_RATE_LIMIT_MINUTES": "soon"}, "LEARNING_RATE_LIMIT_MINUTES: "),
        ({"OIDC_ISSUER": "https://issuer.example"}, "OIDC_ISSUER is set, but it is decided here"),
        ({"MONGODB_URI": "mongodb://127.0.0.1:9/?directConnection=true", "MONGODB_TIMEOUT_SECONDS": "0.5"}, "MongoDB"),
        ({"REDIS_URL": "redis://127.0.0.1:9/0"}, "Redis"),
        ({"REDIS_URL": "http://127.0.0.1:9/0"}, "REDIS_URL: "),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_what_cannot_work_is_said_in_one_line(
    start: Callable[..., Service], settings: dict[str, str], says: str
) -> None:
    service = start(**settings)
    assert service.ends() == 1
    assert service.lines[-1].startswith("make start: ")
    assert says in service.lines[-1]
    assert "Traceback" not in service.output


@pytest.mark.parametrize(("missing", "setting"), [("MONGODB_URI", "REDIS_URL"), ("REDIS_URL", "MONGODB_URI")])
def test_a_platform_without_the_embedded_servers_is_told_what_to_set(
    start: Callable[..., Service], no_wheels: None, mongodb_uri: str, redis_url: str, missing: str, setting: str
) -> None:
    service = start(**{setting: {"MONGODB_URI": mongodb_uri, "REDIS_URL": redis_url}[setting]})
    assert service.ends() == 1
    assert f"set {missing} to" in service.lines[-1]
    assert "Traceback" not in service.output


def test_servers_of_ones_own_are_used_and_not_started(
    start: Callable[..., Service],
    no_wheels: None,
    mongodb_uri: str,
    redis_url: str,
    database_name: str,
    queue_prefix: str,
) -> None:
    own = {"MONGODB_URI": mongodb_uri, "REDIS_URL": redis_url}
    service = start(**own, MONGODB_DATABASE=database_name, QUEUE_PREFIX=queue_prefix).has_printed(READY)
    assert "embedded" not in service.output
    assert service.get("/health")["services"]["mongodb"] == "connected"
    assert service.get("/api/content")["items"]
    assert service.ends(signal.SIGINT) == 0
