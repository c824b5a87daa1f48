"""What the functions print is JSON, names the request, and holds nothing that a person wrote or carries."""

import hashlib
import json
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient
from redis import Redis

from local.servers import valkey
from tests.engine_fixtures import QueueKeys
from tests.function_process import Invoked
from tests.http_events import request_event
from tests.issuer import Issuer
from tests.logged_service import LoggedService, use_every_route
from tests.marks import Marks
from tests.ports import NOBODYS, started
from tests.template import routes
from tests.traffic import EVERYBODYS, USES, Things, Use
from voice_engine.ids import new_id

ID = "0" * 24
(DRAFT,) = [use for use in USES if use.route == ("POST", "/api/content")]
(SAVE,) = [use for use in USES if use.route == ("POST", "/api/content/{id}/save-edits")]
(STYLE,) = [use for use in USES if use.route == ("PUT", "/api/profile/style")]
(PROGRESS,) = [use for use in USES if use.route == ("GET", "/api/learning/{editId}")]


class AnyThing(dict[str, str]):
    """Things of every kind, none of which exists."""

    def __missing__(self, kind: str) -> str:
        return EVERYBODYS.get(kind) or new_id()


@dataclass(frozen=True)
class Writer:
    """Somebody whose id looks like an email address, and whose every text is marked."""

    marks: Marks
    issuer: Issuer
    user_id: str

    def token(self, scope: str = "") -> str:
        # The last part alone would do to prove who signed; the middle one tells who asks.
        token = self.issuer.token(self.user_id, scope=scope)
        for part in token.split(".")[1:]:
            self.marks.keep(f"a part of the token {part[:6]}", part)
        return token

    def uses(self, use: Use, things: Things, *, headers: dict[str, str] | None = None) -> dict[str, Any]:
        target, body = use.request(self.marks, things)
        return self.asks(use.method, use.path, path=target, body=body, scope=use.scope, headers=headers)

    def asks(
        self,
        method: str,
        route: str,
        *,
        path: str | None = None,
        body: Any = None,
        scope: str = "",
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        """The event of a request; `route` is the pattern, which API Gateway hands over as the route's key."""
        sent = {"authorization": f"Bearer {self.token(scope)}"} | (headers or {})
        if method == "POST":
            sent.setdefault("idempotency-key", self.marks(f"key {secrets.token_hex(4)}"))
        event = request_event(method, path or route, body=body, headers=sent)
        key = f"{method} {route}"
        return event | {"routeKey": key, "requestContext": event["requestContext"] | {"routeKey": key}}


@pytest.fixture
def marks() -> Marks:
    return Marks()


@pytest.fixture
def writer(marks: Marks, issuer: Issuer) -> Writer:
    return Writer(marks, issuer, f"{marks('user')}@example.org")


@pytest.fixture
def locked_redis(marks: Marks, tmp_path: Path) -> Iterator[str]:
    """The URL of a Valkey of this test's own that asks for a marked password."""
    server = started(valkey.start, directory=tmp_path / "valkey", password=marks("password of Redis"))
    yield server.url
    server.stop()


@pytest.fixture
def settings(environment: dict[str, str], locked_redis: str) -> dict[str, str]:
    return environment | {"REDIS_URL": locked_redis, "LOG_LEVEL": "DEBUG"}


@pytest.fixture
def nowhere(marks: Marks) -> dict[str, str]:
    """Connection strings with marked passwords that lead nowhere."""
    mongodb = f"mongodb://{marks('user of MongoDB')}:{marks('password of MongoDB')}@127.0.0.1:{NOBODYS}"
    return {
        "MONGODB_URI": f"{mongodb}/?directConnection=true",
        "REDIS_URL": f"redis://:{marks('password of a lost Redis')}@127.0.0.1:{NOBODYS}/0",
    }


@pytest.fixture
def lines(tmp_path: Path) -> Callable[[], list[str]]:
    """Every line that the functions of this test have printed."""
    return lambda: [line for log in sorted(tmp_path.glob("logs-*/*.log")) for line in log.read_text().splitlines()]


@pytest.fixture
def service(tmp_path: Path) -> Callable[[dict[str, str]], LoggedService]:
    return lambda settings: LoggedService(settings, tmp_path / f"logs-{secrets.token_hex(4)}")


type Service = Callable[[dict[str, str]], LoggedService]


def records(lines: list[str]) -> list[dict[str, Any]]:
    """Each line as the object that it is. Raises where one is none."""
    parsed = [json.loads(line) for line in lines]
    assert all(isinstance(record, dict) for record in parsed)
    return parsed


def check_requests(found: list[dict[str, Any]], events: list[dict[str, Any]]) -> None:
    """One line for each request, with its id and its route as the template writes it."""
    asked = Counter((event["requestContext"]["requestId"], event["routeKey"]) for event in events)
    assert Counter((line["requestId"], line["route"]) for line in found if line.get("message") == "request") == asked


def prepare(service: Service, settings: dict[str, str]) -> None:
    """Have the learner make the database's indexes."""
    with service(settings) as prepared:
        prepared.run_learner()


def test_nothing_of_a_writers_texts_or_tokens_is_logged(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with service(settings) as running:
        running.run_learner()
        events = use_every_route(running, writer.uses, dict(EVERYBODYS))
        last = running.run_learner(source="schedule")
    assert {tuple(event["routeKey"].split()) for event in events} == set(routes())
    found = records(lines())
    check_requests(found, events)
    runs = [record for record in found if record["service"] == "learner"]
    assert {"run", "learned"} <= {record["message"] for record in runs}
    assert runs[-1]["requestId"] == last.request_id
    assert not marks.found_in("\n".join(lines()))


def test_nothing_of_a_bad_request_is_logged(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    bad, content = marks("bad value"), "/api/content"
    requests = [
        (401, writer.asks("GET", content, headers={"authorization": f"Basic {bad}"})),
        (415, writer.asks("POST", content, body=f"<{bad}/>", headers={"content-type": "text/xml"})),
        (413, writer.asks("POST", content, body={"text": bad * 300_000, "platform": "blog"})),
        (422, writer.asks("POST", content, body={"text": bad, "platform": bad})),
        (422, writer.asks("PUT", "/api/profile/style", body={"tone": {"formality": bad}})),
        (422, writer.asks("PUT", "/api/profile/style", body={"rules": [bad * 500]})),
        (412, writer.uses(STYLE, {}, headers={"if-match": f'"{bad}"'})),
        (422, writer.asks("GET", content, path=f"{content}?cursor={bad}")),
        (422, writer.asks("GET", content, path=f"{content}?limit={bad}")),
        (404, writer.uses(SAVE, AnyThing())),
    ]
    with service(settings) as running:
        for status, event in requests:
            running.send(event, status)
    check_requests(records(lines()), [event for _, event in requests])
    assert not marks.found_in("\n".join(lines()))


def spoiled(writer: Writer, use: Use) -> Iterator[dict[str, Any]]:
    """Requests to the route of `use` that are wrong in every way that a route can tell, each with marks in it."""
    bad = writer.marks("bad value")
    stranger = writer.marks.keep("forged token", Issuer().token(writer.user_id))
    for token in (f"{writer.marks('nonsense token')}.{bad}.{bad}", stranger):
        yield writer.uses(use, AnyThing(), headers={"authorization": f"Bearer {token}"})
    things = dict.fromkeys((*use.names.values(), "content", "edit"), bad)
    yield writer.uses(use, AnyThing(things))
    target, body = use.request(writer.marks, AnyThing(), cursor=bad, limit=bad, voice=f"{bad}!", **{bad: bad})
    yield writer.asks(use.method, use.path, path=target, body=body, scope=use.scope)
    if use.method in ("POST", "PUT"):
        for wrong in (f"{{{bad}", [bad], {bad: bad}, (body or {}) | {bad: bad}):
            yield writer.asks(use.method, use.path, path=target.partition("?")[0], body=wrong, scope=use.scope)


def test_nothing_of_what_is_wrong_with_a_request_to_any_route_is_logged(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    events = [event for use in USES for event in spoiled(writer, use)]
    with service(settings) as running:
        running.run_learner()
        for event in events:
            running.send(event)
    check_requests(records(lines()), events)
    refused = {(line["route"], line["status"]) for line in records(lines()) if line.get("message") == "request"}
    assert {route for route, status in refused if status >= 400} >= {
        f"{use.method} {use.path}" for use in USES if use.path.startswith("/api/")
    }
    assert not marks.found_in("\n".join(lines()))


def test_a_fault_of_the_service_is_logged_by_its_kind_and_place_alone(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with service(settings) as running:
        running.run_learner()
        content = running.send(writer.uses(DRAFT, {}), 201)["id"]
        with MongoClient(settings["MONGODB_URI"]) as client:
            contents = client[settings["MONGODB_DATABASE"]]["contents"]
            contents.update_one({"_id": content}, {"$set": {"current": [{marks("broken document"): 1}]}})
        event = writer.asks("GET", "/api/content/{id}", path=f"/api/content/{content}")
        assert running.send(event, 500)["code"] == "internal"
    (fault,) = [record for record in records(lines()) if record["message"] == "internal error"]
    assert fault["level"] == "ERROR"
    assert fault["error"]
    assert fault["place"]
    assert not marks.found_in("\n".join(lines()))


def test_a_fault_before_a_route_is_reached_is_an_answer_too(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with service(settings) as running:
        running.run_learner()
        event = writer.uses(DRAFT, {})
        running.send(event, 201)
        with MongoClient(settings["MONGODB_URI"]) as client:
            requests = client[settings["MONGODB_DATABASE"]]["requests"]
            requests.update_many({}, {"$unset": {"status": ""}, "$set": {"answer": marks("broken record")}})
        assert running.send(event, 500)["code"] == "internal"
    assert "internal error" in {record["message"] for record in records(lines())}
    assert not marks.found_in("\n".join(lines()))


def test_a_run_of_the_learner_that_fails_says_where_and_nothing_of_what_it_read(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with service(settings) as running:
        running.run_learner()
        things = DRAFT.made(running.send(writer.uses(DRAFT, {}), 201))
        running.send(writer.uses(SAVE, things), 200)
        with MongoClient(settings["MONGODB_URI"]) as client:
            edits = client[settings["MONGODB_DATABASE"]]["edits"]
            saved = edits.find_one_and_delete({})
            # The sweep meets it, before anything is anybody's in particular.
            edits.insert_one(saved | {"_id": marks("no id")})
        run = running.run_learner()
    assert run.error["errorType"] == "RunFailed"
    assert re.fullmatch(r"\w+ at \w+\.py:\d+", run.error["errorMessage"])
    assert not marks.found_in(json.dumps(run.error))
    assert not marks.found_in("\n".join(lines()))


def test_a_poisoned_edit_and_a_malformed_job_are_logged_without_what_they_hold(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    with (
        service(settings) as running,
        MongoClient(settings["MONGODB_URI"]) as client,
        Redis.from_url(settings["REDIS_URL"]) as redis,
    ):
        queue = QueueKeys(redis, settings["QUEUE_PREFIX"])
        running.run_learner()
        things: dict[str, str] = {}
        for use, status in ((DRAFT, 201), (SAVE, 200)):
            things |= use.made(running.send(writer.uses(use, things), status))
        poison = {"text": [{marks("poison"): marks("poisonous text")}]}
        client[settings["MONGODB_DATABASE"]]["edits"].update_one({"_id": things["edit"]}, {"$set": poison})
        # As a producer of somebody else's might add it.
        job = {"name": "process-edit", "data": f"{{{marks('data of a job')}", "opts": "{}", "timestamp": "0"}
        redis.hset(f"{queue.prefix}:learning:{ID}", mapping=job)
        redis.lpush(f"{queue.prefix}:learning:wait", ID)
        answers: list[Invoked] = []
        for _ in range(20):
            answers.append(running.run_learner())
            queue.release_delayed()
            if (progress := running.send(writer.uses(PROGRESS, things), 200))["status"] == "failed":
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
    service: Service,
    lines: Callable[[], list[str]],
    writer: Writer,
    marks: Marks,
) -> None:
    lost = settings | {"MONGODB_URI": nowhere["MONGODB_URI"], "MONGODB_TIMEOUT_SECONDS": "0.05"}
    asked = [use for use in USES if use.needs_mongodb]
    events = [writer.uses(use, AnyThing()) for use in asked]
    with service(lost) as running:
        for event in events:
            assert running.send(event, 503)["code"] == "unavailable"
        run = running.run_learner()
        assert run.error["errorType"] == "Unavailable"
        # On AWS the runtime logs what the handler raised.
        assert not marks.found_in(json.dumps(run.error))
    found = records(lines())
    check_requests(found, events)
    assert sum(record.get("message") == "unavailable" for record in found) == len(events)
    assert not marks.found_in("\n".join(lines()))


def test_with_redis_away_nothing_of_its_url_is_logged(
    settings: dict[str, str],
    nowhere: dict[str, str],
    service: Service,
    lines: Callable[[], list[str]],
    writer: Writer,
    marks: Marks,
) -> None:
    prepare(service, settings)
    with service(settings | {"REDIS_URL": nowhere["REDIS_URL"]}) as running:
        use_every_route(running, writer.uses, dict(EVERYBODYS))
        run = running.run_learner()
        assert run.error is not None
        assert not marks.found_in(json.dumps(run.error))
    assert "redis is unavailable, the circuit opens" in {record.get("message") for record in records(lines())}
    assert not marks.found_in("\n".join(lines()))


def test_each_line_about_a_request_names_it(
    settings: dict[str, str],
    nowhere: dict[str, str],
    service: Service,
    lines: Callable[[], list[str]],
    writer: Writer,
) -> None:
    lost = settings | {"MONGODB_URI": nowhere["MONGODB_URI"], "MONGODB_TIMEOUT_SECONDS": "0.05"}
    with service(lost) as running:
        events = [writer.asks("GET", "/api/content") for _ in range(2)]
        for event in events:
            running.send(event, 503)
    ids = [event["requestContext"]["requestId"] for event in events]
    assert [(record["message"], record.get("requestId")) for record in records(lines())] == [
        (message, id_) for id_ in ids for message in ("unavailable", "request")
    ]


def test_every_call_of_administration_is_logged_at_every_level_with_who_what_and_how_it_ended(
    settings: dict[str, str], service: Service, lines: Callable[[], list[str]], writer: Writer, marks: Marks
) -> None:
    queue, retry = "/api/admin/queue", "/api/admin/queue/retry"
    calls = [
        (200, writer.asks("GET", queue, scope="admin"), {"deadLetters": 0}),
        (200, writer.asks("POST", retry, body={"all": True}, scope="admin"), {"editId": "all", "edits": 0}),
        (404, writer.asks("POST", retry, body={"editId": ID}, scope="admin"), {"editId": ID}),
        (422, writer.asks("POST", retry, body={"editId": marks("no id")}, scope="admin"), {}),
        (403, writer.asks("POST", retry, body={"all": True}), {}),
    ]
    prepare(service, settings)
    with service(settings | {"LOG_LEVEL": "ERROR"}) as running:
        for status, event, _ in calls:
            running.send(event, status)
    found = [record for record in records(lines()) if record["service"] != "learner"]
    by = hashlib.sha256(writer.user_id.encode()).hexdigest()[:16]
    for line, (status, event, facts) in zip(found, calls, strict=True):
        asked = {"requestId": event["requestContext"]["requestId"], "route": event["routeKey"], "status": status}
        expected = {"service": "audit", "message": "administration", "by": by, **asked, **facts}
        assert expected.items() <= line.items()
    assert not marks.found_in("\n".join(lines()))
