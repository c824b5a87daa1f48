"""Every setting does what docs/settings.md says of it, seen from outside: in answers and on real servers."""

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from moto import mock_aws
from pymongo import MongoClient
from redis import Redis

from local.servers.process import free_port
from tests.engine_fixtures import Api, QueueKeys
from tests.function_process import FunctionProcess, process_environment
from tests.http_events import request_event
from tests.issuer import AUDIENCE, ISSUER, Issuer
from tests.relay import Relay
from tests.valkey_fixtures import StartValkey
from voice_engine import learner_invocation
from voice_engine.archetypes import CACHE_KEY as ARCHETYPES_KEY
from voice_engine.bootstrap import Engine
from voice_engine.learner import Learned
from voice_engine.profile_key import profile_key
from voice_engine.profiles import cache_key, evolution_key
from voice_engine.settings import Settings

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]

# Long enough for a slow machine; nothing is asserted about time.
_PATIENCE_SECONDS = 60.0

_SHOWN: set[str] = set()


def effect_of(*variables: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Says which variables' effect a test shows."""
    _SHOWN.update(variables)
    return lambda test: test


def test_every_setting_has_a_test_of_its_effect() -> None:
    assert {name.upper() for name in Settings.model_fields} == _SHOWN


def services(api: Api) -> dict[str, str]:
    health: dict[str, dict[str, str]] = api("GET", "/health").json
    return health["services"]


def port_of(url: str) -> int:
    # A connection string of MongoDB may name several hosts, which urlsplit cannot read; ours names one.
    return urlsplit(url.split("?")[0]).port or 0


def behind(relay: Relay, variable: str) -> dict[str, str]:
    """The variable that leads to a server through the relay before it."""
    url = {
        "MONGODB_URI": f"mongodb://127.0.0.1:{relay.port}/?directConnection=true",
        "REDIS_URL": f"redis://127.0.0.1:{relay.port}/0",
    }[variable]
    return {variable: url}


def nowhere() -> dict[str, str]:
    """Servers that nobody answers for."""
    return {
        "MONGODB_URI": f"mongodb://127.0.0.1:{free_port()}/?directConnection=true",
        "REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
    }


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], tuple[int, bytes]]) -> Iterator[str]:
    """The address of an HTTP server whose every request is answered by `answer` with status and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is for its failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Credentials that work nowhere, and none of the clients that another test has made."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    learner_invocation._client.cache_clear()
    yield
    learner_invocation._client.cache_clear()


# MongoDB


@effect_of("MONGODB_URI")
def test_the_uri_says_which_mongodb_is_used(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    with Relay(port_of(environment["MONGODB_URI"])) as relay:
        running = with_environment(environment | behind(relay, "MONGODB_URI"))
        content = api.draft(user, "A draft on its way through the relay.")
        assert content["id"].encode() in relay.sent
        running.database.close()
    with_environment(environment)
    assert api("GET", f"/api/content/{content['id']}", user=user).status == 200


@effect_of("MONGODB_URI_SECRET")
def test_the_secret_holds_the_uri(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str, aws: None
) -> None:
    content = api.draft(user)
    with mock_aws():
        client = boto3.client("secretsmanager")
        arn = client.create_secret(Name="mongodb", SecretString=environment["MONGODB_URI"])["ARN"]
        with_environment(environment | {"MONGODB_URI": "", "MONGODB_URI_SECRET": arn})
        assert api("GET", f"/api/content/{content['id']}", user=user).status == 200


@effect_of("MONGODB_DATABASE")
def test_everything_lies_in_the_database_that_is_named(
    environment: dict[str, str], api: Api, learn: Learn, user: str
) -> None:
    content = api.draft(user)
    api.save(user, content["id"], "Saved.")
    learn()
    with MongoClient(environment["MONGODB_URI"]) as client:
        database = client[environment["MONGODB_DATABASE"]]
        assert database["contents"].find_one({"_id": content["id"]})
        for collection in ("edits", "profiles", "events", "versions"):
            assert database[collection].find_one({"userId": user}), collection


@effect_of("MONGODB_TIMEOUT_SECONDS")
@pytest.mark.parametrize(("seconds", "status"), [("0.1", 503), ("30", 200)])
def test_a_mongodb_that_is_slower_than_the_timeout_is_given_up(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str, seconds: str, status: int
) -> None:
    with Relay(port_of(environment["MONGODB_URI"]), delay_seconds=0.3) as relay:
        running = with_environment(environment | behind(relay, "MONGODB_URI") | {"MONGODB_TIMEOUT_SECONDS": seconds})
        assert api("GET", "/api/content", user=user).status == status
        running.database.close()


# Redis


@effect_of("REDIS_URL")
def test_the_url_says_which_redis_and_which_of_its_databases_is_used(
    environment: dict[str, str], with_environment: WithEnvironment, start_valkey: StartValkey, api: Api, user: str
) -> None:
    url = start_valkey().url.removesuffix("/0") + "/7"
    with_environment(environment | {"REDIS_URL": url})
    content = api.draft(user)
    assert api.save(user, content["id"], "Saved.")["learning"]["status"] == "queued"
    with Redis.from_url(url) as redis:
        assert redis.info("keyspace").keys() == {"db7"}
        assert redis.llen(f"{environment['QUEUE_PREFIX']}:learning:wait") == 1


@effect_of("REDIS_CLUSTER")
@pytest.mark.parametrize("cluster", ["true", "false"])
def test_with_a_cluster_the_nodes_are_asked_for_and_then_spoken_to(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    redis_cluster_url: str,
    queue_prefix: str,
    api: Api,
    learn: Learn,
    user: str,
    cluster: str,
) -> None:
    prefix = f"{{{queue_prefix}}}"
    with Relay(port_of(redis_cluster_url)) as relay:
        with_environment(environment | behind(relay, "REDIS_URL") | {"REDIS_CLUSTER": cluster, "QUEUE_PREFIX": prefix})
        content = api.draft(user)
        saved = api.save(user, content["id"], "Saved.")["learning"]
        assert saved["status"] == "queued"
        assert learn()["drained"]["done"] == 1
        assert api.progress(user, saved["editId"])["status"] == "learned"
        # The URL leads through the relay, and the node that it names tells its own address.
        by_url = f"{prefix}:learning:".encode() in relay.sent
    assert by_url is (cluster == "false")


@effect_of("REDIS_IAM_USER", "REDIS_IAM_CACHE", "AWS_REGION")
def test_the_iam_user_signs_in_with_a_token_for_the_cache_and_its_region(
    environment: dict[str, str], with_environment: WithEnvironment, start_valkey: StartValkey, api: Api, aws: None
) -> None:
    server = start_valkey()
    with Redis.from_url(server.url, decode_responses=True) as operator, Relay(server.port) as relay:
        operator.acl_setuser("writer-1", enabled=True, nopass=True, keys=["*"], categories=["+@all"])
        iam = {"REDIS_IAM_USER": "writer-1", "REDIS_IAM_CACHE": "voice-cache", "AWS_REGION": "ap-south-1"}
        with_environment(environment | behind(relay, "REDIS_URL") | iam)
        assert services(api)["redis"] == "connected"
        assert "writer-1" in {client["user"] for client in operator.client_list()}
        words = relay.sent.split(b"\r\n")
    user, token = (words[words.index(b"AUTH") + place].decode() for place in (2, 4))
    query = parse_qs(urlsplit(f"https://{token}").query)
    assert user == "writer-1"
    assert token.startswith("voice-cache/?")
    assert query["User"] == ["writer-1"]
    assert query["X-Amz-Credential"][0].endswith("/ap-south-1/elasticache/aws4_request")


@effect_of("REDIS_TIMEOUT_SECONDS")
@pytest.mark.parametrize(("seconds", "redis"), [("0.05", "disconnected"), ("1", "connected")])
def test_a_redis_that_is_slower_than_the_timeout_is_given_up(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, seconds: str, redis: str
) -> None:
    with Relay(port_of(environment["REDIS_URL"]), delay_seconds=0.2) as relay:
        with_environment(environment | behind(relay, "REDIS_URL") | {"REDIS_TIMEOUT_SECONDS": seconds})
        assert services(api) == services(api) | {"redis": redis, "mongodb": "connected"}


@effect_of("REDIS_BREAKER_SECONDS")
@pytest.mark.parametrize(("seconds", "once_it_is_back"), [("60", "delayed"), ("0.001", "queued")])
def test_a_redis_that_is_back_is_used_again_when_the_pause_has_passed(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    start_valkey: StartValkey,
    api: Api,
    user: str,
    seconds: str,
    once_it_is_back: str,
) -> None:
    server = start_valkey()
    with_environment(environment | {"REDIS_URL": server.url, "REDIS_BREAKER_SECONDS": seconds})
    content = api.draft(user)

    def status() -> str:
        status: str = api.save(user, content["id"], "Saved.")["learning"]["status"]
        return status

    assert status() == "queued"
    server.process.kill()
    server.process.wait()
    assert status() == "delayed"
    start_valkey(again=server)
    # Starting a server takes longer than the short pause and not as long as the long one.
    assert status() == once_it_is_back


# Queue and learning


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
    gate = threading.Barrier(concurrency, timeout=_PATIENCE_SECONDS)
    workers: list[int] = []

    def report(_: Learned) -> None:
        workers.append(threading.get_ident())
        gate.wait()

    drained = running.learning_run(report).run(lambda: _PATIENCE_SECONDS).drained
    assert drained.done == profiles
    assert not gate.broken
    assert len(set(workers)) == concurrency


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


@effect_of("LEARNING_RATE_LIMIT_MINUTES", "EDIT_BATCH_WINDOW_MINUTES")
@pytest.mark.parametrize(("rate", "batch"), [(7, 0), (60, 5), (3, 90), (0.5, 0.5)])
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
@pytest.mark.parametrize("seconds", [5, 900])
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
    lives: list[int] = []
    claim = f"{queue_keys.prefix}:learning:{edit}:lock"
    running.learning_run(lambda _: lives.append(queue_keys.redis.pttl(claim))).run(lambda: _PATIENCE_SECONDS)
    (milliseconds,) = lives
    # It is prolonged three times within its life, so it is never below two thirds while its owner lives.
    assert seconds * 600 < milliseconds <= seconds * 1000


@effect_of("LEARNER_FUNCTION_NAME")
@pytest.mark.parametrize("name", ["the-learner", ""])
def test_a_save_invokes_the_learners_function_once_where_it_has_a_name(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    start_valkey: StartValkey,
    api: Api,
    learn: Learn,
    user: str,
    aws: None,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
) -> None:
    calls: list[tuple[str, str | None, Any]] = []

    def accept(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        payload = json.loads(request.rfile.read(int(request.headers["Content-Length"])))
        calls.append((request.path, request.headers["X-Amz-Invocation-Type"], payload))
        return 202, b""

    with serving(accept) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL_LAMBDA", url)
        with_environment(environment | {"REDIS_URL": start_valkey().url, "LEARNER_FUNCTION_NAME": name})
        content = api.draft(user)
        api.save(user, content["id"], "One save asks.")
        api.save(user, content["id"], "Another need not ask again.")
        one = (f"/2015-03-31/functions/{name}/invocations", "Event", {"source": "wake"})
        assert calls == ([one] if name else [])
        learn()
        api.save(user, content["id"], "After a run of the learner one asks again.")
        assert calls == ([one, one] if name else [])


@effect_of("PROFILE_CACHE_TTL_SECONDS")
@pytest.mark.parametrize("seconds", [600, 86_400])
def test_a_cached_profile_lives_as_long_as_it_is_told_to(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    seconds: int,
    queue_keys: QueueKeys,
) -> None:
    with_environment(environment | {"PROFILE_CACHE_TTL_SECONDS": str(seconds)})
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    api.style(user)
    milliseconds = queue_keys.redis.pttl(cache_key(profile_key(user)))
    # Up to a tenth is taken off, so that what was filled together does not end together.
    assert seconds * 800 < milliseconds <= seconds * 1000


@effect_of("ARCHETYPE_CACHE_TTL_SECONDS")
@pytest.mark.parametrize("seconds", [600, 604_800])
def test_the_cached_presets_live_as_long_as_they_are_told_to(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    seconds: int,
    start_valkey: StartValkey,
) -> None:
    url = start_valkey().url
    with_environment(environment | {"REDIS_URL": url, "ARCHETYPE_CACHE_TTL_SECONDS": str(seconds)})
    api("GET", "/api/profile/archetypes", user=user)
    with Redis.from_url(url) as redis:
        assert seconds * 800 < redis.pttl(ARCHETYPES_KEY) <= seconds * 1000


@effect_of("EVOLUTION_CACHE_TTL_SECONDS")
@pytest.mark.parametrize("seconds", [600, 86_400])
def test_what_analytics_tells_is_cached_as_long_as_it_is_told_to(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    seconds: int,
    queue_keys: QueueKeys,
) -> None:
    with_environment(environment | {"EVOLUTION_CACHE_TTL_SECONDS": str(seconds)})
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    assert api("GET", "/api/profile/analytics", user=user).status == 200
    milliseconds = queue_keys.redis.pttl(evolution_key(profile_key(user)))
    assert seconds * 800 < milliseconds <= seconds * 1000


# Tokens


def accepted(api: Api, token: str) -> bool:
    answer = api("GET", "/api/profile/style", headers={"authorization": f"Bearer {token}"})
    assert answer.status in (200, 401)
    return answer.status == 200


@pytest.mark.parametrize(("days", "kept"), [("", True), ("3", True), ("1", False)])
@effect_of("TEXT_RETENTION_DAYS")
def test_a_content_is_deleted_when_it_is_as_old_as_is_said(
    with_environment: WithEnvironment,
    environment: dict[str, str],
    api: Api,
    learn: Learn,
    running: Engine,
    user: str,
    days: str,
    kept: bool,
) -> None:
    content = api.draft(user)["id"]
    two_days_ago = datetime.now(UTC) - timedelta(days=2)
    running.database.collection("contents").update_one({"_id": content}, {"$set": {"updatedAt": two_days_ago}})
    with_environment(environment | {"TEXT_RETENTION_DAYS": days})
    assert learn()["expired"] == (0 if kept else 1)
    assert api("GET", f"/api/content/{content}", user=user).status == (200 if kept else 404)


@pytest.mark.parametrize(("seconds", "ended"), [("0", 1), ("3600", 0)])
@effect_of("ERASURE_GRACE_SECONDS")
def test_an_erasure_waits_for_its_last_pass_as_long_as_it_is_told(
    with_environment: WithEnvironment,
    environment: dict[str, str],
    api: Api,
    learn: Learn,
    user: str,
    seconds: str,
    ended: int,
) -> None:
    api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user)
    with_environment(environment | {"ERASURE_GRACE_SECONDS": seconds})
    api("DELETE", "/api/profile", user=user)
    assert learn()["erased"] == ended
    assert api("GET", "/api/erasure", user=user).json["status"] == ("done" if ended else "erasing")
    assert api("PUT", "/api/profile/style", {"voiceType": "playful"}, user=user).status == (200 if ended else 409)


@effect_of("RATE_LIMIT_WRITES_PER_MINUTE", "RATE_LIMIT_DRAFTS_PER_MINUTE")
@pytest.mark.parametrize(("writes", "drafts"), [(1, 4), (4, 1)])
def test_a_person_writes_and_drafts_so_often_a_minute(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    writes: int,
    drafts: int,
) -> None:
    limits = {"RATE_LIMIT_WRITES_PER_MINUTE": str(writes), "RATE_LIMIT_DRAFTS_PER_MINUTE": str(drafts)}
    with_environment(environment | limits)
    for method, route, body, limit in [
        ("PUT", "/api/profile/learning", {"learning": True}, writes),
        ("POST", "/api/profile/analyze-text", {"text": "A text of my own. It is not a long one. " * 10}, drafts),
    ]:
        statuses = [api(method, route, body, user=user).status for _ in range(limit + 1)]
        assert statuses == [200] * limit + [429], route


@effect_of("OIDC_ISSUER", "OIDC_AUDIENCE")
@pytest.mark.parametrize(
    ("variable", "claim", "usual"), [("OIDC_ISSUER", "iss", ISSUER), ("OIDC_AUDIENCE", "aud", AUDIENCE)]
)
def test_tokens_of_the_issuer_and_for_the_audience_that_are_set_are_accepted_alone(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    variable: str,
    claim: str,
    usual: str,
) -> None:
    other = f"{usual}-other"
    for set_to, refused in ((usual, other), (other, usual)):
        with_environment(environment | {variable: set_to})
        assert accepted(api, api.issuer.token(user, **{claim: set_to}))
        assert not accepted(api, api.issuer.token(user, **{claim: refused}))


@effect_of("OIDC_JWKS")
def test_tokens_by_the_keys_that_are_given_are_accepted_alone(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    issuers = (Issuer("k1"), Issuer("k2"))
    for mine, others in (issuers, issuers[::-1]):
        with_environment(environment | {"OIDC_JWKS": mine.jwks})
        assert accepted(api, mine.token(user))
        assert not accepted(api, others.token(user))


@effect_of("OIDC_JWKS_URL")
def test_keys_are_fetched_from_the_url_and_a_new_one_is_picked_up(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    api: Api,
    user: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first, second, strange = Issuer("2026-01"), Issuer("2026-02"), Issuer("2026-03")
    published = [first]
    fetched: list[str] = []

    def keys(request: BaseHTTPRequestHandler) -> tuple[int, bytes]:
        fetched.append(request.path)
        return 200, published[-1].jwks.encode()

    with serving(keys) as url:
        with_environment(environment | {"OIDC_JWKS": "", "OIDC_JWKS_URL": f"{url}/keys.json"})
        assert fetched == [], "nothing is fetched before a token asks for it"
        assert accepted(api, first.token(user))
        assert accepted(api, first.token(user))
        assert fetched == ["/keys.json"], "keys are kept"
        assert not accepted(api, second.token(user))
        published.append(second)
        # Asked again for an unknown key at most twice a minute, so that forged tokens cannot flood the issuer.
        later = SimpleNamespace(monotonic=lambda: time.monotonic() + 60)
        monkeypatch.setattr("voice_engine.issuer_keys.time", later)
        assert accepted(api, second.token(user))
        assert not accepted(api, strange.token(user))


@effect_of("OIDC_ADMIN_SCOPE")
def test_the_scope_that_is_set_opens_administration_alone(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str
) -> None:
    scopes = ("admin", "voice-engine/admin")
    for set_to, other in (scopes, scopes[::-1]):
        with_environment(environment | {"OIDC_ADMIN_SCOPE": set_to})
        for scope, status in ((set_to, 200), (other, 403)):
            token = api.issuer.token(user, scope=scope)
            answer = api("GET", "/api/admin/queue", headers={"authorization": f"Bearer {token}"})
            assert answer.status == status
            assert status == 200 or answer.json["detail"].startswith(f"this needs the scope {set_to} ")


# Logs


@effect_of("CORS_ALLOWED_ORIGINS")
def test_the_origins_are_those_whose_pages_may_call(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api
) -> None:
    page = "https://app.example.com"
    for configured, allowed in [("", None), ("https://app.example.org", None), (f"https://x.example,{page}", page)]:
        with_environment(environment | {"CORS_ALLOWED_ORIGINS": configured})
        for method in ("OPTIONS", "GET"):
            answer = api(method, "/health", headers={"origin": page})
            assert answer.headers.get("Access-Control-Allow-Origin") == allowed


@effect_of("LOG_LEVEL")
@pytest.mark.parametrize(
    ("level", "told"),
    [
        ("DEBUG", {"INFO request", "WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("INFO", {"INFO request", "WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("WARNING", {"WARNING redis is unavailable, the circuit opens", "ERROR unavailable"}),
        ("ERROR", {"ERROR unavailable"}),
    ],
)
def test_what_is_below_the_level_is_not_logged(
    environment: dict[str, str], issuer: Issuer, user: str, tmp_path: Path, level: str, told: set[str]
) -> None:
    settings = environment | nowhere() | {"MONGODB_TIMEOUT_SECONDS": "0.1", "LOG_LEVEL": level}
    event = request_event("GET", "/api/profile/style", headers={"authorization": f"Bearer {issuer.token(user)}"})
    with FunctionProcess("api", "api_handler.handler", settings, tmp_path / "api.log") as function:
        assert function.invoke(event).result["statusCode"] == 503
    lines = map(json.loads, function.printed)
    assert {f"{line['level']} {line['message']}" for line in lines} == told


# The start


def start_of(module: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(command, env=process_environment(settings), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["api_handler", "learner_handler"])
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MONGODB_URI", "mysql://ada:hunter2@db.example"),
        ("REDIS_URL", "ada:hunter2@cache.example:6379"),
        ("REDIS_IAM_USER", "hunter2"),
        ("QUEUE_PREFIX", "hunter2:"),
        ("LEARNING_RATE_LIMIT_MINUTES", "hunter2"),
        ("PROFILE_CACHE_TTL_SECONDS", "hunter2"),
        ("ARCHETYPE_CACHE_TTL_SECONDS", "hunter2"),
        ("LOG_LEVEL", "hunter2"),
        ("REDIS_PASSWORD", "hunter2"),
        ("LEARNING_RATE_LIMIT_MINUTE", "5"),
        ("OIDC_ISSUER", ""),
        # What only the library that reads it knows to be wrong.
        ("MONGODB_URI", "mongodb://ada:hunter2/1@db.example/"),
        ("REDIS_URL", "redis://:hunter2#1@cache.example:6379/0"),
        ("REDIS_URL", "redis://:hunter2/1@cache.example:6379/0"),
        ("OIDC_JWKS", "{hunter2"),
        ("OIDC_JWKS", '{"keys": []}'),
    ],
)
def test_a_variable_that_cannot_be_used_stops_the_start_with_its_name(
    environment: dict[str, str], module: str, variable: str, value: str
) -> None:
    started = start_of(module, environment | {variable: value})
    assert started.returncode != 0
    assert variable in started.stderr.splitlines()[-1]
    assert "hunter2" not in started.stderr + started.stdout


@pytest.mark.parametrize("module", ["api_handler", "learner_handler"])
def test_a_good_environment_starts_without_asking_any_server(environment: dict[str, str], module: str) -> None:
    started = start_of(module, environment | nowhere())
    assert (started.returncode, started.stdout, started.stderr) == (0, "", "")
