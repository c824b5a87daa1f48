"""The handlers over real servers, as Lambda would call them, each test with its own database and queue."""

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
from redis import Redis

from tests.faults.proxy import Proxy
from tests.http_events import request_event
from tests.issuer import AUDIENCE, ISSUER, Issuer
from tests.mongodb_fixtures import Databases
from tests.template import handler_module
from tests.waiting import LONGEST_TIMEOUTS
from voice_engine.bootstrap import Engine, engine
from voice_engine.settings import Settings, settings


@dataclass(frozen=True)
class LambdaContext:
    """What Lambda tells a function of its invocation."""

    function_name: str = "function"
    memory_limit_in_mb: int = 512
    invoked_function_arn: str = "arn:aws:lambda:eu-west-1:123456789012:function:function"
    aws_request_id: str = field(default_factory=lambda: secrets.token_hex(8))
    milliseconds: int = 60_000

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass(frozen=True)
class Api:
    """A client of the API function; `user` is who asks, None for nobody."""

    issuer: Issuer
    handler: Callable[[dict[str, Any], Any], dict[str, Any]]

    def __call__(
        self,
        method: str,
        target: str,
        body: Any = None,
        *,
        user: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        given = dict(headers or {})
        if user is not None:
            given.setdefault("authorization", f"Bearer {self.issuer.token(user)}")
        result = self.handler(request_event(method, target, body=body, headers=given), LambdaContext())
        return Answer(result["statusCode"], result["headers"], result["body"])

    def draft(self, user: str, text: str = "A draft of some words. It has two sentences.") -> dict[str, Any]:
        answer = self("POST", "/api/content", {"text": text, "platform": "blog"}, user=user)
        assert answer.status == 201, answer.text
        return answer.json

    def save(self, user: str, content_id: str, text: str) -> dict[str, Any]:
        answer = self("POST", f"/api/content/{content_id}/save-edits", {"editedText": text}, user=user)
        assert answer.status == 200, answer.text
        return answer.json

    def style(self, user: str) -> dict[str, Any]:
        answer = self("GET", "/api/profile/style", user=user)
        assert answer.status == 200, answer.text
        return answer.json

    def progress(self, user: str, edit_id: str) -> dict[str, Any]:
        answer = self("GET", f"/api/learning/{edit_id}", user=user)
        assert answer.status == 200, answer.text
        return answer.json


@pytest.fixture(scope="session")
def issuer() -> Issuer:
    return Issuer()


def working_environment(mongodb_uri: str, database_name: str, redis_url: str, issuer: Issuer) -> dict[str, str]:
    """For the functions, with windows of 0 so that learning is due at once, without limits that a test would meet by
    being fast, and with all the patience with servers that may be set."""
    return LONGEST_TIMEOUTS | {
        "MONGODB_URI": mongodb_uri,
        "MONGODB_DATABASE": database_name,
        "REDIS_URL": redis_url,
        "QUEUE_PREFIX": f"bull-{secrets.token_hex(4)}",
        "LEARNING_RATE_LIMIT_MINUTES": "0",
        "RATE_LIMIT_WRITES_PER_MINUTE": "10000",
        "RATE_LIMIT_DRAFTS_PER_MINUTE": "10000",
        "EDIT_BATCH_WINDOW_MINUTES": "0",
        "OIDC_ISSUER": ISSUER,
        "OIDC_AUDIENCE": AUDIENCE,
        "OIDC_JWKS": issuer.jwks,
    }


@pytest.fixture
def environment(mongodb_uri: str, database_name: str, redis_url: str, issuer: Issuer) -> dict[str, str]:
    """Of this test alone."""
    return working_environment(mongodb_uri, database_name, redis_url, issuer)


@pytest.fixture(scope="module")
def shared_environment(
    mongodb_uri: str, databases: Databases, redis_url: str, issuer: Issuer
) -> Iterator[dict[str, str]]:
    """Of all tests of a file, who are users of their own."""
    name = databases.take()
    yield working_environment(mongodb_uri, name, redis_url, issuer)
    databases.give_back(name)


@pytest.fixture
def with_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[dict[str, str]], Engine]]:
    """Makes the process read another environment, as a new sandbox would."""

    made: list[Engine] = []

    def read(environment: dict[str, str]) -> Engine:
        for name in Settings.model_fields:
            monkeypatch.delenv(name.upper(), raising=False)
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        settings.cache_clear()
        engine.cache_clear()
        made.append(engine())
        return made[-1]

    yield read
    for one in made:
        one.database.close()
    settings.cache_clear()
    engine.cache_clear()


@pytest.fixture
def running(environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine]) -> Engine:
    """The engine of this test, on a migrated database."""
    return with_environment(environment)


@pytest.fixture
def api(running: Engine, issuer: Issuer) -> Api:
    def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
        # A handler reads the environment when it is imported, so that must stand first.
        module = import_module(handler_module(event["requestContext"]["http"]["method"], event["rawPath"]))
        answer: dict[str, Any] = module.handler(event, context)
        return answer

    return Api(issuer, handle)


@pytest.fixture
def watched(
    environment: dict[str, str], with_environment: Callable[[dict[str, str]], Engine], api: Api
) -> Iterator[Proxy]:
    """The API behind a proxy that sees every command on both servers."""
    ports = [urlsplit(environment[name].split("?")[0]).port or 0 for name in ("REDIS_URL", "MONGODB_URI")]
    proxy = Proxy(*ports)
    with_environment(
        environment
        | {
            "REDIS_URL": f"redis://127.0.0.1:{proxy.redis_port}/0",
            "MONGODB_URI": f"mongodb://127.0.0.1:{proxy.mongodb_port}/?directConnection=true",
        }
    )
    yield proxy
    proxy.close()


@pytest.fixture
def learn(running: Engine) -> Callable[[], dict[str, Any]]:
    """Invoke the learner function once, as by hand."""
    from learner_handler import handler

    return lambda: handler({"source": "manual"}, LambdaContext())


@dataclass(frozen=True)
class QueueKeys:
    """The queue as it lies in Redis."""

    redis: Redis
    prefix: str

    def release_delayed(self) -> None:
        """Let every delayed job be due now, so that no test waits out a window or a backoff."""
        delayed = f"{self.prefix}:learning:delayed"
        for member in self.redis.zrange(delayed, 0, -1):
            self.redis.zadd(delayed, {member: 0})

    def end_claims(self) -> None:
        """Let every claim be over now, as when its owner died long ago."""
        for job in self.redis.lrange(f"{self.prefix}:learning:active", 0, -1):
            self.redis.delete(f"{self.prefix}:learning:{job.decode()}:lock")

    def lose_waiting(self) -> None:
        self.redis.delete(f"{self.prefix}:learning:wait")

    def lose_everything(self) -> None:
        self.redis.delete(*self.redis.scan_iter(f"{self.prefix}:*"))


@pytest.fixture
def queue_keys(environment: dict[str, str]) -> Iterator[QueueKeys]:
    with Redis.from_url(environment["REDIS_URL"]) as redis:
        yield QueueKeys(redis, environment["QUEUE_PREFIX"])


@pytest.fixture
def user() -> str:
    """Somebody nobody else has heard of."""
    return f"user-{secrets.token_hex(6)}"
