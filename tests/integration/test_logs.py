"""What the functions print is JSON, names the request, and holds nothing that a person wrote or carries."""

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from local.servers import valkey
from local.servers.process import free_port
from tests.engine_fixtures import QueueKeys
from tests.function_process import FunctionProcess, Invoked
from tests.http_events import request_event
from tests.issuer import Issuer
from tests.template import handler_module, routes

ID = "0" * 24
# What is the same for everybody and needs no server.
PUBLISHED = ("/openapi.json", "/docs")


class Marks:
    """Words that occur nowhere else, each named for where it was put."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self._words.setdefault(place, f"zq{secrets.token_hex(8)}")

    def keep(self, place: str, secret: str) -> str:
        """Make a given text, such as a token, one of the marks."""
        self._words[place] = secret
        return secret

    def found_in(self, text: str) -> list[str]:
        return [place for place, word in self._words.items() if word in text]


@dataclass(frozen=True)
class Writer:
    """Somebody whose id looks like an email address, and whose every text is marked."""

    marks: Marks
    issuer: Issuer
    user_id: str

    @property
    def token(self) -> str:
        # The last part alone would do to prove who signed; the middle one tells who asks.
        token = self.issuer.token(self.user_id)
        for part in token.split(".")[1:]:
            self.marks.keep(f"a part of the token {part[:6]}", part)
        return token

    @property
    def administrator(self) -> dict[str, str]:
        """The headers of the same person as an administrator."""
        token = self.marks.keep("token of an administrator", self.issuer.token(self.user_id, scope="admin"))
        return {"authorization": f"Bearer {token}"}

    def asks(
        self,
        method: str,
        route: str,
        *,
        path: str | None = None,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """The event of a request; `route` is the pattern, which API Gateway hands over as the route's key."""
        target = path or route.replace("{id}", ID).replace("{editId}", ID).replace("{path}", "rules")
        sent = {"authorization": f"Bearer {self.token}"} | (headers or {})
        if method == "POST":
            sent.setdefault("idempotency-key", self.marks(f"key {secrets.token_hex(4)}"))
        event = request_event(method, target, body=body, headers=sent)
        key = f"{method} {route}"
        return event | {"routeKey": key, "requestContext": event["requestContext"] | {"routeKey": key}}

    def draft(self, number: int = 0) -> dict[str, str]:
        word = self.marks(f"draft {number}")
        return {"text": f"The {word} was rather fine, which nobody had thought of before.", "platform": "blog"}

    def edit(self, number: int = 0) -> dict[str, str]:
        return {"editedText": f"The {self.marks(f'edit {number}')} was fine. Nobody had thought of it."}

    def own_text(self) -> dict[str, str]:
        return {"text": f"Today the {self.marks('own text')} was mended. It took an hour, and nobody minded. " * 8}

    def profile(self) -> dict[str, Any]:
        return {
            "bannedPhrases": [f"the {self.marks('banned phrase')}"],
            "commonPhrases": [f"a {self.marks('common phrase')}"],
            "rules": [f"never say {self.marks('rule')}"],
            "samplePosts": [f"Here is a {self.marks('sample')}."],
            "substitutions": [{"from": self.marks("replaced word"), "to": self.marks("replacement")}],
        }


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture
def writer(marks: Marks, issuer: Issuer) -> Writer:
    return Writer(marks, issuer, f"{marks('user')}@example.org")


@pytest.fixture
def locked_redis(marks: Marks, tmp_path: Path) -> Iterator[str]:
    """The URL of a Valkey of this test's own that asks for a marked password."""
    server = valkey.start(port=free_port(), directory=tmp_path / "valkey", password=marks("password of Redis"))
    yield server.url
    server.stop()


@pytest.fixture
def settings(environment: dict[str, str], locked_redis: str) -> dict[str, str]:
    return environment | {"REDIS_URL": locked_redis, "LOG_LEVEL": "DEBUG"}


@pytest.fixture
def nowhere(marks: Marks) -> dict[str, str]:
    """Connection strings with marked passwords that lead nowhere."""
    mongodb = f"mongodb://{marks('user of MongoDB')}:{marks('password of MongoDB')}@127.0.0.1:{free_port()}"
    return {
        "MONGODB_URI": f"{mongodb}/?directConnection=true",
        "REDIS_URL": f"redis://:{marks('password of a lost Redis')}@127.0.0.1:{free_port()}/0",
    }


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[str]]:
    """Every line that the functions of this test have printed."""
    return lambda: [
        line
        for log in sorted(tmp_path.glob("*.log"))
        if log.stem in ("api", "drafts", "learner")
        for line in log.read_text().splitlines()
    ]


@pytest.fixture
def function(tmp_path: Path) -> Callable[[str, dict[str, str]], FunctionProcess]:
    handlers = {"api": "api_handler.handler", "drafts": "drafts_handler.handler", "learner": "learner_handler.handler"}
    folders = {"drafts": "api"}
    return lambda name, settings: FunctionProcess(
        folders.get(name, name), handlers[name], settings, tmp_path / f"{name}.log"
    )


type Function = Callable[[str, dict[str, str]], FunctionProcess]


def send(api: FunctionProcess, event: dict[str, Any], status: int) -> Any:
    invoked = api.invoke(event)
    assert invoked.error is None, invoked.error
    assert invoked.result["statusCode"] == status, (event["routeKey"], invoked.result["body"])
    is_json = "json" in invoked.result["headers"]["Content-Type"]
    return json.loads(invoked.result["body"]) if is_json else invoked.result["body"]


def records(lines: list[str]) -> list[dict[str, Any]]:
    """Each line as the object that it is. Raises where one is none."""
    parsed = [json.loads(line) for line in lines]
    assert all(isinstance(record, dict) for record in parsed)
    return parsed


def check_requests(found: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    """One line for each request, in order, with its id and its route as the template writes it."""
    asked = [(event["requestContext"]["requestId"], event["routeKey"]) for event in events]
    assert [(line["requestId"], line["route"]) for line in found if line.get("message") == "request"] == asked


def save_through_every_route(
    api: FunctionProcess, writer: Writer, edits: int
) -> tuple[list[dict[str, Any]], list[str]]:
    """The events sent, and the ids of the saved edits."""
    events: list[dict[str, Any]] = []
    saved = []

    def ask(status: int, *arguments: Any, **options: Any) -> Any:
        events.append(writer.asks(*arguments, **options))
        return send(api, events[-1], status)

    ask(200, "PUT", "/api/profile/style", body=writer.profile())
    version = ask(200, "GET", "/api/profile/versions")["items"][0]["id"]
    ask(200, "POST", "/api/profile/reset")
    ask(200, "POST", "/api/profile/rollback", body={"versionId": version})
    for number in range(edits):
        content = ask(201, "POST", "/api/content", body=writer.draft(number))["id"]
        route = "/api/content/{id}/save-edits"
        path = route.replace("{id}", content)
        saved.append(ask(200, "POST", route, path=path, body=writer.edit(number))["learning"]["editId"])
        ask(200, "GET", "/api/content/{id}", path=f"/api/content/{content}")
        ask(200, "GET", "/api/learning/{editId}", path=f"/api/learning/{saved[-1]}")
    ask(200, "PUT", "/api/profile/learning", body={"learning": True})
    unlocked = "/api/profile/overrides/{path}"
    ask(200, "DELETE", unlocked, path=unlocked.replace("{path}", "rules"))
    ask(200, "DELETE", "/api/profile/phrases", path=f"/api/profile/phrases?phrase={writer.marks('forgotten phrase')}")
    for route in ("/api/voice/apply", "/api/voice/check"):
        ask(200, "POST", route, body={"text": writer.draft()["text"]})
    for route in (*PUBLISHED, "/health", "/api/content", "/api/profile/style", "/api/profile/explain"):
        ask(200, "GET", route)
    ask(200, "GET", "/api/admin/queue", headers=writer.administrator)
    ask(200, "POST", "/api/admin/queue/retry", body={"all": True}, headers=writer.administrator)
    return events, saved


def test_nothing_of_a_writers_texts_or_tokens_is_logged(
    settings: dict[str, str], function: Function, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with function("learner", settings) as learner, function("api", settings) as api:
        learner.invoke({"source": "manual"})  # prepares the database
        events, _ = save_through_every_route(api, writer, edits=3)
        learned = learner.invoke({"source": "schedule"})
        assert learned.result["drained"]["done"] >= 1
    with function("drafts", settings) as drafts:
        events.append(writer.asks("POST", "/api/profile/analyze-text", body=writer.own_text()))
        send(drafts, events[-1], 200)
    assert {tuple(event["routeKey"].split()) for event in events} == set(routes())
    found = records(lines())
    check_requests(found, events)
    runs = [record for record in found if record["service"] == "learner"]
    assert [record["message"] for record in runs] == ["run", "learned", "run"]
    assert runs[-1]["requestId"] == learned.request_id
    assert not marks.found_in("\n".join(lines()))


def test_nothing_of_a_bad_request_is_logged(
    settings: dict[str, str], function: Function, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    bad, content = marks("bad value"), "/api/content"
    stranger = {"authorization": f"Bearer {marks('nonsense token')}.{bad}.{bad}"}
    forged = {"authorization": f"Bearer {marks.keep('forged token', Issuer().token(writer.user_id))}"}
    requests = [
        (401, writer.asks("GET", "/api/profile/style", headers=stranger)),
        (401, writer.asks("GET", "/api/profile/style", headers=forged)),
        (401, writer.asks("GET", "/api/profile/style", headers={"authorization": f"Basic {bad}"})),
        (400, writer.asks("POST", content, body=f"{{{bad}")),
        (415, writer.asks("POST", content, body=f"<{bad}/>", headers={"content-type": "text/xml"})),
        (413, writer.asks("POST", content, body={"text": bad * 300_000, "platform": "blog"})),
        (422, writer.asks("POST", content, body={"text": bad, "platform": bad})),
        (422, writer.asks("POST", content, body=writer.draft() | {bad: bad})),
        (422, writer.asks("PUT", "/api/profile/style", body={"tone": {"formality": bad}})),
        (422, writer.asks("PUT", "/api/profile/style", body={"rules": [bad * 500]})),
        (412, writer.asks("PUT", "/api/profile/style", body=writer.profile(), headers={"if-match": f'"{bad}"'})),
        (422, writer.asks("GET", content, path=f"{content}?cursor={bad}")),
        (422, writer.asks("GET", content, path=f"{content}?limit={bad}")),
        (404, writer.asks("GET", "/api/content/{id}", path=f"{content}/{bad}")),
        (404, writer.asks("GET", "/api/learning/{editId}", path=f"/api/learning/{bad}")),
        (404, writer.asks("POST", "/api/content/{id}/save-edits", body=writer.edit())),
        (404, writer.asks("POST", "/api/profile/rollback", body={"versionId": bad})),
    ]
    with function("api", settings) as api:
        for status, event in requests:
            send(api, event, status)
    check_requests(records(lines()), [event for _, event in requests])
    assert not marks.found_in("\n".join(lines()))


def test_a_fault_of_the_service_is_logged_by_its_kind_and_place_alone(
    settings: dict[str, str], function: Function, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with function("learner", settings) as learner, function("api", settings) as api:
        learner.invoke({"source": "manual"})
        content = send(api, writer.asks("POST", "/api/content", body=writer.draft()), 201)["id"]
        with MongoClient(settings["MONGODB_URI"]) as client:
            contents = client[settings["MONGODB_DATABASE"]]["contents"]
            contents.update_one({"_id": content}, {"$set": {"current": [{marks("broken document"): 1}]}})
        event = writer.asks("GET", "/api/content/{id}", path=f"/api/content/{content}")
        assert send(api, event, 500)["code"] == "internal"
    (fault,) = [record for record in records(lines()) if record["message"] == "internal error"]
    assert fault["level"] == "ERROR"
    assert fault["error"]
    assert fault["place"]
    assert not marks.found_in("\n".join(lines()))


def test_a_poisoned_edit_and_a_malformed_job_are_logged_without_what_they_hold(
    settings: dict[str, str], function: Function, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with (
        function("learner", settings) as learner,
        function("api", settings) as api,
        MongoClient(settings["MONGODB_URI"]) as client,
        Redis.from_url(settings["REDIS_URL"]) as redis,
    ):
        queue = QueueKeys(redis, settings["QUEUE_PREFIX"])
        learner.invoke({"source": "manual"})
        _, edits = save_through_every_route(api, writer, edits=2)
        poison = {"text": [{marks("poison"): marks("poisonous text")}]}
        client[settings["MONGODB_DATABASE"]]["edits"].update_one({"_id": edits[0]}, {"$set": poison})
        # As a producer of somebody else's might add it.
        job = {"name": "process-edit", "data": f"{{{marks('data of a job')}", "opts": "{}", "timestamp": "0"}
        redis.hset(f"{queue.prefix}:learning:{ID}", mapping=job)
        redis.lpush(f"{queue.prefix}:learning:wait", ID)
        answers: list[Invoked] = []
        for _ in range(20):
            answers.append(learner.invoke({"source": "schedule"}))
            queue.release_delayed()
            asked = writer.asks("GET", "/api/learning/{editId}", path=f"/api/learning/{edits[0]}")
            if (progress := send(api, asked, 200))["status"] == "failed":
                break
        assert progress["reason"]
        assert not any(answer.error for answer in answers)
        failed = redis.zrange(f"{queue.prefix}:learning:failed", 0, -1)
        assert ID.encode() in failed
    reasons = [record["reason"] for record in records(lines()) if record.get("message") == "a job failed"]
    assert {reason.partition(" ")[0].strip(":") for reason in reasons} == {"MalformedJob", "EditFailed"}
    assert not marks.found_in("\n".join(lines()))


def test_with_mongodb_away_the_reason_is_logged_and_no_connection_string(
    settings: dict[str, str],
    nowhere: dict[str, str],
    function: Function,
    lines: Callable[[], list[str]],
    writer: Writer,
    marks: Marks,
) -> None:
    lost = settings | {"MONGODB_URI": nowhere["MONGODB_URI"], "MONGODB_TIMEOUT_SECONDS": "0.2"}
    bodies = {
        ("POST", "/api/content"): writer.draft(),
        ("POST", "/api/content/{id}/save-edits"): writer.edit(),
        ("PUT", "/api/profile/style"): writer.profile(),
        ("PUT", "/api/profile/learning"): {"learning": False},
        ("POST", "/api/profile/rollback"): {"versionId": f"{ID}.1"},
        ("POST", "/api/voice/apply"): {"text": writer.draft()["text"]},
        ("POST", "/api/voice/check"): {"text": writer.draft()["text"]},
        ("POST", "/api/admin/queue/retry"): {"all": True},
    }
    paths = {"/api/profile/phrases": f"/api/profile/phrases?phrase={marks('forgotten phrase')}"}
    served = [(m, path) for m, path in routes() if handler_module(m, path) == "api_handler" and path not in PUBLISHED]
    with function("learner", lost) as learner, function("api", lost) as api:
        events = [
            writer.asks(
                method,
                route,
                path=paths.get(route),
                body=bodies.get((method, route)),
                headers=writer.administrator if route.startswith("/api/admin/") else None,
            )
            for method, route in served
        ]
        for event in events:
            send(api, event, 503)
        run = learner.invoke({"source": "schedule"})
        assert run.error["errorType"] == "Unavailable"
        # On AWS the runtime logs what the handler raised.
        assert not marks.found_in(json.dumps(run.error))
    found = records(lines())
    check_requests(found, events)
    assert sum(record.get("message") == "unavailable" for record in found) == len(events) - 1, "all but /health"
    assert not marks.found_in("\n".join(lines()))


def test_with_redis_away_nothing_of_its_url_is_logged(
    settings: dict[str, str],
    nowhere: dict[str, str],
    function: Function,
    lines: Callable[[], list[str]],
    writer: Writer,
    marks: Marks,
) -> None:
    lost = settings | {"REDIS_URL": nowhere["REDIS_URL"]}
    with function("learner", settings) as learner:
        learner.invoke({"source": "manual"})
    with function("learner", lost) as learner, function("api", lost) as api:
        save_through_every_route(api, writer, edits=1)
        run = learner.invoke({"source": "schedule"})
        assert run.error is not None
        assert not marks.found_in(json.dumps(run.error))
    assert "redis is unavailable, the circuit opens" in {record.get("message") for record in records(lines())}
    assert not marks.found_in("\n".join(lines()))


def test_each_line_about_a_request_names_it(
    settings: dict[str, str],
    nowhere: dict[str, str],
    function: Function,
    lines: Callable[[], list[str]],
    writer: Writer,
) -> None:
    lost = settings | {"MONGODB_URI": nowhere["MONGODB_URI"], "MONGODB_TIMEOUT_SECONDS": "0.2"}
    with function("api", lost) as api:
        events = [writer.asks("GET", "/api/content") for _ in range(2)]
        for event in events:
            send(api, event, 503)
    ids = [event["requestContext"]["requestId"] for event in events]
    assert [(record["message"], record.get("requestId")) for record in records(lines())] == [
        (message, id_) for id_ in ids for message in ("unavailable", "request")
    ]


def test_every_call_of_administration_is_logged_at_every_level_with_who_what_and_how_it_ended(
    settings: dict[str, str], function: Function, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    queue, retry = "/api/admin/queue", "/api/admin/queue/retry"
    calls = [
        (200, writer.asks("GET", queue, headers=writer.administrator), {"deadLetters": 0}),
        (
            200,
            writer.asks("POST", retry, body={"all": True}, headers=writer.administrator),
            {"editId": "all", "edits": 0},
        ),
        (404, writer.asks("POST", retry, body={"editId": ID}, headers=writer.administrator), {"editId": ID}),
        (422, writer.asks("POST", retry, body={"editId": marks("no id")}, headers=writer.administrator), {}),
        (403, writer.asks("POST", retry, body={"all": True}), {}),
    ]
    with function("learner", settings) as learner:
        learner.invoke({"source": "manual"})
    with function("api", settings | {"LOG_LEVEL": "ERROR"}) as api:
        for status, event, _ in calls:
            send(api, event, status)
    found = [record for record in records(lines()) if record["service"] != "learner"]
    by = hashlib.sha256(writer.user_id.encode()).hexdigest()[:16]
    for line, (status, event, facts) in zip(found, calls, strict=True):
        asked = {"requestId": event["requestContext"]["requestId"], "route": event["routeKey"], "status": status}
        expected = {"service": "audit", "message": "administration", "by": by, **asked, **facts}
        assert expected.items() <= line.items()
    assert not marks.found_in("\n".join(lines()))
