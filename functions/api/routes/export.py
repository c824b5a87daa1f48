"""GET /api/profile/export"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from identity import identity_of
from models.export import CURSOR_CHARACTERS, ITEMS, ExportPage, page_json, page_number, place
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.get(
    "/api/profile/export",
    summary="Everything of the person, over all voices, by pages",
    description="Without what follows from the log by itself: snapshots, scores, caches.",
    tags=["profile"],
    openapi_extensions=answers(ExportPage, headers=("Cache-Control",), refuses={"stale": 409}),
)
def export(
    after: Annotated[
        str | None,
        Query(alias="cursor", max_length=CURSOR_CHARACTERS, description="the `nextCursor` of the page before"),
    ] = None,
) -> Response[str]:
    start = place(after) if after is not None else None
    found = engine().exporter.items(identity_of(router.context).user_id, start, limit=ITEMS + 1)
    return Response(
        status_code=HTTPStatus.OK.value,
        content_type="application/json",
        body=page_json(page_number(after), found),
        headers={"Cache-Control": "no-store"},
    )
