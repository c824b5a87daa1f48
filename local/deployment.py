"""The template's functions on this machine: sandboxes for each, and the endpoint where they invoke one another."""

from collections.abc import Mapping
from pathlib import Path

from local import ports, terminal
from local.environment import function_environment
from local.folder import ROOT
from local.functions import LocalFunctions
from local.guardian import Guardian
from local.invocations import invocations_app
from local.listener import Listener
from local.pool import SandboxPool
from local.sam_template import FunctionDefinition, SamTemplate
from local.sandbox import Result

LEARNER = "LearnerFunction"
BY_HAND = '{"source": "manual"}'

# Sandboxes of one function at once: a laptop's worth. They are started when they are needed.
_MOST = 4
# A learner that is not through by then is ended; what it had not finished is taken up at the next start.
_GRACE_SECONDS = 10.0


class Deployment:
    def __init__(self, template: SamTemplate, settings: Mapping[str, str], logs: Path, guardian: Guardian) -> None:
        listening = ports.listen()
        port = listening.getsockname()[1]
        self._definitions = template.functions
        self._lambda_endpoint = f"http://{ports.HOST}:{port}"
        self._logs = logs
        self._pools = {
            name: SandboxPool(
                definition,
                self._environment(definition, settings),
                log=self._log(name),
                guardian=guardian,
                most=_MOST,
            )
            for name, definition in template.functions.items()
        }
        self.functions = LocalFunctions(self._pools, template.sam_functions, self._observe)
        self._invocations = Listener(invocations_app(self.functions, port), listening, terminal.quiet)
        self._invocations.start()

    def prepare(self) -> Result:
        """The learner's first run: it prepares the database, and shows that both servers can be worked with."""
        return self._pools[LEARNER].invoke(BY_HAND)

    def configure(self, settings: Mapping[str, str]) -> None:
        """Every invocation that begins from now on runs with `settings`."""
        for name, pool in self._pools.items():
            pool.configure(self._environment(self._definitions[name], settings))

    def close(self) -> None:
        """Let running invocations end, within limits, and end every sandbox."""
        for pool in self._pools.values():
            pool.close(_GRACE_SECONDS)
        self._invocations.stop()

    def _environment(self, definition: FunctionDefinition, settings: Mapping[str, str]) -> dict[str, str]:
        layer = str(ROOT / "layers" / "common")
        return function_environment(definition, settings, layer=layer, lambda_endpoint=self._lambda_endpoint)

    def _log(self, name: str) -> Path:
        return self._logs / f"{self._definitions[name].environment['POWERTOOLS_SERVICE_NAME']}.log"

    def _observe(self, name: str, event: str, result: Result) -> None:
        if name == LEARNER:
            terminal.learner_line(event, result, self._log(name))
        elif "error" in result:
            terminal.say(f"{name} failed: {result['error']['errorType']}, see {self._log(name)}")
