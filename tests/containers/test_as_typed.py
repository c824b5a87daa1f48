"""What the README has a person type: every event is answered, and a save is learned."""

import json
import secrets
from typing import Any

import boto3
import pytest
from botocore.config import Config

from local.containers import samples
from local.keys import sign_token, signing_key
from tests import optional
from tests.containers.typed import Typed
from tests.openapi_document import documented_status
from tests.waiting import PATIENCE_SECONDS, wait_until

_SAMPLES = samples.read()
_REQUESTS = sorted(name for name, event in _SAMPLES.items() if "routeKey" in event)
_TRIGGERS = sorted(name for name, event in _SAMPLES.items() if "source" in event)
# What a client or a gateway adds by itself.
_ADDED = ("host", "x-forwarded-for", "x-forwarded-port", "x-forwarded-proto")


@pytest.mark.parametrize("name", _REQUESTS)
def test_start_api_answers_each_event_as_documented(name: str, typed: Typed) -> None:
    event = typed.event(name)
    headers = {key: value for key, value in event["headers"].items() if key not in _ADDED}
    target = event["rawPath"] + (f"?{event['rawQueryString']}" if event["rawQueryString"] else "")
    status, text = typed.request(event["requestContext"]["http"]["method"], target, event.get("body"), headers)
    assert status == documented_status(event["routeKey"]), text


@pytest.mark.parametrize("name", _TRIGGERS)
def test_start_lambda_runs_the_learner_for_each_trigger(name: str, typed: Typed) -> None:
    client = boto3.client(
        "lambda",
        endpoint_url=f"http://127.0.0.1:{typed.services['start-lambda'].port}",
        region_name="eu-central-1",
        aws_access_key_id="any",
        aws_secret_access_key="any",
        config=Config(read_timeout=PATIENCE_SECONDS, retries={"total_max_attempts": 1}),
    )
    answer = client.invoke(FunctionName="LearnerFunction", Payload=json.dumps(typed.event(name)))
    report = json.loads(answer["Payload"].read())
    assert report.keys() >= {"swept", "drained", "retried"}, report


def printed_command(typed: Typed, event: str) -> str:
    """The line that `make sam-events` has printed for it."""
    (line,) = (line for line in typed.printed["make sam-events"].splitlines() if line.endswith(f"/{event}.json"))
    return line


@pytest.mark.parametrize("name", ["read-profile", "analyze-text"])
def test_invoke_answers_an_event_as_documented(name: str, typed: Typed) -> None:
    answer = json.loads(typed.type(f"{printed_command(typed, name)} 2>sam.log"))
    assert answer["statusCode"] == documented_status(typed.event(name)["routeKey"]), answer


def test_invoke_runs_the_learner(typed: Typed) -> None:
    report = json.loads(typed.type(f"{printed_command(typed, 'learner-by-hand')} 2>sam.log"))
    assert report.keys() >= {"swept", "drained", "retried"}, report


class Writer:
    """Somebody new, who talks to `sam local start-api`."""

    def __init__(self, typed: Typed) -> None:
        self._typed = typed
        token = sign_token(signing_key(typed.folder / ".local"), user=f"writer-{secrets.token_hex(4)}")
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def send(self, method: str, target: str, body: Any = None) -> Any:
        sent = None if body is None else json.dumps(body)
        status, text = self._typed.request(method, target, sent, self._headers)
        assert status in (200, 201), text
        return json.loads(text)

    def save(self) -> dict[str, Any]:
        """What the answer to a save says of its learning."""
        content = self.send("POST", "/api/content", {"text": "We are thrilled to open at seven!", "platform": "blog"})
        saved = self.send("POST", f"/api/content/{content['id']}/save-edits", {"editedText": "We open at seven."})
        learning: dict[str, Any] = saved["learning"]
        return learning

    def status(self, edit: str) -> str:
        return str(self.send("GET", f"/api/learning/{edit}")["status"])


def test_a_save_wakes_the_learner_in_its_container(typed: Typed) -> None:
    writer = Writer(typed)
    edit = writer.save()["editId"]
    wait_until(lambda: writer.status(edit) == "learned")
    assert typed.services["start-lambda"].has_printed('"source":"wake"')


def test_without_a_lambda_a_save_is_answered_and_make_sam_learn_learns_it(typed: Typed) -> None:
    typed.services["start-lambda"].stop()
    writer = Writer(typed)
    try:
        learning = writer.save()
        assert learning["status"] == "queued"
        assert writer.status(learning["editId"]) == "queued"
        typed.type("make sam-learn 2>sam.log")
        assert writer.status(learning["editId"]) == "learned"
    finally:
        typed.start("start-lambda")
    assert typed.services["start-api"].has_printed("the learner was not woken")


def test_the_stores_of_compose_are_up(typed: Typed) -> None:
    if typed.without_compose:
        optional.compose(typed.without_compose).skip()
    assert "in containers are up" in typed.printed["make sam-up"]
