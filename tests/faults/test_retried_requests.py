"""A save is cut off, or sent twice at once; with an Idempotency-Key there is one edit, and one answer for both."""

import os
import secrets
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.engine_fixtures import Api
from tests.faults.killed_learner import end_abandoned_transactions, kill_points, through
from tests.faults.proxy import Proxy, Stop
from tests.function_process import FunctionProcess
from tests.http_events import request_event
from voice_engine.bootstrap import Engine

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


@pytest.mark.draws
def test_killed_after_any_step_the_retry_gets_one_answer_and_there_is_one_edit(
    environment: dict[str, str],
    mongodb_uri: str,
    user: str,
    save: Save,
    edits: Callable[[str], list[str]],
    function: Callable[[dict[str, str]], FunctionProcess],
) -> None:
    ports = [urlsplit(environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]
    watch = Proxy(*ports)
    survivor = function(through(watch, environment))
    assert survivor.invoke(save(user, "key", "Mine.")).result["statusCode"] == 200
    stops = kill_points(list(watch.commands), ["after"], 0, shards=1)
    committed = 0
    for number, moment in stops:
        somebody, proxy = f"{user}-{number}", Proxy(*ports)
        event = save(somebody, "key", "Mine.")
        victim = function(through(proxy, environment))
        proxy.stop = Stop(number, moment, kill=lambda pid=victim.pid: os.kill(pid, signal.SIGKILL))
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
        # Where the servers know a script already, a save is shorter.
        assert cut_off.error is not None or len(proxy.commands) < number
        assert cut_off.error is not None or answer["body"] == cut_off.result["body"]
    watch.close()
    assert committed > 0, "no kill came after the commit"
    assert len(stops) > committed, "no kill came before the commit"


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
