"""A tour: every route once, chapter by chapter, in an order in which each finds what it needs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract.incomplete import Incomplete

_JSON = "application/json"
_BODY = "$response.body#/"

# By operationId. The last chapters take away what the others made.
CHAPTERS: dict[str, tuple[str, ...]] = {
    "Service": ("health", "readOpenapi", "readDocs"),
    # While the account holds nothing.
    "Bring an account along": ("importPage", "readImport", "discardImport"),
    "Drafts and edits": (
        "registerContent",
        "saveEdits",
        "readLearning",
        "listContents",
        "readContent",
    ),
    "Profile": (
        "readProfile",
        "explainProfile",
        "changeProfile",
        "lockField",
        "unlockField",
        "forgetPhrase",
        "analyzeText",
        "readAnalytics",
        "readTimeline",
    ),
    "Voices": ("listVoices", "startVoice"),
    "Archetypes": ("listArchetypes", "createArchetype", "applyArchetype", "removeArchetype"),
    "Voice put to use": ("applyVoice", "checkVoice"),
    "Versions": ("listVersions", "rollBackProfile", "resetProfile"),
    "Take along and take back": ("exportAccount", "unlearnEdit", "deleteContent", "switchLearning"),
    "Administration": ("readQueue", "retryFailedEdits"),
    "Erase": ("eraseVoice", "erasePerson", "readErasure"),
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """`value` None: the document has no example, so it is left out."""

    name: str
    value: str | None
    description: str


@dataclass(frozen=True, slots=True)
class Request:
    """A request of the tour. `{{name}}` in path and body stands for what an earlier answer held.

    `captures`: name → where in the answer's body it is, as a path of names and indices.
    """

    name: str
    summary: str
    description: str
    method: str
    path: str
    query: tuple[Parameter, ...]
    body: Any | None
    is_public: bool
    is_repeatable: bool
    captures: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Chapter:
    name: str
    requests: tuple[Request, ...]


def tour(document: dict[str, Any]) -> list[Chapter]:
    """Raises Incomplete where CHAPTERS and the document do not have the same operations."""
    operations = {
        operation["operationId"]: (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    told = [name for names in CHAPTERS.values() for name in names]
    if missing := operations.keys() - set(told):
        raise Incomplete(f"say in CHAPTERS of {__file__} where {', '.join(sorted(missing))} comes")
    if surplus := set(told) - operations.keys() or {name for name in told if told.count(name) > 1}:
        raise Incomplete(f"CHAPTERS of {__file__} has {', '.join(sorted(surplus))} once too often")
    taken = _taken(operations)
    return [
        Chapter(name, tuple(_request(*operations[each], taken) for each in names)) for name, names in CHAPTERS.items()
    ]


type _Operations = Mapping[str, tuple[str, str, dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class _Taken:
    """By operationId: what it captures, and which of its parameters and fields it takes from others."""

    captures: dict[str, dict[str, tuple[str, ...]]]
    parameters: dict[str, dict[str, str]]
    fields: dict[str, dict[str, str]]


def _taken(operations: _Operations) -> _Taken:
    """The links of the document as variables."""
    taken = _Taken({}, {}, {})
    for name, (_, _, operation) in operations.items():
        for target, link in _links(operation):
            path = operations[target][1]
            for parameter, pointer in link.get("parameters", {}).items():
                variable = _variable(path, parameter)
                taken.captures.setdefault(name, {})[variable] = _steps(pointer)
                taken.parameters.setdefault(target, {})[parameter] = variable
            for member, pointer in link.get("requestBody", {}).items():
                taken.captures.setdefault(name, {})[member] = _steps(pointer)
                taken.fields.setdefault(target, {})[member] = member
    return taken


def _links(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for response in operation["responses"].values():
        yield from response.get("links", {}).items()


def _variable(path: str, parameter: str) -> str:
    """`id` in /api/content/{id} is a contentId, `slug` in /api/voices/{slug} a voiceSlug; editId says all itself."""
    if parameter not in ("id", "slug"):
        return parameter
    before, _, _ = path.partition(f"/{{{parameter}}}")
    return before.rpartition("/")[2].removesuffix("s") + parameter.capitalize()


def _steps(pointer: str) -> tuple[str, ...]:
    if not pointer.startswith(_BODY):
        raise Incomplete(f"{pointer} names no place in the body of an answer")
    return tuple(pointer.removeprefix(_BODY).split("/"))


def _request(method: str, path: str, operation: dict[str, Any], taken: _Taken) -> Request:
    name = operation["operationId"]
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            variable = taken.parameters.get(name, {}).get(parameter["name"])
            value = f"{{{{{variable}}}}}" if variable else parameter["example"]
            path = path.replace(f"{{{parameter['name']}}}", value)
    body = operation.get("requestBody", {}).get("content", {}).get(_JSON, {}).get("example")
    if body is not None:
        body = body | {member: f"{{{{{variable}}}}}" for member, variable in taken.fields.get(name, {}).items()}
    return Request(
        name=name,
        summary=operation["summary"],
        description=operation.get("description", ""),
        method=method,
        path=path,
        query=tuple(
            Parameter(each["name"], str(each["example"]) if "example" in each else None, each["description"])
            for each in parameters
            if each["in"] == "query"
        ),
        body=body,
        is_public=operation.get("security") == [],
        is_repeatable=any(each["name"] == "Idempotency-Key" for each in parameters),
        captures=taken.captures.get(name, {}),
    )
