"""The inside of a sandbox: one Lambda execution environment.

Reads one JSON line for each invocation from standard input and answers each with one. Whatever the function prints goes
to standard error. Ends when its input ends.
"""

import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO


@dataclass(frozen=True, slots=True)
class Context:
    """What a handler may ask of AWS about its invocation."""

    aws_request_id: str
    deadline: float
    function_name: str = os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
    function_version: str = "$LATEST"
    memory_limit_in_mb: str = os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "")
    log_group_name: str = ""
    log_stream_name: str = ""
    identity: None = None
    client_context: None = None

    @property
    def invoked_function_arn(self) -> str:
        return f"arn:aws:lambda:{os.environ['AWS_REGION']}:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        return max(0, int((self.deadline - time.time()) * 1000))


def _error(error: Exception) -> dict[str, Any]:
    """The object that AWS Lambda answers with when a handler raises."""
    frames = traceback.format_tb(error.__traceback__)
    # The log gets no message: an exception may repeat what a person wrote.
    print(json.dumps({"level": "ERROR", "errorType": type(error).__name__, "stackTrace": frames}))
    return {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": frames}


def _load(name: str) -> Callable[[dict[str, Any], Context], Any]:
    # The function's own code comes first on the path, as /var/task does.
    sys.path.insert(0, str(Path.cwd()))
    module, _, function = name.rpartition(".")
    handler: Callable[[dict[str, Any], Context], Any] = getattr(importlib.import_module(module), function)
    return handler


def _answer(handler: Callable[[dict[str, Any], Context], Any], invocation: dict[str, Any]) -> str:
    context = Context(aws_request_id=invocation["requestId"], deadline=time.time() + invocation["seconds"])
    try:
        return json.dumps({"result": handler(json.loads(invocation["event"]), context)})
    except Exception as error:  # noqa: BLE001 - whatever a handler raises becomes the invocation's error, as on AWS
        return json.dumps({"error": _error(error)})


def _serve(handler: Callable[[dict[str, Any], Context], Any], answers: TextIO) -> NoReturn:
    for line in sys.stdin:
        print(_answer(handler, json.loads(line)), file=answers, flush=True)
    sys.exit(0)


def main() -> NoReturn:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    # Line by line: a sandbox is killed in the end, and what waits in a buffer would be lost.
    sys.stdout = os.fdopen(sys.stdout.fileno(), "w", buffering=1, encoding="utf-8", closefd=False)
    try:
        handler = _load(sys.argv[1])
    except Exception as error:  # noqa: BLE001 - a module that cannot be imported fails the sandbox's start, as on AWS
        print(json.dumps({"error": _error(error)}), file=answers, flush=True)
        sys.exit(1)
    print(json.dumps({"result": "ready"}), file=answers, flush=True)
    _serve(handler, answers)


if __name__ == "__main__":
    main()
