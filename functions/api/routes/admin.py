"""/api/admin: the learning queue, for an operator. Each call leaves a line in the log, see `audit`."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

import audit
from documented import answers
from idempotency import remember
from models.admin import DEAD_LETTERS, QueueAnswer, RetriedView, RetryFailed
from models.cursor import Cursor, place
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.get("/api/admin/queue", summary="The learning queue and its dead letters", tags=["admin"])
def queue(
    limit: Annotated[int, Query(ge=1, le=DEAD_LETTERS, description="how many dead letters at most")] = 20,
    after: Cursor = None,
) -> QueueAnswer:
    start = place(after) if after is not None else None
    view = QueueAnswer.of(engine().queue_desk.look(after=start, limit=limit + 1), limit=limit)
    audit.note(deadLetters=len(view.dead_letters.items))
    return view


@router.post(
    "/api/admin/queue/retry",
    summary="Send failed edits round again",
    tags=["admin"],
    openapi_extensions=answers(refuses={"not_found": 404}),
)
def retry(body: Annotated[RetryFailed, Body()]) -> RetriedView:
    audit.note(editId=body.edit_id or "all")
    retried = engine().queue_desk.retry(body.edit_id, keep=remember(router.context, RetriedView.of))
    audit.note(edits=retried.edits, jobs=retried.jobs)
    return RetriedView.of(retried)
