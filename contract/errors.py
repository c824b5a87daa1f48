"""The problems: docs/errors.md as data, and how the document tells of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from contract.headers import of_problems
from contract.incomplete import Incomplete
from contract.samples import ROOT

_TYPE = "application/problem+json"

# RFC 9457, section 3, with this service's code, request id and failing fields.
SCHEMA: dict[str, Any] = {
    "description": "A problem: RFC 9457 with a stable `code` and the `requestId` that the logs name.",
    "type": "object",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:voice-engine:problem:"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string", "description": "For people; it may change."},
        "requestId": {"type": "string"},
        "errors": {
            "description": "Each wrong field.",
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "field": {"type": "string", "description": "Its path in the request."},
                    "limit": {"type": "string", "description": "What holds."},
                    "given": {"type": "string", "description": "What was given; of a long text its length."},
                },
                "required": ["field", "limit", "given"],
                "additionalProperties": False,
            },
        },
    },
    "required": ["type", "title", "status", "code", "detail", "requestId"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Problem:
    code: str
    status: int
    when: str


def problems() -> dict[tuple[str, int], Problem]:
    """The rows of docs/errors.md by code and status."""
    text = (ROOT / "docs" / "errors.md").read_text("utf-8")
    _, _, rest = text.partition("| code |")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in rest.split("\n\n")[0].splitlines()[2:]]
    found = [Problem(code.strip("`"), int(status), when) for code, status, when, _ in rows]
    return {(each.code, each.status): each for each in found}


class Refusals:
    """Collects the problems of all operations; operations that share some share their description."""

    def __init__(self) -> None:
        self._known = problems()
        self.responses: dict[str, Any] = {}

    def of(self, pairs: Iterable[tuple[str, int]]) -> dict[str, Any]:
        """The responses, by status, of an operation that may refuse with each pair of code and status."""
        by_status: dict[int, list[str]] = {}
        for code, status in pairs:
            if (code, status) not in self._known:
                raise Incomplete(f"docs/errors.md has no row for {code} with status {status}")
            by_status.setdefault(status, []).append(code)
        return {str(status): self._reference(status, sorted(codes)) for status, codes in sorted(by_status.items())}

    def _reference(self, status: int, codes: list[str]) -> dict[str, str]:
        name = f"{status}_{'_or_'.join(codes)}"
        self.responses.setdefault(name, self._response(status, codes))
        return {"$ref": f"#/components/responses/{name}"}

    def _response(self, status: int, codes: list[str]) -> dict[str, Any]:
        told = [self._known[code, status] for code in codes]
        narrowed = {"properties": {"status": {"const": status}, "code": {"enum": codes}}}
        return {
            "description": "; ".join(f"`{each.code}`: {each.when}" for each in told),
            "headers": of_problems(codes),
            "content": {
                _TYPE: {
                    "schema": {"allOf": [{"$ref": "#/components/schemas/Problem"}, narrowed]},
                    "examples": {each.code: {"value": _example(each)} for each in told},
                }
            },
        }


def _example(problem: Problem) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": f"urn:voice-engine:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.when.replace("`", ""),
        "requestId": "JKJaXmPLvHcESHA=",
    }
    if problem.code == "invalid_request":
        example["errors"] = [{"field": "tone.formality", "limit": "should be less than or equal to 10", "given": "11"}]
    return example
