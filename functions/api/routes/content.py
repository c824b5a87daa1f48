"""/api/content: register a draft, list, read, save edits"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import identity_of
from models.content import (
    PAGE,
    ContentLine,
    ContentPage,
    ContentView,
    LearningTicket,
    RegisterContent,
    SavedView,
    SaveEdits,
    cursor,
    place,
)
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.post("/api/content", summary="Register a draft that was written elsewhere", tags=["content"])
def register(body: Annotated[RegisterContent, Body()]) -> Response[ContentView]:
    content = engine().content_library.register(identity_of(router.context).user_id, body.draft())
    return Response(
        status_code=HTTPStatus.CREATED.value,
        content_type="application/json",
        body=ContentView.of(content),
        headers={"Location": f"/api/content/{content.id}"},
    )


@router.get("/api/content", summary="The person's contents, newest first", tags=["content"])
def newest(
    limit: Annotated[int, Query(ge=1, le=PAGE)] = 20,
    after: Annotated[str | None, Query(alias="cursor", max_length=200)] = None,
) -> ContentPage:
    user_id = identity_of(router.context).user_id
    start = place(after) if after is not None else None
    found = engine().content_library.newest(user_id, after=start, limit=limit + 1)
    page = found[:limit]
    return ContentPage(
        items=[ContentLine.of(content) for content in page],
        next_cursor=cursor(page[-1]) if len(found) > limit else None,
    )


@router.get("/api/content/<content_id>", summary="One content", tags=["content"])
def read(content_id: str) -> ContentView:
    return ContentView.of(engine().content_library.get(identity_of(router.context).user_id, content_id))


@router.post("/api/content/<content_id>/save-edits", summary="Save what the writer made of it", tags=["content"])
def save_edits(content_id: str, body: Annotated[SaveEdits, Body()]) -> SavedView:
    saved = engine().content_library.save_edits(
        identity_of(router.context).user_id,
        content_id,
        posts=body.texts,
        thread=body.posts is not None,
        based_on=body.base_rev,
    )
    job_id = saved.edit_id if saved.status == "queued" else None
    ticket = LearningTicket(status=saved.status, edit_id=saved.edit_id, job_id=job_id, reason=saved.reason)
    return SavedView(content=ContentView.of(saved.content), learning=ticket)
