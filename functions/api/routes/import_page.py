"""POST /api/profile/import"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from idempotency import remember
from identity import identity_of
from models.imports import ImportPage, ImportView
from voice_engine.bootstrap import engine
from voice_engine.store.imports import Import

router = APIGatewayHttpRouter()


@router.post(
    "/api/profile/import",
    summary="Take in one page of an export",
    description="Into an account that holds nothing, page by page in their order; after the last one the learner "
    "makes the voices of it. Where the account was written to meanwhile, the next page is refused as `not_empty`: "
    "`DELETE /api/profile/import` throws away what was taken, and the account stays as it is.",
    tags=["profile"],
    status_code=HTTPStatus.ACCEPTED.value,
    openapi_extensions=answers(
        ImportView, headers=("Location",), refuses={"importing": 409, "not_empty": 409, "out_of_order": 409}
    ),
)
def import_page(body: Annotated[ImportPage, Body()]) -> Response[ImportView]:
    keep = remember(router.context, _accepted)
    return _accepted(engine().importing.take(identity_of(router.context).user_id, body.read(), keep=keep))


def _accepted(found: Import) -> Response[ImportView]:
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=ImportView.of(found),
        headers={"Location": "/api/profile/import"},
    )
