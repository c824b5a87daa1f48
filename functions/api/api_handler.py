"""The API Lambda for everything that is fast: reads, edits, health. It translates between HTTP and the use cases."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

import problems
from access_log import logged
from identity import authenticate
from routes import content, health, learning, profile
from voice_engine.bootstrap import engine

# Reading the settings here makes a wrong one stop the start and not the first request.
engine()

app = APIGatewayHttpResolver(
    enable_validation=True, response_validation_error_http_code=500, json_body_deserializer=problems.json_body
)
for routes in (health, profile, content, learning):
    app.include_router(routes.router)
problems.handle_with(app)


@logged
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answers one HTTP API request (payload format 2.0)."""
    request = APIGatewayProxyEventV2(event)
    refusal = problems.unreadable(request) or authenticate(request, app)
    if refusal is not None:
        return problems.as_result(refusal, request)
    return app.resolve(event, context)
