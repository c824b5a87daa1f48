"""IAM tokens for ElastiCache Serverless: what is signed, and when anew."""

import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from redis.exceptions import AuthenticationError

from voice_engine.redis_iam import ElastiCacheIamCredentials

MINUTE = 60.0


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(autouse=True)
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret-of-the-test")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session-of-the-test")


def test_the_token_is_a_presigned_connect_request_without_its_scheme() -> None:
    user, token = ElastiCacheIamCredentials(user="voice", cache="Voice-Cache", region="eu-west-1").get_credentials()
    url = urlsplit(f"https://{token}")
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    assert user == "voice"
    assert (url.netloc, url.path) == ("voice-cache", "/")
    assert query["Action"] == "connect"
    assert query["User"] == "voice"
    assert query["ResourceType"] == "ServerlessCache"
    assert query["X-Amz-Algorithm"] == "AWS4-HMAC-SHA256"
    assert query["X-Amz-Credential"].startswith("AKIDEXAMPLE/")
    assert query["X-Amz-Credential"].endswith("/eu-west-1/elasticache/aws4_request")
    assert query["X-Amz-Expires"] == "900"
    assert query["X-Amz-Security-Token"] == "session-of-the-test"
    assert len(query["X-Amz-Signature"]) == 64
    assert "secret-of-the-test" not in token


def test_a_token_is_reused_for_less_than_its_fifteen_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    credentials = ElastiCacheIamCredentials(user="voice", cache="cache", region="eu-west-1", clock=clock)
    _, first = credentials.get_credentials()
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDANOTHER")
    clock.now += 9 * MINUTE
    assert credentials.get_credentials()[1] == first
    clock.now += 5 * MINUTE
    assert "AKIDANOTHER" in credentials.get_credentials()[1]


def test_without_a_region_the_connection_fails_as_one_that_cannot_log_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION", raising=False)
    monkeypatch.delenv("AWS_REGION", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(AuthenticationError, match="no IAM token"):
        ElastiCacheIamCredentials(user="voice", cache="cache").get_credentials()


def test_the_region_is_that_of_the_process_when_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-south-1")
    _, token = ElastiCacheIamCredentials(user="voice", cache="cache").get_credentials()
    assert "%2Fap-south-1%2Felasticache%2F" in token


def test_without_aws_credentials_the_connection_fails_as_one_that_cannot_log_in(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(AuthenticationError, match="no IAM token"):
        ElastiCacheIamCredentials(user="voice", cache="cache", region="eu-west-1").get_credentials()


def test_the_aws_libraries_are_not_imported_before_they_are_needed() -> None:
    modules = "voice_engine.redis_iam, voice_engine.cache, voice_engine.queue, voice_engine.learner_invocation"
    program = f"import sys, {modules}; sys.exit(any(m in sys.modules for m in ('botocore', 'boto3')))"
    imported = subprocess.run([sys.executable, "-c", program], env={"PYTHONPATH": ":".join(sys.path)}, check=False)
    assert imported.returncode == 0
