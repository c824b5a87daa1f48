"""Which answer holds what another operation takes."""

from typing import Any

# By operation, the operations that its good answer leads to, and where their parameters are found in it.
_LINKS: dict[str, dict[str, dict[str, str]]] = {
    "createArchetype": {"removeArchetype": {"slug": "/slug"}},
    "registerContent": {"readContent": {"id": "/id"}, "saveEdits": {"id": "/id"}},
    "saveEdits": {
        "readContent": {"id": "/content/id"},
        "readLearning": {"editId": "/learning/editId"},
        "unlearnEdit": {"editId": "/learning/editId"},
    },
}


def of(operation_id: str) -> dict[str, Any]:
    return {
        target: {
            "operationId": target,
            "parameters": {name: f"$response.body#{pointer}" for name, pointer in parameters.items()},
        }
        for target, parameters in _LINKS.get(operation_id, {}).items()
    }
