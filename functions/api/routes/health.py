"""GET /health"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from models.health import HealthView
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.get(
    "/health",
    summary="Whether the service can do its work",
    tags=["operation"],
    openapi_extensions=answers(headers=["Cache-Control"], also={503: HealthView}),
)
def health() -> Response[HealthView]:
    found = engine().health.check()
    status = HTTPStatus.SERVICE_UNAVAILABLE if found.status == "down" else HTTPStatus.OK
    return Response(
        status_code=status.value,
        content_type="application/json",
        body=HealthView.of(found),
        headers={"Cache-Control": "no-store"},
    )
