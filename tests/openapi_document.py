"""docs/openapi.json, and what it says of a body."""

import json
from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator

from tests.template import ROOT

DOCUMENT: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
PROBLEM = "application/problem+json"


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each route."""
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def followed(value: dict[str, Any]) -> dict[str, Any]:
    """What a reference of the document leads to."""
    if "$ref" not in value:
        return value
    found: dict[str, Any] = DOCUMENT
    for part in value["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return found


def errors_of(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    whole = {"$schema": "https://json-schema.org/draft/2020-12/schema", **DOCUMENT, **schema}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


def documented_status(route: str) -> int:
    """The status of a good answer to a route such as `GET /health`."""
    method, _, path = route.partition(" ")
    (status,) = {int(each) for each in DOCUMENT["paths"][path][method.lower()]["responses"] if each.startswith("2")}
    return status
