"""/api/profile/export, and what has become of an import"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from identity import identity_of
from models.export import CURSOR_CHARACTERS, CURSOR_FORM, ITEMS, ExportPage, page_json, page_number, place
from models.imports import ImportView
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
        Query(
            alias="cursor",
            min_length=1,
            max_length=CURSOR_CHARACTERS,
            pattern=CURSOR_FORM,
            description="the `nextCursor` of the page before",
        ),
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


@router.get(
    "/api/profile/import",
    summary="What has become of the import",
    tags=["profile"],
    openapi_extensions=answers(refuses={"not_found": 404}),
)
def import_status() -> ImportView:
    return ImportView.of(engine().importing.status(identity_of(router.context).user_id))


@router.delete(
    "/api/profile/import",
    summary="Throw away an import that is not whole",
    tags=["profile"],
    status_code=HTTPStatus.NO_CONTENT.value,
    openapi_extensions=answers(refuses={"not_found": 404, "importing": 409}),
)
def discard_import() -> Response[str]:
    engine().importing.discard(identity_of(router.context).user_id)
    return Response(status_code=HTTPStatus.NO_CONTENT.value, body="")
