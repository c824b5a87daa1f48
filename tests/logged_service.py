"""The whole service as processes, one a function of the template, and every line that they print."""

import json
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

from tests.function_process import FunctionProcess, Invoked
from tests.template import functions, handler_module
from tests.traffic import USES, Things, Use

LEARNER = "learner_handler"


class LoggedService:
    """Each function is started when it is first asked, with the environment `settings`. `folder` takes what it
    prints."""

    def __init__(self, settings: dict[str, str], folder: Path) -> None:
        self._settings = settings
        self._folder = folder
        self._running: dict[str, FunctionProcess] = {}
        self._ending = ExitStack()
        folder.mkdir(parents=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.close()

    def send(self, event: dict[str, Any], status: int | None = None) -> Any:
        """The body of the answer, as JSON where it is; the status must be `status`, or no fault of the service."""
        http = event["requestContext"]["http"]
        invoked = self._function(handler_module(http["method"], http["path"])).invoke(event)
        assert invoked.error is None, invoked.error
        told = (event["routeKey"], invoked.result["statusCode"], invoked.result["body"])
        assert invoked.result["statusCode"] == status if status else invoked.result["statusCode"] < 500, told
        is_json = "json" in invoked.result["headers"].get("Content-Type", "")
        return json.loads(invoked.result["body"]) if is_json else invoked.result["body"]

    def run_learner(self, **event: str) -> Invoked:
        return self._function(LEARNER).invoke({"source": "manual"} | event)

    def _function(self, module: str) -> FunctionProcess:
        if module not in self._running:
            (defined,) = [f for f in functions().values() if f["Handler"].partition(".")[0] == module]
            code, handler = Path(defined["CodeUri"]).name, defined["Handler"]
            process = FunctionProcess(code, handler, self._settings, self._folder / f"{module}.log")
            self._running[module] = self._ending.enter_context(process)
        return self._running[module]


def use_every_route(
    service: LoggedService, event_of: Callable[[Use, Things], dict[str, Any]], things: dict[str, str]
) -> list[dict[str, Any]]:
    """The events sent, the learner being run where it has to be. `things` takes up what was made."""
    events = []
    for use in USES:
        if use.after_learning:
            service.run_learner()
        events.append(event_of(use, things))
        answer = service.send(events[-1], use.status)
        things |= use.made(answer) if use.makes else {}
    return events
