"""The parts of SAM that `make start` builds on are no public interface. These tests tell when an upgrade changes them,
and what a caller sees when a function fails."""

import base64
import gzip
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from flask import Flask

from local import ports
from local.functions import LocalFunctions
from local.gateway import gateway_app
from local.guardian import Guardian
from local.invocations import invocations_app
from local.listener import Listener
from local.pool import SandboxPool
from local.sam_template import SamTemplate, read_template
from local.sandbox import Result
from tests.waiting import PATIENCE_SECONDS, is_running, wait_until

# SAM calls deprecated functions of its own while it reads a template.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:(samcli|samtranslator).*")

# Tried with this one. For another: run these tests, look at SAM's changes, then write the new number here.
_TRIED = "1.170.0"

_TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Api:
    Type: AWS::Serverless::HttpApi
    Properties: { StageName: $default }
  Sample:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      CodeUri: code/
      Handler: sample.handler
      Timeout: 900
      Environment: { Variables: { GREETING: hello } }
      Events:
        Read: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: GET, Path: "/things/{id}" } }
        Write: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: POST, Path: /things } }
        Look: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: HEAD, Path: "/looks/{id}" } }
        Ask: { Type: HttpApi, Properties: { ApiId: !Ref Api, Method: OPTIONS, Path: "/{proxy+}" } }
"""

_CODE = """
import json, os, sys, time

runs = 0
at_work = 0

def handler(event, context):
    global runs, at_work
    runs += 1
    at_work += 1
    try:
        return answer(event, context)
    finally:
        at_work -= 1

def answer(event, context):
    print("printed, not answered")
    what = event.get("what") or (event.get("queryStringParameters") or {}).get("what")
    if what == "raise":
        raise RuntimeError(event["queryStringParameters"].get("message"))
    if what == "die":
        os._exit(3)
    if what == "hang":
        time.sleep(3_600)
    if what == "slow":
        time.sleep(0.05)
    if what == "nonsense":
        return object()
    process = {"pid": os.getpid(), "runs": runs, "at_work": at_work, "environment": dict(os.environ)}
    body = process | {"event": event, "left": context.get_remaining_time_in_millis()}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}
"""


@dataclass
class Sample:
    """A small API of one function, with what its observer was told."""

    template: SamTemplate
    functions: LocalFunctions
    seen: list[tuple[str, str, Result]] = field(default_factory=list)

    @property
    def gateway(self) -> Flask:
        return gateway_app(self.template.api, self.functions, 3000)

    def get(self, target: str, **headers: str) -> Any:
        return self.gateway.test_client().get(target, headers=headers)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Sample]]:
    (tmp_path / "code").mkdir()
    (tmp_path / "template.yaml").write_text(_TEMPLATE)
    pools: list[SandboxPool] = []
    with Guardian() as guardian:

        def start(code: str = _CODE) -> Sample:
            (tmp_path / "code" / "sample.py").write_text(code)
            template = read_template(tmp_path / "template.yaml")
            definition = template.functions["Sample"]
            environment = definition.environment | {"AWS_REGION": "us-east-1"}
            pools.append(SandboxPool(definition, environment, log=tmp_path / "log", guardian=guardian, most=2))
            seen: list[tuple[str, str, Result]] = []
            functions = LocalFunctions({"Sample": pools[-1]}, template.sam_functions, lambda *told: seen.append(told))
            return Sample(template, functions, seen)

        yield start
        for pool in pools:
            pool.close(grace_seconds=0)


def test_sam_is_the_version_that_was_tried() -> None:
    assert version("aws-sam-cli") == _TRIED


def test_a_function_gets_the_event_that_api_gateway_sends(start: Callable[..., Sample]) -> None:
    answer = start().get("/things/a%20b?colour=red&colour=blue", Authorization="Bearer x")
    assert answer.status_code == 200
    event = answer.json["event"]
    assert event["version"] == "2.0"
    assert event["routeKey"] == event["requestContext"]["routeKey"] == "GET /things/{id}"
    assert event["requestContext"]["stage"] == "$default"
    assert event["requestContext"]["http"]["method"] == "GET"
    assert event["rawPath"] == "/things/a b"
    assert event["pathParameters"] == {"id": "a b"}
    assert event["queryStringParameters"] == {"colour": "red,blue"}
    assert {name.lower(): value for name, value in event["headers"].items()}["authorization"] == "Bearer x"
    assert 0 < answer.json["left"] <= 900_000


def test_a_body_arrives_as_it_was_sent(start: Callable[..., Sample]) -> None:
    text = json.dumps({"text": "Grüße 👩‍👩‍👧 „so“"}, ensure_ascii=False)
    answer = start().gateway.test_client().post("/things", data=text.encode(), content_type="application/json")
    assert answer.json["event"]["body"] == text
    assert answer.json["event"]["isBase64Encoded"] is False


@pytest.mark.parametrize(
    "body",
    ["é".encode("latin-1"), "{}".encode("utf-16"), gzip.compress(b"{}")],
    ids=["latin-1", "utf-16", "gzip"],
)
def test_a_body_that_is_no_text_arrives_in_base64(start: Callable[..., Sample], body: bytes) -> None:
    answer = start().gateway.test_client().post("/things", data=body, content_type="application/json")
    assert answer.status_code == 200
    assert answer.json["event"]["isBase64Encoded"] is True
    assert base64.b64decode(answer.json["event"]["body"]) == body


def test_a_sandbox_sees_the_functions_environment_and_nothing_of_the_callers(
    start: Callable[..., Sample], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_CALLER", "1")
    environment = start().get("/things/1").json["environment"]
    assert environment["GREETING"] == "hello"
    assert "OF_THE_CALLER" not in environment


def test_a_sandbox_is_kept_warm(start: Callable[..., Sample]) -> None:
    sample = start()
    client = sample.gateway.test_client()
    assert [client.get("/things/1").json["runs"] for _ in range(3)] == [1, 2, 3]


def test_requests_at_once_share_the_sandboxes_and_each_of_these_takes_one_at_a_time(
    start: Callable[..., Sample],
) -> None:
    app = start().gateway
    with ThreadPoolExecutor(8) as callers:
        calls = [callers.submit(lambda: app.test_client().get("/things/1?what=slow")) for _ in range(16)]
    answers = [call.result().json for call in calls]
    assert {answer["at_work"] for answer in answers} == {1}
    assert len({answer["pid"] for answer in answers}) <= 2
    assert len({(answer["pid"], answer["runs"]) for answer in answers}) == 16


@pytest.mark.parametrize("what", ["raise", "die", "nonsense"])
def test_a_function_that_fails_gives_500_and_the_next_request_is_served(
    start: Callable[..., Sample], what: str
) -> None:
    sample = start()
    client = sample.gateway.test_client()
    assert client.get("/things/1").status_code == 200
    failed = client.get(f"/things/1?what={what}")
    assert failed.status_code == 500
    assert failed.json == {"message": "Internal server error"}
    assert client.get("/things/1").status_code == 200
    assert ["error" in result for _, _, result in sample.seen] == [False, True, False]


def test_a_function_that_takes_longer_than_its_time_is_ended_and_the_next_request_is_served(
    start: Callable[..., Sample],
) -> None:
    sample = start()
    client = sample.gateway.test_client()
    first = client.get("/things/1").json["pid"]
    ((sandbox, _),) = sample.functions._pools["Sample"]._warm
    # Of this sandbox alone: no other has to be fast.
    sandbox._definition = replace(sandbox._definition, timeout_seconds=0.1)
    assert client.get("/things/1?what=hang").status_code == 500
    assert sample.seen[-1][2]["error"]["errorMessage"] == "Task timed out after 0.10 seconds"
    assert not is_running(first)
    assert client.get("/things/1").json["pid"] != first


def test_closing_ends_a_sandbox_that_is_still_starting(start: Callable[..., Sample], tmp_path: Path) -> None:
    started = tmp_path / "started"
    code = f"import os, pathlib, time; pathlib.Path({str(started)!r}).write_text(str(os.getpid())); time.sleep(3_600)"
    sample = start(code)
    with ThreadPoolExecutor() as callers:
        call = callers.submit(sample.get, "/things/1")
        pid = int(wait_until(lambda: started.exists() and started.read_text()))
        sample.functions._pools["Sample"].close(grace_seconds=0)
        assert not is_running(pid)
        assert call.result().status_code == 500


def test_code_that_cannot_be_imported_gives_500_and_says_why(start: Callable[..., Sample]) -> None:
    sample = start("raise ValueError('a setting is missing')")
    assert sample.get("/things/1").status_code == 500
    ((_, _, result),) = sample.seen
    assert result["error"]["errorMessage"] == "ValueError: a setting is missing"


def test_what_a_function_raises_is_not_written_to_the_log(start: Callable[..., Sample], tmp_path: Path) -> None:
    sample = start()
    sample.get("/things/1?what=raise&message=dear-diary")
    assert sample.seen[0][2]["error"]["errorMessage"] == "dear-diary"
    log = (tmp_path / "log").read_text()
    assert "printed, not answered" in log
    assert "RuntimeError" in log
    assert "dear-diary" not in log


def test_another_environment_replaces_the_sandboxes(start: Callable[..., Sample]) -> None:
    sample = start()
    client = sample.gateway.test_client()
    assert client.get("/things/1").json["runs"] == 1
    sample.functions._pools["Sample"].configure({"AWS_REGION": "us-east-1", "GREETING": "good evening"})
    answer = client.get("/things/1").json
    assert (answer["runs"], answer["environment"]["GREETING"]) == (1, "good evening")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/things"), ("HEAD", "/things/1"), ("GET", "/looks/1")]
)
def test_what_is_no_route_is_refused_by_the_gateway_itself_as_on_aws(
    start: Callable[..., Sample], method: str, path: str
) -> None:
    sample = start()
    answer = sample.gateway.test_client().open(path, method=method)
    assert (answer.status_code, answer.mimetype) == (404, "application/json")
    if method != "HEAD":
        assert answer.json == {"message": "Not Found"}
    assert sample.seen == []


def test_head_is_a_route_where_the_template_says_so(start: Callable[..., Sample]) -> None:
    sample = start()
    assert sample.gateway.test_client().head("/looks/1").status_code == 200
    assert len(sample.seen) == 1


def test_boto3_invokes_a_function_and_does_not_wait_for_an_event(start: Callable[..., Sample]) -> None:
    sample = start()
    listening = ports.listen()
    port = listening.getsockname()[1]
    listener = Listener(invocations_app(sample.functions, port), listening, lambda *_: None)
    listener.start()
    try:
        client = boto3.client(
            "lambda",
            endpoint_url=f"http://127.0.0.1:{port}",
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=PATIENCE_SECONDS),
        )
        # The handler sleeps for longer than the client would wait.
        accepted = client.invoke(FunctionName="Sample", InvocationType="Event", Payload=b'{"what": "hang"}')
        assert accepted["StatusCode"] == 202
        assert sample.seen == []
        answered = client.invoke(FunctionName="Sample", Payload=b'{"what": "greet"}')
        assert json.loads(answered["Payload"].read())["statusCode"] == 200
        with pytest.raises(ClientError, match="ResourceNotFound"):
            client.invoke(FunctionName="Nobody", InvocationType="Event", Payload=b"{}")
    finally:
        listener.stop()
