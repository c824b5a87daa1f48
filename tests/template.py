"""What template.yaml defines, read as SAM reads it."""

import re
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parent.parent


class _Loader(yaml.SafeLoader):
    """Leaves CloudFormation's short intrinsics such as !Ref as plain values."""


def _intrinsic(loader: yaml.SafeLoader, _: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    assert isinstance(node, yaml.MappingNode)
    return loader.construct_mapping(node, deep=True)


_Loader.add_multi_constructor("!", _intrinsic)


@cache
def template() -> dict[str, Any]:
    with (ROOT / "template.yaml").open() as file:
        return yaml.load(file, _Loader)


def functions() -> dict[str, dict[str, Any]]:
    """Logical id → properties of each function."""
    resources = template()["Resources"]
    return {name: r["Properties"] for name, r in resources.items() if r["Type"] == "AWS::Serverless::Function"}


def routes() -> list[tuple[str, str]]:
    """Method and path of every route of the API. Preflights, which browsers send by themselves, are none."""
    events = (event for function in functions().values() for event in function.get("Events", {}).values())
    return sorted(
        (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
        for event in events
        if event["Type"] == "HttpApi" and event["Properties"]["Method"] != "OPTIONS"
    )


def handler_module(method: str, path: str) -> str:
    """The module that serves a request, api_handler for one that no route takes."""
    for function in functions().values():
        for event in function.get("Events", {}).values():
            properties = event["Properties"]
            if event["Type"] != "HttpApi" or properties["Method"].upper() != method:
                continue
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", properties["Path"]), path):
                return str(function["Handler"]).partition(".")[0]
    return "api_handler"
