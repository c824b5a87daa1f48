"""Asking AWS Lambda to run the learner, without waiting for it."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_PAYLOAD = b'{"source": "wake"}'
_ACCEPTED = 202

# The caller is about to answer a save, so it waits a moment only; the schedule starts the learner anyway.
_CONNECT_SECONDS = 0.5
_READ_SECONDS = 1.0


class InvocationRefused(Exception):
    """Lambda answered, and did not accept the event."""


def invoker(function_name: str, *, endpoint_url: str | None = None) -> Callable[[], None]:
    """A call that hands the learner's function one asynchronous event, and raises when Lambda does not accept it.

    `endpoint_url` None: the Lambda of AWS.
    """

    def invoke() -> None:
        answer = _client(endpoint_url).invoke(FunctionName=function_name, InvocationType="Event", Payload=_PAYLOAD)
        if answer["StatusCode"] != _ACCEPTED:
            raise InvocationRefused(f"{function_name}: status {answer['StatusCode']}")

    return invoke


@cache
def _client(endpoint_url: str | None) -> "LambdaClient":
    # Imported here: the cached read path must not pay for boto3.
    import boto3
    from botocore.config import Config

    once = Config(connect_timeout=_CONNECT_SECONDS, read_timeout=_READ_SECONDS, retries={"total_max_attempts": 1})
    return boto3.client("lambda", endpoint_url=endpoint_url, config=once)
