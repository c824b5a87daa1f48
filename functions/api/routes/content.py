"""/api/content: register a draft, list, read, save edits, delete"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from idempotency import remember
from identity import identity_of, profile_of
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
from models.cursor import Cursor
from models.named import ContentId
from models.voices import OtherVoice, Voice
from voice_engine.bootstrap import engine
from voice_engine.contents import Saved
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.store.contents import Content

router = APIGatewayHttpRouter()


@router.post(
    "/api/content",
    summary="Register a draft that was written elsewhere",
    tags=["content"],
    status_code=HTTPStatus.CREATED.value,
    openapi_extensions=answers(headers=["Location"]),
)
def register(body: Annotated[RegisterContent, Body()], voice: Voice = DEFAULT_VOICE) -> Response[ContentView]:
    keep = remember(router.context, _registered, about=lambda content: [content.id])
    return _registered(engine().content_library.register(profile_of(router.context, voice), body.draft(), keep=keep))


def _registered(content: Content) -> Response[ContentView]:
    return Response(
        status_code=HTTPStatus.CREATED.value,
        content_type="application/json",
        body=ContentView.of(content),
        headers={"Location": f"/api/content/{content.id}"},
    )


@router.get("/api/content", summary="The person's contents, newest first", tags=["content"])
def newest(
    limit: Annotated[int, Query(ge=1, le=PAGE, description="how many at most")] = 20,
    after: Cursor = None,
    voice: Voice = DEFAULT_VOICE,
) -> ContentPage:
    start = place(after) if after is not None else None
    found = engine().content_library.newest(profile_of(router.context, voice), after=start, limit=limit + 1)
    page = found[:limit]
    return ContentPage(
        items=[ContentLine.of(content) for content in page],
        next_cursor=cursor(page[-1]) if len(found) > limit else None,
    )


@router.get("/api/content/<content_id>", summary="One content", tags=["content"])
def read(content_id: ContentId, voice: OtherVoice = None) -> ContentView:
    user_id = identity_of(router.context).user_id
    return ContentView.of(engine().content_library.get(user_id, content_id, voice=voice))


@router.post(
    "/api/content/<content_id>/save-edits",
    summary="Save what the writer made of it",
    tags=["content"],
    openapi_extensions=answers(refuses={"stale": 409, "wrong_form": 409}),
)
def save_edits(content_id: ContentId, body: Annotated[SaveEdits, Body()], voice: OtherVoice = None) -> SavedView:
    saved = engine().content_library.save_edits(
        identity_of(router.context).user_id,
        content_id,
        posts=body.texts,
        thread=body.posts is not None,
        based_on=body.base_rev,
        voice=voice,
        keep=remember(router.context, _saved, about=lambda saved: [saved.content.id, saved.edit_id]),
    )
    return _saved(saved)


def _saved(saved: Saved) -> SavedView:
    job_id = saved.edit_id if saved.status == "queued" else None
    ticket = LearningTicket(status=saved.status, edit_id=saved.edit_id, job_id=job_id, reason=saved.reason)
    return SavedView(content=ContentView.of(saved.content), learning=ticket)


@router.delete(
    "/api/content/<content_id>",
    summary="Delete a content and the texts of its edits",
    description="What was learned from them stays. Edits that wait never will be learned.",
    tags=["content"],
    status_code=HTTPStatus.NO_CONTENT.value,
)
def delete(content_id: ContentId, voice: OtherVoice = None) -> Response[str]:
    engine().content_library.delete(identity_of(router.context).user_id, content_id, voice=voice)
    return Response(status_code=HTTPStatus.NO_CONTENT.value, body="")
