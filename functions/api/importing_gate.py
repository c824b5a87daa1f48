"""While the voices of an import are being made its account takes no other write."""

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

import problems
from identity import ADMINISTRATION, PUBLIC, identity_of
from rate_limits import READS
from voice_engine.bootstrap import engine
from voice_engine.errors import ImportRunning, Unavailable

# The import itself, what writes nothing, and erasing all: that ends an import, too.
_OPEN = frozenset(
    {
        ("POST", "/api/profile/import"),
        ("DELETE", "/api/profile/import"),
        ("DELETE", "/api/profile"),
        ("POST", "/api/voice/apply"),
        ("POST", "/api/voice/check"),
    }
)


def refused(request: APIGatewayProxyEventV2, app: APIGatewayHttpResolver) -> Response[str] | None:
    """The refusal of a write that has to wait; None for what may go on."""
    route = (request.http_method, request.path)
    if request.http_method in READS or route in _OPEN | PUBLIC or request.path.startswith(ADMINISTRATION):
        return None
    try:
        engine().importing.check_closed(identity_of(app.context).user_id)
    except ImportRunning as running:
        return problems.importing(running)
    except Unavailable as unavailable:
        return problems.unavailable(unavailable)
    return None
