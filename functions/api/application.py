"""What both API functions are: the routes that each is given, behind one door."""

from collections.abc import Sequence
from types import ModuleType
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2
from aws_lambda_powertools.utilities.typing import LambdaContext

import importing_gate
import problems
from access_log import Handler, logged
from audit import audited
from cors import cross_origin
from idempotency import once
from identity import authenticate
from paths import Resolver, leads_nowhere
from rate_limits import limited
from security_headers import protected
from undeclared import refuse_undeclared
from voice_engine.bootstrap import engine
from voice_engine.rate_limit import Operations


def application(
    routes: Sequence[ModuleType], *, body_bytes: int = problems.BODY_BYTES, operations: Operations = "writes"
) -> Handler:
    """A handler of HTTP API requests (payload format 2.0) for the `router` of each of `routes`.

    A body of more than `body_bytes` is refused; Lambda itself takes 6 MB. What does not only read is limited as
    `operations`.
    """
    # Reading the settings here makes a wrong one stop the start and not the first request.
    engine()
    app = Resolver(
        enable_validation=True, response_validation_error_http_code=500, json_body_deserializer=problems.json_body
    )
    for module in routes:
        app.include_router(module.router)
    app.use([refuse_undeclared])
    problems.handle_with(app)

    @logged
    @audited
    @protected
    @cross_origin
    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        event = _with_plain_headers(event)
        request = APIGatewayProxyEventV2(event)
        # The resolver forgets who asked when it has answered; a request that never reached it left that behind.
        app.clear_context()
        try:
            return _answer(app, request, context, body_bytes, operations)
        except Exception as error:  # noqa: BLE001 - what leaves the handler is logged by Lambda with its message
            return problems.as_result(problems.internal(error), request)

    return handler


def _answer(
    app: Resolver, request: APIGatewayProxyEventV2, context: LambdaContext, body_bytes: int, operations: Operations
) -> dict[str, Any]:
    refusal = authenticate(request, app)
    if refusal is not None:
        return problems.as_result(refusal, request)
    # Refused for what it asks, too, a request counts; that of a body that nobody reads does not.
    nowhere = leads_nowhere(request, app)
    if nowhere is not None:
        return limited(request, app, operations, lambda: problems.as_result(nowhere, request))
    refusal = problems.unreadable(request, body_bytes) or importing_gate.refused(request, app)
    if refusal is not None:
        return problems.as_result(refusal, request)
    # A replay is no operation: it comes before the limit.
    return once(
        request, app, lambda: limited(request, app, operations, lambda: app.resolve(request.raw_event, context))
    )


def _with_plain_headers(event: dict[str, Any]) -> dict[str, Any]:
    """Names of headers are the same in any case (RFC 9110, section 5.1), and so are media types (section 8.3.1): from
    here on the lower one stands."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    if "content-type" in headers:
        headers["content-type"] = headers["content-type"].lower()
    return {**event, "headers": headers}
