"""The queue, how many learn at once, how long an edit waits, and who is woken."""

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from redis import Redis

from tests.engine_fixtures import Api, QueueKeys
from tests.integration.settings.effects import effect_of, serving
from tests.lives import Life, life_given_from_now_on
from tests.valkey_fixtures import StartValkey
from tests.waiting import PATIENCE_SECONDS
from voice_engine.bootstrap import Engine
from voice_engine.learner import Learned
from voice_engine.profile_key import profile_key

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]


@effect_of("QUEUE_PREFIX")
def test_every_key_of_the_queue_begins_with_the_prefix(
    environment: dict[str, str], with_environment: WithEnvironment, start_valkey: StartValkey, api: Api, user: str
) -> None:
    url = start_valkey().url
    with_environment(environment | {"REDIS_URL": url, "QUEUE_PREFIX": "writers"})
    edit = api.save(user, api.draft(user)["id"], "Saved.")["learning"]["editId"]
    with Redis.from_url(url, decode_responses=True) as redis:
        keys = set(redis.scan_iter())
        assert {f"writers:learning:{edit}", "writers:learning:wait"} <= keys
        assert all(key.startswith(("writers:learning:", "rate:")) for key in keys)


@effect_of("LEARNING_QUEUE_CONCURRENCY")
@pytest.mark.parametrize("concurrency", [1, 3])
def test_so_many_profiles_are_learned_at_once_and_no_more(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str, concurrency: int
) -> None:
    running = with_environment(environment | {"LEARNING_QUEUE_CONCURRENCY": str(concurrency)})
    profiles = 2 * concurrency
    for number in range(profiles):
        somebody = f"{user}-{number}"
        api.save(somebody, api.draft(somebody)["id"], "Saved.")
    # Nobody passes before so many are at work.
    gate = threading.Barrier(concurrency, timeout=PATIENCE_SECONDS)
    workers: list[int] = []

    def report(_: Learned) -> None:
        workers.append(threading.get_ident())
        gate.wait()

    drained = running.learning_run(report).run(lambda: PATIENCE_SECONDS).drained
    assert drained.done == profiles
    assert not gate.broken
    assert len(set(workers)) == concurrency


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@effect_of("LEARNING_RATE_LIMIT_MINUTES", "EDIT_BATCH_WINDOW_MINUTES")
@pytest.mark.parametrize(("rate", "batch"), [(7, 0), (60, 5), (6, 90), (7.5, 7.5)])
def test_a_second_edit_waits_for_the_end_of_rate_and_batch(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    learn: Learn,
    user: str,
    rate: float,
    batch: float,
) -> None:
    running = with_environment(
        environment | {"LEARNING_RATE_LIMIT_MINUTES": str(rate), "EDIT_BATCH_WINDOW_MINUTES": str(batch)}
    )
    content = api.draft(user)
    api.save(user, content["id"], "The first edit is learned at once.")
    learn()
    edit = api.save(user, content["id"], "The second one waits.")["learning"]["editId"]
    assert learn()["drained"]["later"] == 1
    progress = api.progress(user, edit)
    profile = running.profiles.find(profile_key(user))
    assert profile is not None
    assert profile.learned_at is not None
    ends = (profile.learned_at + timedelta(minutes=rate), moment(progress["savedAt"]) + timedelta(minutes=batch))
    assert progress["status"] == "delayed"
    assert moment(progress["until"]) == max(ends)
    assert running.queue.position(edit).delayed_until == max(ends)


@effect_of("LEARNING_RATE_LIMIT_MINUTES")
def test_without_a_rate_limit_the_batch_window_holds_nothing_back(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, learn: Learn, user: str
) -> None:
    with_environment(environment | {"LEARNING_RATE_LIMIT_MINUTES": "0", "EDIT_BATCH_WINDOW_MINUTES": "1440"})
    content = api.draft(user)
    for version in (1, 2):
        edit = api.save(user, content["id"], f"Edit number {version}.")["learning"]["editId"]
        learn()
        assert api.progress(user, edit)["version"] == version


@effect_of("LEARNING_CLAIM_SECONDS")
@pytest.mark.parametrize("seconds", [60, 900])
def test_a_claim_ends_by_itself_after_its_time(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    seconds: int,
    queue_keys: QueueKeys,
) -> None:
    running = with_environment(environment | {"LEARNING_CLAIM_SECONDS": str(seconds)})
    edit = api.save(user, api.draft(user)["id"], "Saved.")["learning"]["editId"]
    lives: list[Life] = []
    claim = f"{queue_keys.prefix}:learning:{edit}:lock"
    life = life_given_from_now_on(queue_keys.redis)
    running.learning_run(lambda _: lives.append(life(claim))).run(lambda: PATIENCE_SECONDS)
    assert len(lives) == 1
    assert lives[0].may_be(seconds * 1_000, seconds * 1_000)


@effect_of("AWS_SAM_LOCAL")
@pytest.mark.parametrize("endpoint", [True, False])
def test_on_a_laptop_the_learner_is_invoked_only_where_the_laptop_has_a_lambda(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    start_valkey: StartValkey,
    api: Api,
    user: str,
    aws: None,
    monkeypatch: pytest.MonkeyPatch,
    endpoint: bool,
) -> None:
    calls: list[str] = []

    def accept(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        calls.append(request.path)
        return 202, b""

    with serving(accept) as url:
        # Where AWS's own library would go without an address that names Lambda alone: a call to AWS would be seen here.
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        local = {"AWS_SAM_LOCAL": "true", "LEARNER_FUNCTION_NAME": "the-learner"}
        local |= {"AWS_ENDPOINT_URL_LAMBDA": f"{url}/of-the-laptop"} if endpoint else {}
        with_environment(environment | {"REDIS_URL": start_valkey().url} | local)
        assert api.save(user, api.draft(user)["id"], "A save.")["learning"]["status"] == "queued"
    invocation = "/of-the-laptop/2015-03-31/functions/the-learner/invocations"
    assert calls == ([invocation] if endpoint else [])


@effect_of("LEARNER_FUNCTION_NAME", "AWS_ENDPOINT_URL_LAMBDA")
@pytest.mark.parametrize("name", ["the-learner", ""])
def test_a_save_invokes_the_learners_function_once_where_it_has_a_name(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    start_valkey: StartValkey,
    api: Api,
    learn: Learn,
    user: str,
    aws: None,
    name: str,
) -> None:
    calls: list[tuple[str, str | None, Any]] = []

    def accept(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        payload = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        calls.append((request.path, request.headers["X-Amz-Invocation-Type"], payload))
        return 202, b""

    with serving(accept) as url:
        chosen = {"REDIS_URL": start_valkey().url, "LEARNER_FUNCTION_NAME": name, "AWS_ENDPOINT_URL_LAMBDA": url}
        with_environment(environment | chosen)
        content = api.draft(user)
        api.save(user, content["id"], "One save asks.")
        api.save(user, content["id"], "Another need not ask again.")
        one = (f"/2015-03-31/functions/{name}/invocations", "Event", {"source": "wake"})
        assert calls == ([one] if name else [])
        learn()
        api.save(user, content["id"], "After a run of the learner one asks again.")
        assert calls == ([one, one] if name else [])
