"""The template's functions on this machine, without a container, against the stores of those in containers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.environment import function_environment
from local.errors import StartError
from local.folder import ROOT
from local.guardian import Guardian
from local.pool import SandboxPool
from local.sam_template import SamTemplate

LEARNER = "LearnerFunction"
_GRACE_SECONDS = 5.0


class HostFunctions:
    def __init__(self, pools: Mapping[str, SandboxPool]) -> None:
        self._pools = pools

    def invoke(self, name: str, event: Mapping[str, Any]) -> Any:
        """What the function returns. Raises StartError when it fails."""
        result = self._pools[name].invoke(json.dumps(event))
        if "error" in result:
            error = result["error"]
            raise StartError(f"{name} failed, {error['errorType']}: {error['errorMessage']}")
        return result["result"]


@contextmanager
def running(template: SamTemplate, settings: Mapping[str, str], logs: Path) -> Iterator[HostFunctions]:
    """They wake nobody: what they queue waits for a learner that is run."""
    layer = str(ROOT / "layers" / "common")
    environments = {
        name: function_environment(definition, settings, layer=layer, lambda_endpoint="")
        for name, definition in template.functions.items()
    }
    with pools(template, environments, logs) as made:
        yield HostFunctions(made)


@contextmanager
def pools(
    template: SamTemplate, environments: Mapping[str, Mapping[str, str]], logs: Path
) -> Iterator[dict[str, SandboxPool]]:
    """One sandbox for each function, with its environment."""
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    with Guardian() as guardian:
        made = {
            name: SandboxPool(definition, environments[name], log=logs / f"{name}.log", guardian=guardian, most=1)
            for name, definition in template.functions.items()
        }
        try:
            yield made
        finally:
            for pool in made.values():
                pool.close(_GRACE_SECONDS)
