"""What a route does not declare is refused, so that nobody takes it for heard: a misspelt `voice` must not reach
another voice, and where `If-Match` is not looked at nothing may be done that it would forbid."""

import json
from collections.abc import Iterator
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.openapi.params import Dependant
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from identity import PUBLIC
from rate_limits import READS
from voice_engine.errors import Invalid, Violation

_SHOWN_CHARACTERS = 60
# Those that a read does not know it may leave out (RFC 9110, section 13.2.1); a write may not.
_CONDITIONS = ("If-Match", "If-None-Match")


def refuse_undeclared(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A middleware of the resolver. Raises Invalid naming each parameter, and of a write each condition and each field
    of the body, that the route does not know. What is public takes any."""
    request = app.current_event
    if (request.http_method, request.path) not in PUBLIC:
        known: Dependant = app.context["_route"].dependant
        unknown = list(_parameters(request, known))
        if request.http_method not in READS:
            unknown += [*_conditions(request, known), *_fields(request, known)]
        if unknown:
            raise Invalid(*unknown)
    return next_middleware(app)


def _parameters(request: APIGatewayProxyEventV2, route: Dependant) -> Iterator[Violation]:
    known = {parameter.alias for parameter in route.query_params}
    limit = f"one of {', '.join(sorted(known))}" if known else "this route takes no parameters"
    for name in request.query_string_parameters:
        if name not in known:
            yield Violation(name[:_SHOWN_CHARACTERS], limit, "an unknown parameter")


def _conditions(request: APIGatewayProxyEventV2, route: Dependant) -> Iterator[Violation]:
    known = {parameter.alias.lower() for parameter in route.header_params}
    for name in _CONDITIONS:
        if name.lower() not in known and name.lower() in request.headers:
            yield Violation(name, "left out: this route takes no such condition", "one")


def _fields(request: APIGatewayProxyEventV2, route: Dependant) -> Iterator[Violation]:
    """Of a body where none is looked at; an empty object says nothing. Of a list the library looks at the first item
    alone."""
    if not request.body:
        return
    if route.body_params:
        body = request.json_body
        if isinstance(body, list):
            yield Violation("body", "an object", f"a list of {len(body)}")
        return
    try:
        body = json.loads(request.decoded_body or "")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        yield Violation("body", "left out: this route takes none", f"{len(request.body)} characters")
        return
    for name in body:
        shown = name[:_SHOWN_CHARACTERS].encode(errors="replace").decode()
        yield Violation(shown, "no such field", "a value")
