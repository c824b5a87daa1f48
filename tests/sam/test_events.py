"""The samples in events/, made ready by `make sam-events`, and handed to their functions in the environment that `sam
local` gives them, with the credentials of a shell that has some: each is answered, and nobody asks AWS."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jwt
import pytest
from samcli.commands.local.lib.local_lambda import LocalLambdaRunner

from local import keys
from local.containers import events, generated, host_functions, place, samples
from local.containers.host_functions import HostFunctions
from local.containers.samples import Event
from local.containers.stores import Urls
from local.sam_template import SamTemplate, read_template
from tests.mongodb_fixtures import Databases
from tests.openapi_document import documented_status
from tests.ports import NOBODYS
from tests.template import ROOT, functions, routes
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits

# SAM calls deprecated functions of its own while it reads a template.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(samcli|samtranslator).*")

_SAMPLES = samples.read()
_REQUESTS = {name: event for name, event in _SAMPLES.items() if "routeKey" in event}
_TRIGGERS = {name: event for name, event in _SAMPLES.items() if "source" in event}

_PUBLIC = {"GET /health", "GET /openapi.json", "GET /docs"}
_SECONDS = 60.0

# Run by Python at its start: whom the process wants to talk to, a line each.
_LISTEN_IN = """
import os, sys

asked = open(os.environ["ASKED_HOSTS"], "a", buffering=1)

def note(event, args):
    if event == "socket.getaddrinfo":
        print(args[0], file=asked)
    elif event == "socket.connect" and isinstance(args[1], tuple):
        print(args[1][0], file=asked)

sys.addaudithook(note)
"""


@dataclass(frozen=True)
class Ready:
    """The functions as SAM would run them, and the events made ready for them."""

    functions: HostFunctions
    template: SamTemplate
    events: dict[str, Event]
    asked: Path
    stores: frozenset[str]

    def invoke(self, event: Event) -> Any:
        return self.functions.invoke(samples.function_of(event, self.template), event)

    def has_asked_the_stores_alone(self) -> bool:
        """Of all that a function has wanted to talk to so far."""
        asked = set(self.asked.read_text().split())
        return bool(asked) and asked <= self.stores | {"127.0.0.1"}


def as_sam(template: SamTemplate, variables: dict[str, str], name: str) -> dict[str, str]:
    """The environment in which SAM runs a function, with the credentials of its own environment."""
    runner = LocalLambdaRunner(None, None, "", "", aws_region="eu-central-1", env_vars_values={"Parameters": variables})
    found: dict[str, str] = runner._make_env_vars(template.sam_functions[name]).resolve()
    return found


@pytest.fixture(scope="module")
def ready(
    mongodb_uri: str, redis_url: str, databases: Databases, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ready]:
    folder = tmp_path_factory.mktemp("sam-local")
    (folder / "sitecustomize.py").write_text(_LISTEN_IN)
    template, name = read_template(ROOT / "template.yaml"), databases.take()
    caller = {"MONGODB_DATABASE": name, "QUEUE_PREFIX": f"bull-{secrets.token_hex(4)}"}
    process = {"PYTHONPATH": f"{folder}:{ROOT / 'layers' / 'common'}", "ASKED_HOSTS": str(folder / "asked")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(place, "KEYS", folder)
        for variable in ("AWS_PROFILE", "AWS_SESSION_TOKEN"):
            patch.delenv(variable, raising=False)
        patch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "of-somebody-who-has-an-account")
        variables = generated.variables(caller, Urls(mongodb_uri, redis_url), "127.0.0.1")
        variables["AWS_ENDPOINT_URL_LAMBDA"] = f"http://127.0.0.1:{NOBODYS}"
        environments = {each: as_sam(template, variables, each) | process for each in template.functions}
        assert {each["AWS_ACCESS_KEY_ID"] for each in environments.values()} == {"AKIAIOSFODNN7EXAMPLE"}
        database = Database(lambda: mongodb_uri, name, timeout_seconds=_SECONDS)
        with host_functions.pools(template, environments, folder) as pools:
            found = HostFunctions(pools)
            made = events.make(found, template, keys.signing_key(folder), Edits(database))
            hosts = frozenset(urlsplit(url.split("?")[0]).hostname or "" for url in (mongodb_uri, redis_url))
            yield Ready(found, template, made, folder / "asked", hosts)
        database.close()
    databases.give_back(name)


def test_every_route_has_one_sample_and_every_sample_a_route() -> None:
    assert sorted(event["routeKey"] for event in _REQUESTS.values()) == sorted(f"{m} {p}" for m, p in routes())


def test_every_trigger_of_the_learner_has_a_sample() -> None:
    schedules = [
        json.loads(event["Properties"]["Input"])
        for function in functions().values()
        for event in function["Events"].values()
        if event["Type"] == "ScheduleV2"
    ]
    # Beside the schedules of the template: the wake that the API sends, a run by hand, an operator's retry and relearn.
    expected = [*schedules, {"source": "wake"}, {"source": "manual"}, {"source": "manual", "retry": "all"}]
    expected.append({"source": "manual", "relearn": "all"})
    assert sorted(map(str, _TRIGGERS.values())) == sorted(map(str, expected))
    assert len(_SAMPLES) == len(_REQUESTS) + len(_TRIGGERS)


def test_a_sample_holds_a_placeholder_for_the_token_where_its_route_asks_for_one() -> None:
    held = {event["routeKey"]: event["headers"].get("authorization") for event in _REQUESTS.values()}
    assert held == {route: None if route in _PUBLIC else "Bearer TOKEN" for route in held}


@pytest.mark.parametrize("name", sorted(_REQUESTS))
def test_a_request_made_ready_is_answered_as_documented_and_asks_nobody_else(name: str, ready: Ready) -> None:
    answer = ready.invoke(ready.events[name])
    assert answer["statusCode"] == documented_status(_REQUESTS[name]["routeKey"]), answer
    assert ready.has_asked_the_stores_alone(), ready.asked.read_text()


@pytest.mark.parametrize("name", sorted(_TRIGGERS))
def test_a_trigger_made_ready_runs_the_learner_and_asks_nobody_else(name: str, ready: Ready) -> None:
    assert ready.invoke(ready.events[name]).keys() == {
        "retried",
        "askedToRelearn",
        "swept",
        "drained",
        "relearned",
        "unlearned",
        "erased",
        "expired",
        "imported",
    }
    assert ready.has_asked_the_stores_alone(), ready.asked.read_text()


def test_each_request_has_a_person_of_its_own(ready: Ready) -> None:
    tokens = [
        event["headers"]["authorization"].removeprefix("Bearer ")
        for name, event in ready.events.items()
        if name in _REQUESTS and _REQUESTS[name]["routeKey"] not in _PUBLIC
    ]
    people = {jwt.decode(token, options={"verify_signature": False})["sub"] for token in tokens}
    assert len(people) == len(tokens)


def test_nothing_that_stands_for_something_else_is_left_in_an_event_made_ready(ready: Ready) -> None:
    left = {samples.TOKEN, samples.CONTENT_ID, samples.EDIT_ID, samples.VERSION_ID}
    assert not [name for name, event in ready.events.items() for each in left if each in json.dumps(event)]


@pytest.mark.parametrize("name", sorted(name for name, event in _REQUESTS.items() if event["routeKey"] not in _PUBLIC))
def test_a_sample_as_it_lies_there_is_refused(name: str, ready: Ready) -> None:
    assert ready.invoke(_REQUESTS[name])["statusCode"] == 401


def test_an_event_whose_token_has_expired_says_so(ready: Ready, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "TOKEN_SECONDS", -3600)
    token = keys.sign_token(keys.signing_key(ready.asked.parent), user="late")
    answer = ready.invoke(samples.filled(_REQUESTS["read-profile"], {samples.TOKEN: token}))
    assert (answer["statusCode"], json.loads(answer["body"])["detail"]) == (401, "the token has expired")
