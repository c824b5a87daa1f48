"""Which MongoDB, which database in it, and how long it may take."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws
from pymongo import MongoClient

from tests.engine_fixtures import Api
from tests.integration.settings.effects import behind, effect_of, port_of
from tests.relay import Relay
from tests.waiting import LONGEST_TIMEOUTS
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]
type WithEnvironment = Callable[[dict[str, str]], Engine]


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
@pytest.mark.parametrize(("seconds", "status"), [("0.1", 503), (LONGEST_TIMEOUTS["MONGODB_TIMEOUT_SECONDS"], 200)])
def test_a_mongodb_that_is_slower_than_the_timeout_is_given_up(
    environment: dict[str, str], with_environment: WithEnvironment, api: Api, user: str, seconds: str, status: int
) -> None:
    with Relay(port_of(environment["MONGODB_URI"]), delay_seconds=0.3) as relay:
        running = with_environment(environment | behind(relay, "MONGODB_URI") | {"MONGODB_TIMEOUT_SECONDS": seconds})
        assert api("GET", "/api/content", user=user).status == status
        running.database.close()


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
