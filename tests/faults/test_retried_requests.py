"""A save is cut off, or sent twice at once; with an Idempotency-Key there is one edit, and one answer for both."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pymongo
import pytest

from tests.engine_fixtures import Api
from tests.faults.proxy import Proxy, Stop
from tests.function_process import FunctionProcess
from tests.http_events import request_event
from voice_engine.bootstrap import Engine

# More commands than a save sends; the first run without a kill says how many there are.
MOST_COMMANDS = 40
RACES = 12

type Save = Callable[[str, str, str], dict[str, Any]]


@pytest.fixture
def save(api: Api) -> Save:
    """The event of a save by `user` of a new content of theirs, under `key`."""

    def event(user: str, key: str, text: str) -> dict[str, Any]:
        content = api.draft(user)["id"]
        headers = {"authorization": f"Bearer {api.issuer.token(user)}", "idempotency-key": key}
        # Of the draft itself: by its own it would be refused a second time.
        body = {"editedText": text, "baseRev": 0}
        return request_event("POST", f"/api/content/{content}/save-edits", body=body, headers=headers)

    return event


@pytest.fixture
def edits(running: Engine) -> Callable[[str], list[str]]:
    """The ids of a person's edits."""
    return lambda user: [edit["_id"] for edit in running.database.collection("edits").find({"userId": user})]


@pytest.fixture
def function(environment: dict[str, str], tmp_path: Path) -> Iterator[Callable[[dict[str, str]], FunctionProcess]]:
    """The API function in a process of its own."""
    started: list[FunctionProcess] = []

    def start(changes: dict[str, str]) -> FunctionProcess:
        log = tmp_path / f"{len(started)}.log"
        started.append(FunctionProcess("api", "api_handler.handler", environment | changes, log))
        return started[-1]

    yield start
    for process in started:
        process.__exit__()


def through(proxy: Proxy) -> dict[str, str]:
    return {
        "REDIS_URL": f"redis://127.0.0.1:{proxy.redis_port}/0",
        "MONGODB_URI": f"mongodb://127.0.0.1:{proxy.mongodb_port}/?directConnection=true",
    }


def end_abandoned_transactions(mongodb_uri: str) -> None:
    """What MongoDB does by itself when a transaction has been idle for 60 s: nobody waits for that here."""
    with pymongo.MongoClient(mongodb_uri) as client:
        client.admin.command("killAllSessions", [])


def test_killed_after_any_step_the_retry_gets_one_answer_and_there_is_one_edit(
    environment: dict[str, str],
    mongodb_uri: str,
    user: str,
    save: Save,
    edits: Callable[[str], list[str]],
    function: Callable[[dict[str, str]], FunctionProcess],
) -> None:
    ports = [urlsplit(environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]
    survivor = function({})
    committed = 0
    for number in range(1, MOST_COMMANDS):
        somebody, proxy = f"{user}-{number}", Proxy(*ports)
        event = save(somebody, "key", "Mine.")
        victim = function(through(proxy))
        proxy.stop = Stop(number, "after", kill=lambda pid=victim.pid: os.kill(pid, signal.SIGKILL))
        cut_off = victim.invoke(event)
        proxy.close()
        end_abandoned_transactions(mongodb_uri)
        before = edits(somebody)
        answer = survivor.invoke(event).result
        assert answer["statusCode"] == 200, (proxy.commands, answer)
        assert len(edits(somebody)) == 1, proxy.commands
        # What had been committed when it was killed is what the retry is told of.
        assert answer["headers"].get("Idempotent-Replayed") == ("true" if before else None), proxy.commands
        committed += bool(before)
        if cut_off.error is None:
            assert answer["body"] == cut_off.result["body"]
            assert committed > 1, "no kill came after the commit"
            assert number > committed, "no kill came before the commit"
            return
    raise AssertionError("a save sends more and more commands")


def test_two_at_once_are_carried_out_once(
    user: str,
    save: Save,
    edits: Callable[[str], list[str]],
    function: Callable[[dict[str, str]], FunctionProcess],
) -> None:
    functions = [function({}), function({})]
    with ThreadPoolExecutor(len(functions)) as pool:
        for race in range(RACES):
            somebody = f"{user}-{race}"
            event = save(somebody, secrets.token_hex(8), "Mine.")
            answers = [found.result for found in pool.map(lambda one: one.invoke(event), functions)]  # noqa: B023
            assert [answer["statusCode"] for answer in answers] == [200, 200], answers
            assert len(edits(somebody)) == 1
            # A replay may be read before the first has told that its job is queued.
            (edit,) = edits(somebody)
            assert all(edit in answer["body"] for answer in answers)
            assert sum("Idempotent-Replayed" in answer["headers"] for answer in answers) == 1
