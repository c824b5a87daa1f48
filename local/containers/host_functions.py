"""The template's functions on this machine, without a container, against the stores of those in containers."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from local.containers import generated, place
from local.containers.stores import Stores
from local.environment import function_environment
from local.errors import StartError
from local.folder import ROOT
from local.guardian import Guardian
from local.pool import SandboxPool
from local.ports import HOST
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
            raise StartError(
                f"{name} failed, {error['errorType']}: {error['errorMessage']} (are the stores up? make sam-up)"
            )
        return result["result"]


@contextmanager
def running(template: SamTemplate, stores: Stores, caller: Mapping[str, str]) -> Iterator[HostFunctions]:
    """They wake nobody: what they queue waits for a learner that is run."""
    settings = settings_for(stores, caller)
    logs = place.FOLDER / "logs"
    logs.mkdir(parents=True, exist_ok=True, mode=0o700)
    layer = str(ROOT / "layers" / "common")
    with Guardian() as guardian:
        pools = {
            name: SandboxPool(
                definition,
                function_environment(definition, settings, layer=layer, lambda_endpoint=""),
                log=Path(logs, f"{name}.log"),
                guardian=guardian,
                most=1,
            )
            for name, definition in template.functions.items()
        }
        try:
            yield HostFunctions(pools)
        finally:
            for pool in pools.values():
                pool.close(_GRACE_SECONDS)


def settings_for(stores: Stores, caller: Mapping[str, str]) -> dict[str, str]:
    return generated.variables(caller, stores.outside, HOST) | {"LEARNER_FUNCTION_NAME": ""}
