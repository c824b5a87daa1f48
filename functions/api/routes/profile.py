"""/api/profile: read it, set fields of it by hand, ask what is behind it"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from conditions import IfMatch, IfNoneMatch, tags
from documented import answers
from identity import profile_of
from models.explanation import ExplanationView
from models.named import FieldPath
from models.profile import PHRASE_CHARACTERS, LearningChange, ProfileChange
from models.style import StyleView
from models.voices import Voice
from voice_engine.bootstrap import engine
from voice_engine.cache import Entry
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.profiles import ANY
from voice_engine.voice import visible

router = APIGatewayHttpRouter()

STYLE_HEADERS = ("ETag", "Cache-Control")
# What every route answers that changes the profile of one voice.
CHANGED = answers(StyleView, headers=STYLE_HEADERS, refuses={"stale": 412})


@router.get(
    "/api/profile/style",
    summary="The profile that holds now",
    tags=["profile"],
    openapi_extensions=answers(StyleView, headers=STYLE_HEADERS, also={304: None}),
)
def style(if_none_match: IfNoneMatch = None, voice: Voice = DEFAULT_VOICE) -> Response[str]:
    entry = engine().profile_desk.style(profile_of(router.context, voice))
    if not entry.absent and {entry.tag, ANY} & (tags(if_none_match) or set()):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, body="", headers=_headers(entry))
    return style_answer(entry)


@router.put(
    "/api/profile/style",
    summary="Set any subset of the fields by hand",
    description="Only what differs from the value that shows is set; learning leaves it alone from then on. A value "
    "that shows already becomes a rule by `PUT /api/profile/overrides/{path}`.",
    tags=["profile"],
    openapi_extensions=CHANGED,
)
def change_style(
    body: Annotated[ProfileChange, Body()],
    if_match: IfMatch = None,
    voice: Voice = DEFAULT_VOICE,
) -> Response[str]:
    profile = profile_of(router.context, voice)
    return style_answer(engine().profile_desk.change(profile, body.values(), expected=tags(if_match)))


@router.get("/api/profile/explain", summary="What each learned value rests on", tags=["profile"])
def explain(voice: Voice = DEFAULT_VOICE) -> ExplanationView:
    return ExplanationView.of(engine().explainer.of(profile_of(router.context, voice)))


@router.put(
    "/api/profile/overrides/<field>",
    summary="Lock one field at the value that holds now",
    description="Learned, inherited or neutral: it is set by hand from then on, and learning leaves it alone.",
    tags=["profile"],
    openapi_extensions=CHANGED,
)
def lock(field: FieldPath, if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE) -> Response[str]:
    profile = profile_of(router.context, voice)
    return style_answer(engine().profile_desk.lock(profile, field, expected=tags(if_match)))


@router.delete(
    "/api/profile/overrides/<field>", summary="Unlock one field", tags=["profile"], openapi_extensions=CHANGED
)
def unlock(field: FieldPath, if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE) -> Response[str]:
    profile = profile_of(router.context, voice)
    return style_answer(engine().profile_desk.unlock(profile, field, expected=tags(if_match)))


@router.delete(
    "/api/profile/phrases",
    summary="Never learn this phrase again",
    tags=["profile"],
    openapi_extensions=answers(StyleView, headers=STYLE_HEADERS, refuses={"stale": 412, "limit_reached": 409}),
)
def forget_phrase(
    phrase: Annotated[
        str, Query(min_length=1, max_length=PHRASE_CHARACTERS, pattern=visible.PATTERN, description="the phrase")
    ],
    if_match: IfMatch = None,
    voice: Voice = DEFAULT_VOICE,
) -> Response[str]:
    profile = profile_of(router.context, voice)
    return style_answer(engine().profile_desk.forget_phrase(profile, phrase, expected=tags(if_match)))


@router.put(
    "/api/profile/learning",
    summary="Pause learning or go on with it",
    description="Learning from edits: what is saved while it is paused is never learned. A text that is given to "
    "`POST /api/profile/analyze-text` is.",
    tags=["profile"],
    openapi_extensions=CHANGED,
)
def switch_learning(
    body: Annotated[LearningChange, Body()],
    if_match: IfMatch = None,
    voice: Voice = DEFAULT_VOICE,
) -> Response[str]:
    profile = profile_of(router.context, voice)
    return style_answer(engine().profile_desk.switch_learning(profile, on=body.learning, expected=tags(if_match)))


def _headers(entry: Entry) -> dict[str, str | list[str]]:
    tag: dict[str, str | list[str]] = {} if entry.absent else {"ETag": f'"{entry.tag}"'}
    return {"Cache-Control": "private, no-cache", **tag}


def style_answer(entry: Entry) -> Response[str]:
    """The body as it is: the cache holds it ready to send."""
    status = HTTPStatus.OK.value
    return Response(status_code=status, content_type="application/json", body=entry.body, headers=_headers(entry))
