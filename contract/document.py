"""The OpenAPI 3.1 document of every route, whichever function serves it."""

import pkgutil
import tomllib
from importlib import import_module
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

import routes
from contract.errors import SCHEMA, Refusals
from contract.incomplete import Incomplete
from contract.operations import Operation
from contract.samples import ROOT, Sample, samples, shape
from contract.schemas import of_bodies

_DESCRIPTION = """\
Voice Engine learns how a person writes from the edits they make to drafts. Register a draft, save what the writer made
of it, and read the profile that was learned.

A person may have several voices: `?voice=slug` says which one a request is about; without it, the default voice.
Another person's things do not exist: they are 404. The path is looked at first: one that has no route, or cannot be
the name of anything, is 404 whatever else is sent. An unknown parameter or field is refused, not passed over.

Errors are problems of RFC 9457 with a stable `code`. Times are UTC. Text is counted in Unicode code points, of which
half a surrogate pair is none. A POST with an `Idempotency-Key` may be sent again: it is answered as it was at first.
Each answer to a request that does more than read says in `RateLimit-*` how much of that a person has left.
"""
TAGS = {
    "voices": "The voices of one person.",
    "profile": "How a person writes: what was learned, and what was set by hand.",
    "archetypes": "Kinds of writers that a voice can start from.",
    "content": "Drafts, and what the writer made of them.",
    "learning": "What became of saved edits.",
    "voice": "The voice put to use on a text, without a model.",
    "operation": "Whether the service is well, and this contract.",
    "admin": "For those who run the service: the token needs the scope of administrators.",
}


def document() -> dict[str, Any]:
    """Raises Incomplete where something is not told of a route."""
    operations = _operations()
    schemas, components = of_bodies(body for operation, _ in operations for body in operation.bodies)
    refusals = Refusals()
    paths: dict[str, dict[str, Any]] = {}
    for operation, sample in operations:
        paths.setdefault(sample.route, {})[sample.method] = operation.described(schemas, refusals)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Voice Engine",
            "version": _version(),
            "description": _DESCRIPTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": [{"name": name, "description": description} for name, description in TAGS.items()],
        "paths": {path: dict(sorted(paths[path].items())) for path in sorted(paths)},
        "components": {
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "bearerFormat": "JWT",
                    "description": "A token of the OIDC issuer that the service is configured with.",
                }
            },
            "responses": dict(sorted(refusals.responses.items())),
            "schemas": dict(sorted((components | {"Problem": SCHEMA}).items())),
        },
    }


def _operations() -> list[tuple[Operation, Sample]]:
    found: list[tuple[Operation, Sample]] = []
    known = samples()
    for path, methods in _told_by_powertools().items():
        for method, told in methods.items():
            sample = known.get((method, shape(path)))
            if sample is None:
                raise Incomplete(f"{method.upper()} {path} has no sample in events/")
            for tag in told.get("tags", ["none"]):
                if tag not in TAGS:
                    raise Incomplete(
                        f"{method.upper()} {path} has the tag {tag}, which TAGS in {__file__} does not tell"
                    )
            found.append((Operation(path, told, sample), sample))
    return found


def _told_by_powertools() -> dict[str, dict[str, dict[str, Any]]]:
    app = APIGatewayHttpResolver(enable_validation=True)
    for module in pkgutil.iter_modules(routes.__path__, "routes."):
        app.include_router(import_module(module.name).router)
    told = app.get_openapi_schema(title="Voice Engine", openapi_version="3.1.0").model_dump(
        by_alias=True, exclude_none=True
    )
    paths = told["paths"]
    return {path: {m: op for m, op in methods.items() if isinstance(op, dict)} for path, methods in paths.items()}


def _version() -> str:
    with (ROOT / "pyproject.toml").open("rb") as file:
        version: str = tomllib.load(file)["project"]["version"]
    return version
