"""The wake's invocation, against moto's Lambda."""

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSRequest, AWSResponse
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.core.botocore_stubber import MockRawResponse

from voice_engine import learner_invocation
from voice_engine.learner_invocation import invoker

NAME = "voice-engine-learner"


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    learner_invocation._client.cache_clear()
    with mock_aws(config={"lambda": {"use_docker": False}}):
        yield
    learner_invocation._client.cache_clear()


@pytest.fixture
def learner(aws: None) -> None:
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("learner_handler.py", "def handler(event, context): return None")
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = boto3.client("iam").create_role(RoleName="learner", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    boto3.client("lambda").create_function(
        FunctionName=NAME,
        Runtime="python3.13",
        Role=role,
        Handler="learner_handler.handler",
        Code={"ZipFile": code.getvalue()},
    )


@pytest.mark.usefixtures("learner")
def test_the_learner_is_invoked_once_asynchronously_as_a_wake() -> None:
    sent: list[dict[str, Any]] = []
    learner_invocation._client(None).meta.events.register(
        "before-call.lambda.Invoke", lambda params, **_: sent.append(dict(params))
    )
    invoker(NAME)()
    assert len(sent) == 1
    assert sent[0]["headers"]["X-Amz-Invocation-Type"] == "Event"
    assert json.loads(sent[0]["body"]) == {"source": "wake"}


@pytest.mark.usefixtures("learner")
def test_a_lambda_that_is_throttled_is_asked_once_and_the_caller_told() -> None:
    sent: list[AWSRequest] = []

    def throttle(request: AWSRequest, **_: object) -> AWSResponse:
        sent.append(request)
        return AWSResponse(request.url, 429, {}, MockRawResponse(b'{"Message": "Rate Exceeded."}'))

    learner_invocation._client(None).meta.events.register_first("before-send.lambda.Invoke", throttle)
    with pytest.raises(ClientError, match="Rate Exceeded"):
        invoker(NAME)()
    assert len(sent) == 1
