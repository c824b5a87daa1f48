"""A schema as rows to read: one for each field, named by its path."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from voice_engine.voice import visible

_BOUNDS = {
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "matches {}",
    "format": "{}",
    "default": "{} where it is left out",
}
# Patterns that a person need not read.
_IN_WORDS = {
    visible.PATTERN: "with a visible character",
    f"^$|{visible.PATTERN}": "empty or with a visible character",
}


@dataclass(frozen=True, slots=True)
class FieldRow:
    path: str
    type: str
    limits: str
    is_required: bool
    description: str


class Schemas:
    """`components`: the document's schemas, which others refer to by name."""

    def __init__(self, components: dict[str, Any]) -> None:
        self._components = components

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        """What a schema says, without references and without the null that it may also be."""
        if "$ref" in schema:
            return self.resolved(self._components[schema["$ref"].rpartition("/")[2]])
        options = self._options(schema)
        if len(options) == 1:
            return {name: value for name, value in schema.items() if name != "anyOf"} | self.resolved(options[0])
        return schema

    def rows(self, schema: dict[str, Any], prefix: str = "") -> Iterator[FieldRow]:
        whole = self.resolved(schema)
        for name, part in whole.get("properties", {}).items():
            path = f"{prefix}{name}"
            yield self._row(path, part, is_required=name in whole.get("required", ()))
            yield from self._inner(path, self.resolved(part))

    def type_of(self, schema: dict[str, Any]) -> str:
        options = self._options(schema)
        null = " or null" if len(options) < len(schema.get("anyOf", [])) else ""
        if len(options) > 1:
            return " or ".join(self.type_of(option) for option in options) + null
        whole = self.resolved(schema)
        if "enum" in whole:
            return " · ".join(map(str, whole["enum"])) + null
        if whole.get("type") == "array":
            return f"list of {self.type_of(whole.get('items', {}))}{null}"
        return f"{whole.get('type', 'anything')}{null}"

    def limits_of(self, schema: dict[str, Any]) -> str:
        whole = self.resolved(schema)
        told = [
            _IN_WORDS.get(str(whole[name]), text.format(whole[name])) for name, text in _BOUNDS.items() if name in whole
        ]
        if whole.get("type") == "array" and (each := self.limits_of(whole.get("items", {}))):
            told.append(f"each {each}")
        return ", ".join(told)

    def _row(self, path: str, part: dict[str, Any], *, is_required: bool) -> FieldRow:
        description = part.get("description") or self.resolved(part).get("description", "")
        return FieldRow(path, self.type_of(part), self.limits_of(part), is_required, description)

    def _inner(self, path: str, whole: dict[str, Any]) -> Iterator[FieldRow]:
        if "properties" in whole:
            yield from self.rows(whole, f"{path}.")
        elif whole.get("type") == "array":
            item = self.resolved(whole.get("items", {}))
            yield from self.rows(item, f"{path}[].")

    @staticmethod
    def _options(schema: dict[str, Any]) -> list[dict[str, Any]]:
        return [option for option in schema.get("anyOf", []) if option != {"type": "null"}]
