"""The samples: a request for each route from events/, and a good answer from docs/examples/, under the same name."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from contract.incomplete import Incomplete

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Sample:
    """`name` is that of its files, `route` as template.yaml writes it. `query` is the query string of the request."""

    name: str
    method: str
    route: str
    query: str
    path: str
    request: Any | None
    answer: Any | None

    @property
    def operation_id(self) -> str:
        first, *others = self.name.split("-")
        return first + "".join(word.capitalize() for word in others)

    @property
    def parameters(self) -> dict[tuple[str, str], str]:
        """What the request has in the place of each parameter: by where it stands, `path` or `query`, and name."""
        parts = zip(self.route.split("/"), self.path.split("/"), strict=True)
        in_path = {("path", part.strip("{}")): unquote(given) for part, given in parts if part.startswith("{")}
        return in_path | {("query", name): given for name, given in parse_qsl(self.query)}


def samples() -> dict[tuple[str, str], Sample]:
    """By method and shape of the path, in which parameters have no names. Raises Incomplete when two are alike."""
    found: dict[tuple[str, str], Sample] = {}
    for file in sorted((ROOT / "events").glob("*.json")):
        event = json.loads(file.read_text("utf-8"))
        if "routeKey" not in event:
            continue
        sample = _sample(file.stem, event)
        key = (sample.method, shape(sample.route))
        if key in found:
            raise Incomplete(f"events/{file.name} and events/{found[key].name}.json are of the same route")
        found[key] = sample
    return found


def shape(path: str) -> str:
    """`/api/content/{id}` and `/api/content/{content_id}` have the same one."""
    return "/".join("{}" if part.startswith("{") else part for part in path.split("/"))


def _sample(name: str, event: dict[str, Any]) -> Sample:
    method, _, route = event["routeKey"].partition(" ")
    body = event.get("body")
    answer = ROOT / "docs" / "examples" / f"{name}.json"
    return Sample(
        name=name,
        method=method.lower(),
        route=route,
        query=event["rawQueryString"],
        path=event["rawPath"],
        request=None if body is None else json.loads(body),
        answer=json.loads(answer.read_text("utf-8")) if answer.exists() else None,
    )
