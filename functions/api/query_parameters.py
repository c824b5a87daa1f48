"""A parameter that a route does not know is refused: a misspelt `voice` must not reach another voice."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from identity import PUBLIC
from voice_engine.errors import Invalid, Violation

_SHOWN_CHARACTERS = 60


def refuse_unknown(app: APIGatewayHttpResolver, next_middleware: NextMiddleware) -> Response[Any]:
    """A middleware of the resolver. Raises Invalid naming each unknown parameter. What is public takes any."""
    request = app.current_event
    if (request.http_method, request.path) not in PUBLIC:
        known = {parameter.alias for parameter in app.context["_route"].dependant.query_params}
        unknown = [name for name in request.query_string_parameters if name not in known]
        if unknown:
            limit = f"one of {', '.join(sorted(known))}" if known else "this route takes no parameters"
            raise Invalid(*(Violation(name[:_SHOWN_CHARACTERS], limit, "an unknown parameter") for name in unknown))
    return next_middleware(app)
