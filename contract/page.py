"""The page that shows the document: one file, nothing loaded from elsewhere, no script."""

import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from contract.fields import Schemas
from contract.samples import Sample, samples

_JSON = "application/json"


def page(document: dict[str, Any]) -> str:
    components = document["components"]
    schemas = Schemas(components["schemas"])
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"code": _code, "shown": _shown}
    by_id = {sample.operation_id: sample for sample in samples().values()}
    return environment.get_template("page.html").render(
        document=document,
        operations=_by_tag(document),
        schemas=schemas,
        response_of=lambda response: _followed(response, components["responses"]),
        curl_of=lambda operation: _curl(by_id[operation["operationId"]], operation),
        json=_JSON,
    )


def _by_tag(document: dict[str, Any]) -> list[tuple[dict[str, Any], list[tuple[str, str, dict[str, Any]]]]]:
    """Each tag with its operations: method, path and the operation itself."""
    every = [
        (method.upper(), path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [(tag, [one for one in every if tag["name"] in one[2]["tags"]]) for tag in document["tags"]]


def _followed(response: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in response:
        return response
    found: dict[str, Any] = known[response["$ref"].rpartition("/")[2]]
    return found


def _curl(sample: Sample, operation: dict[str, Any]) -> str:
    """A line that works where URL and TOKEN are set, as the README sets them."""
    target = sample.path + (f"?{sample.query}" if sample.query else "")
    parts = ["curl -s"]
    if sample.method != "get" and not (sample.method == "post" and sample.request is not None):
        parts.append(f"-X {sample.method.upper()}")
    parts.append(f'"$URL{target}"')
    if operation.get("security") != []:
        parts.append('-H "$AUTH"')
    if sample.request is not None:
        body = json.dumps(sample.request, ensure_ascii=False).replace("'", "'\\''")
        parts.append(f"-H \"$JSON\" -d '{body}'")
    return " ".join(parts)


def _code(text: str) -> Markup:
    """Text in which backticks mark code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped just here


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)
