"""Which answer holds what another operation takes."""

from typing import Any


def of(operation_id: str) -> dict[str, Any]:
    """The links of an operation's good answer, by the operation that each leads to."""
    return {target: {"operationId": target, **taken} for target, taken in _LINKS.get(operation_id, {}).items()}


def _parameters(**pointers: str) -> dict[str, Any]:
    return {"parameters": {name: f"$response.body#{pointer}" for name, pointer in pointers.items()}}


_LINKS: dict[str, dict[str, dict[str, Any]]] = {
    "createArchetype": {"removeArchetype": _parameters(slug="/slug")},
    "registerContent": {
        "readContent": _parameters(id="/id"),
        "saveEdits": _parameters(id="/id"),
        "deleteContent": _parameters(id="/id"),
    },
    "saveEdits": {
        "readContent": _parameters(id="/content/id"),
        "readLearning": _parameters(editId="/learning/editId"),
        "unlearnEdit": _parameters(editId="/learning/editId"),
    },
    "listVersions": {"rollBackProfile": {"requestBody": {"versionId": "$response.body#/items/0/id"}}},
}
