"""One operation of the document: what powertools reads from a route's signature, put right and made whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from contract import headers, links
from contract.errors import Refusals
from contract.incomplete import Incomplete
from contract.samples import Sample
from contract.schemas import Body, of_parameter
from documented import EXTENSION, Answers
from identity import ADMINISTRATION, PUBLIC
from models.wire import Wire

_JSON = "application/json"
_PREFIX = "#/components/schemas/"
_REASONS = {
    200: "What was asked for.",
    201: "Made.",
    202: "Taken in; it is done in the background.",
    204: "Done.",
    304: "It has not changed.",
    503: "The same, and the service cannot do its work.",
}
_VOICE = "voice"


@dataclass(frozen=True, slots=True)
class Answer:
    """`body`: a model, or None where there is none; `media_type` None: no body at all."""

    status: int
    body: type[Wire] | None
    media_type: str | None
    headers: tuple[str, ...]


class Operation:
    """`told`: the operation as powertools describes it, `path`: as it writes the path."""

    def __init__(self, path: str, told: dict[str, Any], sample: Sample) -> None:
        self._told = told
        self._sample = sample
        self._path = path
        self._answers = Answers(**told[EXTENSION]) if EXTENSION in told else Answers(None, _JSON, (), {})
        self.is_public = (sample.method.upper(), sample.route) in PUBLIC

    @property
    def request(self) -> type[Wire] | None:
        content = self._told.get("requestBody", {}).get("content", {})
        return _model(content[_JSON]["schema"]) if content else None

    @property
    def answers(self) -> list[Answer]:
        """The good ones first."""
        told = self._answers
        (status, response), *_ = ((s, r) for s, r in self._told["responses"].items() if str(s) != "422")
        body = told.body or _model(response["content"][_JSON].get("schema", {}))
        replayed = ("Idempotent-Replayed",) if self._is_repeatable else ()
        limits = headers.RATE_LIMIT if self._is_limited else ()
        media_type = None if int(status) == HTTPStatus.NO_CONTENT else told.media_type
        good = Answer(int(status), body, media_type, (*told.headers, *replayed, *limits))
        return [good, *(Answer(s, m, _JSON if m else None, tuple(told.headers)) for s, m in told.also.items())]

    @property
    def bodies(self) -> list[Body]:
        found: list[Body] = [(answer.body, "serialization") for answer in self.answers if answer.body]
        return [*found, (self.request, "validation")] if self.request else found

    def described(self, schemas: Mapping[Any, Any], refusals: Refusals) -> dict[str, Any]:
        """The operation as the document has it. `schemas` are those of bodies, as `contract.schemas` returns them."""
        parameters = self._parameters()
        operation = {
            "operationId": self._sample.operation_id,
            "tags": self._told["tags"],
            "summary": self._told["summary"],
        }
        if self._told.get("description"):
            operation["description"] = self._told["description"]
        if self.is_public:
            operation["security"] = []
        if parameters:
            operation["parameters"] = parameters
        if self.request:
            operation["requestBody"] = self._request_body(schemas)
        good = {str(answer.status): self._response(answer, schemas) for answer in self.answers}
        problems = refusals.of(self._refusals(parameters))
        if twice := good.keys() & problems.keys():
            # A status that is a problem at one time and none at another, such as 503 of the health.
            problems = {status: reference for status, reference in problems.items() if status not in twice}
        operation["responses"] = dict(sorted((good | problems).items()))
        return operation

    def _parameters(self) -> list[dict[str, Any]]:
        in_path = dict(zip(_names(self._path), _names(self._sample.route), strict=True))
        found = [self._parameter(parameter, in_path) for parameter in self._told.get("parameters", [])]
        return [*found, headers.IDEMPOTENCY_KEY] if self._is_repeatable else found

    @property
    def _is_repeatable(self) -> bool:
        return self._sample.method == "post"

    @property
    def _is_write(self) -> bool:
        """An erasure itself can be asked for again, and what only looks at a text goes on."""
        path = self._sample.route
        is_exempt = path.startswith((ADMINISTRATION, "/api/voice/")) or path == "/api/profile"
        return self._sample.method != "get" and not is_exempt

    @property
    def _is_limited(self) -> bool:
        return self._sample.method != "get"

    def _parameter(self, told: dict[str, Any], in_path: dict[str, str]) -> dict[str, Any]:
        name, place = told["name"], told["in"].value
        if place == "path":
            name = in_path[name]
        if place == "header":
            name = "-".join(word.capitalize() for word in name.split("-"))
        if "description" not in told:
            raise Incomplete(f"{self}: the parameter {name} needs a description=")
        schema = of_parameter(told["schema"])
        parameter = {
            "name": name,
            "in": place,
            "required": told["required"],
            "description": told["description"],
            "schema": schema,
        }
        given = self._sample.parameters.get((place, name))
        if given is not None:
            parameter["example"] = int(given) if schema["type"] == "integer" else given
        return parameter

    def _request_body(self, schemas: Mapping[Any, Any]) -> dict[str, Any]:
        if self._sample.request is None:
            raise Incomplete(f"{self}: events/{self._sample.name}.json has no body")
        schema = schemas[self.request, "validation"]
        return {"required": True, "content": {_JSON: {"schema": schema, "example": self._sample.request}}}

    def _response(self, answer: Answer, schemas: Mapping[Any, Any]) -> dict[str, Any]:
        response: dict[str, Any] = {"description": _REASONS[answer.status]}
        if answer.headers:
            response["headers"] = headers.of(answer.headers)
        if answer.media_type is None:
            return response
        schema = schemas[answer.body, "serialization"] if answer.body else {"type": "string"}
        if answer.media_type == _JSON and answer.body is None:
            schema = {"type": "object"}
        content: dict[str, Any] = {"schema": schema}
        if answer.body and answer.status < 300:
            if self._sample.answer is None:
                raise Incomplete(f"{self}: write a good answer's body to docs/examples/{self._sample.name}.json")
            content["example"] = self._sample.answer
        response["content"] = {answer.media_type: content}
        if answer.status < 300 and (found := links.of(self._sample.operation_id)):
            response["links"] = found
        return response

    def _refusals(self, parameters: list[dict[str, Any]]) -> list[tuple[str, int]]:
        found = {("internal", 500)}
        if not self.is_public:
            found |= {("unauthorized", 401), ("unavailable", 503), ("invalid_request", 422)}
        if self._sample.route.startswith(ADMINISTRATION):
            found.add(("forbidden", 403))
        if self.request:
            found |= {("invalid_json", 400), ("body_too_large", 413), ("unsupported_media_type", 415)}
        if any(parameter["in"] == "path" for parameter in parameters):
            # A slash in a parameter, however it is written, makes another path of it.
            found |= {("not_found", 404), ("no_such_route", 404)}
        if any(parameter["name"] == _VOICE for parameter in parameters):
            found.add(("not_found", 404))
        if self._is_limited:
            found.add(("rate_limited", 429))
        if self._is_write or self._is_repeatable:
            # A POST that changes nothing else keeps its answer under its key.
            found.add(("erasing", 409))
        if self._is_repeatable:
            found |= {("idempotency_in_progress", 409), ("idempotency_key_reused", 422)}
        return sorted(found | set(self._answers.refuses.items()))

    def __str__(self) -> str:
        return f"{self._sample.method.upper()} {self._sample.route}"


def _names(path: str) -> list[str]:
    return [part.strip("{}") for part in path.split("/") if part.startswith("{")]


def _model(schema: dict[str, Any]) -> type[Wire] | None:
    """The model that a reference of powertools names."""
    reference = schema.get("$ref", "")
    if not reference.startswith(_PREFIX):
        return None
    name = reference.removeprefix(_PREFIX)
    known = [model for model in _family(Wire) if model.__name__ == name]
    if len(known) != 1:
        raise Incomplete(f"{len(known)} models are named {name}")
    return known[0]


def _family(model: type[Wire]) -> list[type[Wire]]:
    return [one for child in model.__subclasses__() for one in (child, *_family(child))]
