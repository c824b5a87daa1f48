"""Schemas as a reader wants them: of bodies as they are sent and answered, without the noise that pydantic adds."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

PREFIX = "#/components/schemas/"

type Body = tuple[type[BaseModel], JsonSchemaMode]


def of_bodies(bodies: Iterable[Body]) -> tuple[Mapping[Any, Any], dict[str, Any]]:
    """The schema of each body, a reference, and the schemas that all of them refer to.

    In an answer ("serialization") every field is there; in a request ("validation") those with a default may be absent.
    """
    references, made = models_json_schema(list(dict.fromkeys(bodies)), by_alias=True, ref_template=PREFIX + "{model}")
    return references, _readable(made.get("$defs", {}))


def of_parameter(schema: dict[str, Any]) -> dict[str, Any]:
    """A parameter is absent rather than null, and says itself what it is for."""
    options = [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
    if len(options) == 1:
        schema = {name: value for name, value in schema.items() if name != "anyOf"} | options[0]
    readable: dict[str, Any] = _readable(schema)
    return {name: value for name, value in readable.items() if name != "description"}


def _readable(schemas: Any) -> Any:
    """Without titles, which repeat the names of fields, and defaults of null; with bounds such as 10.0 as 10."""

    def readable(part: dict[str, Any]) -> dict[str, Any]:
        told = {name: value for name, value in part.items() if not _is_noise(name, value)}
        return {
            name: int(value) if isinstance(value, float) and value.is_integer() else value
            for name, value in told.items()
        }

    return _mapped(schemas, readable)


def _is_noise(name: str, value: Any) -> bool:
    # A field that is called title has a schema here, no text.
    return (name == "title" and isinstance(value, str)) or (name == "default" and value is None)


def _mapped(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return {name: _mapped(part, change) for name, part in change(value).items()}
    if isinstance(value, list):
        return [_mapped(part, change) for part in value]
    return value
