"""Which Redis, who signs in to it, how long it may take, and how long it keeps what is cached."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from redis import Redis

from tests.engine_fixtures import Api, QueueKeys
from tests.integration.settings.effects import behind, effect_of, port_of, services
from tests.lives import given_life
from tests.relay import Relay
from tests.valkey_fixtures import StartValkey
from tests.waiting import LONGEST_TIMEOUTS
from voice_engine.archetypes import CACHE_KEY as ARCHETYPES_KEY
from voice_engine.bootstrap import Engine
from voice_engine.profile_key import profile_key
from voice_engine.profiles import cache_key, evolution_key

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]
# Milliseconds of each second: up to a tenth is taken off, so that what was filled together does not end together.
JITTERED = 900


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
@pytest.mark.parametrize(
    ("seconds", "redis"), [("0.05", "disconnected"), (LONGEST_TIMEOUTS["REDIS_TIMEOUT_SECONDS"], "connected")]
)
def test_a_redis_that_is_slower_than_the_timeout_is_given_up(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, seconds: str, redis: str
) -> None:
    with Relay(port_of(environment["REDIS_URL"]), delay_seconds=0.1) as relay:
        with_environment(environment | behind(relay, "REDIS_URL") | {"REDIS_TIMEOUT_SECONDS": seconds})
        assert services(api) == services(api) | {"redis": redis, "mongodb": "connected"}


@effect_of("REDIS_BREAKER_SECONDS")
@pytest.mark.parametrize("seconds", [60.0, 0.001])
def test_a_redis_that_is_back_is_used_again_when_the_pause_has_passed(
    environment: dict[str, str],
    with_environment: WithEnvironment,
    start_valkey: StartValkey,
    api: Api,
    user: str,
    seconds: float,
) -> None:
    server, now = start_valkey(), [0.0]
    running = with_environment(environment | {"REDIS_URL": server.url, "REDIS_BREAKER_SECONDS": str(seconds)})
    running.breaker._clock = lambda: now[0]
    content = api.draft(user)

    def status() -> str:
        status: str = api.save(user, content["id"], "Saved.")["learning"]["status"]
        return status

    assert status() == "queued"
    server.process.kill()
    server.process.wait()
    assert status() == "delayed"
    start_valkey(again=server)
    now[0] += seconds / 2
    assert status() == "delayed"
    now[0] += seconds / 2
    assert status() == "queued"


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
    life = given_life(queue_keys.redis, cache_key(profile_key(user)), lambda: api.style(user))
    assert life.may_be(seconds * JITTERED, seconds * 1_000)


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
    with Redis.from_url(url) as redis:
        life = given_life(redis, ARCHETYPES_KEY, lambda: api("GET", "/api/profile/archetypes", user=user))
    assert life.may_be(seconds * JITTERED, seconds * 1_000)


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
    key = evolution_key(profile_key(user))
    life = given_life(queue_keys.redis, key, lambda: api("GET", "/api/profile/analytics", user=user))
    assert life.may_be(seconds * JITTERED, seconds * 1_000)
