"""The template's functions behind the face that SAM's own services expect of a lambda runner."""

import json
import secrets
from collections.abc import Callable, Mapping

from samcli.lib.providers.provider import Function
from samcli.lib.utils.name_utils import normalize_sam_function_identifier
from samcli.lib.utils.stream_writer import StreamWriter
from samcli.local.lambdafn.exceptions import FunctionNotFound

from local.pool import SandboxPool
from local.sandbox import Result

type Observer = Callable[[str, str, Result], None]


class LocalFunctions:
    """`observe` is told of every finished invocation: the function's name, the event and the result."""

    def __init__(
        self, pools: Mapping[str, SandboxPool], descriptions: Mapping[str, Function], observe: Observer
    ) -> None:
        self._pools = pools
        self._descriptions = descriptions
        self._observe = observe

    def is_debugging(self) -> bool:
        return False

    def get_function(self, function_identifier: str, tenant_id: str | None = None) -> Function:  # noqa: ARG002 - SAM's signature
        """Raises FunctionNotFound, which SAM's services answer with their own error."""
        name = normalize_sam_function_identifier(function_identifier)
        if name not in self._descriptions:
            raise FunctionNotFound(f"the template has no function {name}")
        return self._descriptions[name]

    def run(self, name: str, event: str) -> Result:
        """What the function `name` returned under `result`, or Lambda's error object under `error`.

        Raises PoolClosed when everything is being stopped.
        """
        result = self._pools[name].invoke(event)
        self._observe(name, event, result)
        return result

    def invoke(self, function_identifier: str, event: str, stdout: StreamWriter | None = None, **_: object) -> None:
        """Run the function and write what it answered, a result or an error object, to `stdout`.

        SAM's services pass more than is used here: the stream for logs, the kind of invocation, its description.
        """
        result = self.run(self.get_function(function_identifier).name, _with_own_request_id(event))
        if stdout is not None:
            stdout.write_str(json.dumps(result["error"] if "error" in result else result["result"]))


def _with_own_request_id(event: str) -> str:
    """SAM's gateway gives every request the same id; AWS gives each its own, by which a log line is found."""
    request = json.loads(event)
    if "requestContext" in request:
        request["requestContext"]["requestId"] = secrets.token_urlsafe(11)
    return json.dumps(request)
