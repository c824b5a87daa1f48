"""template.yaml as SAM reads it: the functions, the API's routes and the schedules, with intrinsics resolved."""

import re
from dataclasses import dataclass
from pathlib import Path

from samcli.lib.providers.api_provider import ApiProvider
from samcli.lib.providers.provider import Api, Function
from samcli.lib.providers.sam_function_provider import SamFunctionProvider
from samcli.lib.providers.sam_stack_provider import SamLocalStackProvider

_RATE = re.compile(r"rate\((\d+) (second|minute|hour|day)s?\)")
_SECONDS = {"second": 1, "minute": 60, "hour": 3_600, "day": 86_400}


@dataclass(frozen=True, slots=True)
class FunctionDefinition:
    """A function's code folder, handler and limits, and the environment that the template gives it."""

    name: str
    code: Path
    handler: str
    timeout_seconds: float
    memory_megabytes: int
    environment: dict[str, str]


@dataclass(frozen=True, slots=True)
class Schedule:
    """`function` is to be invoked with `event` every `seconds`."""

    function: str
    seconds: int
    event: str


@dataclass(frozen=True, slots=True)
class SamTemplate:
    api: Api
    functions: dict[str, FunctionDefinition]
    schedules: tuple[Schedule, ...]
    # SAM's own services ask for its own description of a function.
    sam_functions: dict[str, Function]


def read_template(path: Path) -> SamTemplate:
    """Raises ValueError for a schedule that is not a rate."""
    stacks, _ = SamLocalStackProvider.get_stacks(str(path))
    provider = SamFunctionProvider(stacks, use_raw_codeuri=True, ignore_code_extraction_warnings=True)
    found = {function.name: function for function in provider.get_all()}
    return SamTemplate(
        api=ApiProvider(stacks).api,
        functions={name: _definition(function, path.parent) for name, function in found.items()},
        schedules=tuple(schedule for function in found.values() for schedule in _schedules(function)),
        sam_functions=found,
    )


def _definition(function: Function, root: Path) -> FunctionDefinition:
    variables = (function.environment or {}).get("Variables", {})
    return FunctionDefinition(
        name=function.name,
        code=(root / (function.codeuri or "")).resolve(),
        handler=function.handler or "",
        timeout_seconds=float(function.timeout or 3),
        memory_megabytes=int(function.memory or 128),
        environment={name: str(value) for name, value in variables.items()},
    )


def _schedules(function: Function) -> list[Schedule]:
    events = (function.events or {}).values()
    return [
        Schedule(function.name, seconds_of(event["Properties"]["ScheduleExpression"]), event["Properties"]["Input"])
        for event in events
        if event["Type"] == "ScheduleV2"
    ]


def seconds_of(expression: str) -> int:
    """The seconds between two runs of an EventBridge `rate(…)`. Raises ValueError for any other expression."""
    match = _RATE.fullmatch(expression)
    if match is None:
        raise ValueError(f"schedule {expression!r}: only rate(<number> <unit>) can be run here")
    return int(match[1]) * _SECONDS[match[2]]
