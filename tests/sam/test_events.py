"""Each sample in events/, handed to its function as `sam local invoke` would: in a process of its own."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from local.environment import function_environment
from local.guardian import Guardian
from local.pool import SandboxPool
from local.sam_template import read_template
from tests.issuer import Issuer
from tests.template import ROOT, functions, routes

# SAM calls deprecated functions of its own while it reads a template.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(samcli|samtranslator).*")

_EVENTS = {path.stem: json.loads(path.read_text()) for path in sorted((ROOT / "events").glob("*.json"))}
_REQUESTS = {name: event for name, event in _EVENTS.items() if "routeKey" in event}
_TRIGGERS = {name: event for name, event in _EVENTS.items() if "source" in event}

# What the samples carry for things that exist only at run time.
_TOKEN = "TOKEN"
_CONTENT_ID = "65f0c0ffee00000000000001"
_EDIT_ID = "65f0c0ffee00000000000002"
_VERSION_ID = "65f0c0ffee00000000000003.1"

_PUBLIC = {"GET /health", "GET /openapi.json", "GET /docs"}

type Invoke = Callable[[str, dict[str, Any]], Any]


@pytest.fixture(scope="module")
def invoke(shared_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Invoke]:
    """Runs a function of the template, named by its logical id, in a sandbox of its own. The database is prepared, and
    whoever uses it is a user of their own."""
    defined = read_template(ROOT / "template.yaml").functions
    # What the template sets for AWS gives way to the servers of the tests.
    settings = {"MONGODB_URI_SECRET": "", "REDIS_CLUSTER": "false", "REDIS_IAM_USER": "", "REDIS_IAM_CACHE": ""}
    settings |= {"OIDC_JWKS_URL": ""} | shared_environment
    layer = str(ROOT / "layers" / "common")
    logs = tmp_path_factory.mktemp("logs")
    with Guardian() as guardian:
        pools = {
            name: SandboxPool(
                definition,
                # Nobody listens there: a wake that cannot be sent must not hurt a save.
                function_environment(definition, settings, layer=layer, lambda_endpoint="http://127.0.0.1:9"),
                log=logs / f"{name}.log",
                guardian=guardian,
                most=1,
            )
            for name, definition in defined.items()
        }

        def invoke(function: str, event: dict[str, Any]) -> Any:
            result = pools[function].invoke(json.dumps(event))
            assert "error" not in result, result
            return result["result"]

        invoke("LearnerFunction", {"source": "manual"})
        yield invoke
        for pool in pools.values():
            pool.close(grace_seconds=1)


def _function_of(route: str) -> str:
    """The logical id of the function behind a route key."""
    for name, function in functions().items():
        for event in function.get("Events", {}).values():
            properties = event["Properties"]
            if event["Type"] == "HttpApi" and f"{properties['Method'].upper()} {properties['Path']}" == route:
                return name
    raise AssertionError(f"the template has no route {route}")


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
    assert len(_EVENTS) == len(_REQUESTS) + len(_TRIGGERS)


@pytest.mark.parametrize("name", sorted(_REQUESTS))
def test_a_sample_request_is_answered(name: str, invoke: Invoke, issuer: Issuer, user: str) -> None:
    register = _with(_REQUESTS["register-content"], {_TOKEN: issuer.token(user)})
    content = json.loads(invoke(_function_of(register["routeKey"]), register)["body"])
    known = {_TOKEN: issuer.token(user), _CONTENT_ID: content["id"]}
    save = _with(_REQUESTS["save-edits"], known)
    saved = json.loads(invoke(_function_of(save["routeKey"]), save)["body"])
    known[_EDIT_ID] = saved["learning"]["editId"]
    change = _with(_REQUESTS["change-profile"], known)
    changed = invoke(_function_of(change["routeKey"]), change)
    known[_VERSION_ID] = changed["headers"]["ETag"].strip('"')
    if name == "remove-archetype":
        create = _with(_REQUESTS["create-archetype"], known)
        invoke(_function_of(create["routeKey"]), create)

    if name == "erase-voice":
        start = _with(_REQUESTS["start-voice"], known)
        assert invoke(_function_of(start["routeKey"]), start)["statusCode"] == 201

    known[_TOKEN] = issuer.token(user, scope="admin")
    if name in ("import-page", "read-import", "discard-import"):
        # Somebody who has nothing yet.
        known[_TOKEN] = issuer.token(f"new-{user}")
        page = _with(_REQUESTS["import-page"], known)
        assert invoke(_function_of(page["routeKey"]), page)["statusCode"] == 202
    event = _with(_REQUESTS[name], known)
    answer = invoke(_function_of(event["routeKey"]), event)
    assert answer["statusCode"] in (200, 201, 202, 204), answer


@pytest.mark.parametrize("name", sorted(name for name, event in _REQUESTS.items() if event["routeKey"] not in _PUBLIC))
def test_a_sample_request_without_a_good_token_is_refused(name: str, invoke: Invoke) -> None:
    event = _REQUESTS[name]
    assert invoke(_function_of(event["routeKey"]), event)["statusCode"] == 401


@pytest.mark.parametrize("name", sorted(_TRIGGERS))
def test_a_sample_trigger_runs_the_learner(name: str, invoke: Invoke) -> None:
    assert invoke("LearnerFunction", _TRIGGERS[name]).keys() == {
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


def _with(event: dict[str, Any], known: dict[str, str]) -> dict[str, Any]:
    text = json.dumps(event)
    for placeholder, value in known.items():
        text = text.replace(placeholder, value)
    filled: dict[str, Any] = json.loads(text)
    return filled
