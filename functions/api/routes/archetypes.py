"""/api/profile/archetypes and apply-archetype: kinds of writers that a voice can start from"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from conditions import IfMatch, tags
from documented import answers
from idempotency import remember
from identity import profile_of
from models.archetypes import ApplyArchetype, ArchetypeList, ArchetypeView, CreateArchetype
from models.named import ArchetypeSlug
from models.voices import Voice
from models.wire import Wire
from routes.profile import CHANGED, style_answer
from voice_engine.archetypes import Listed, answers_about
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.voice.archetypes import MOST_OWN

router = APIGatewayHttpRouter()


@router.get(
    "/api/profile/archetypes",
    summary="The presets and one's own",
    tags=["archetypes"],
    openapi_extensions=answers(ArchetypeList),
)
def listed(voice: Voice = DEFAULT_VOICE) -> Response[str]:
    found = engine().archetype_library.listed(profile_of(router.context, voice))
    return _answer(ArchetypeList.of(found, MOST_OWN), HTTPStatus.OK)


@router.post(
    "/api/profile/archetypes",
    summary="Make one of one's own",
    tags=["archetypes"],
    status_code=HTTPStatus.CREATED.value,
    openapi_extensions=answers(ArchetypeView, refuses={"already_exists": 409, "limit_reached": 409}),
)
def create(body: Annotated[CreateArchetype, Body()], voice: Voice = DEFAULT_VOICE) -> Response[str]:
    profile = profile_of(router.context, voice)
    made = engine().archetype_library.create(
        profile,
        body.slug,
        body.name,
        body.description,
        body.values.values() if body.values else None,
        keep=remember(router.context, _created, about=lambda _: [answers_about(body.slug), profile.key]),
    )
    return _created(made)


@router.delete(
    "/api/profile/archetypes/<archetype>",
    summary="Remove one of one's own",
    tags=["archetypes"],
    status_code=HTTPStatus.NO_CONTENT.value,
)
def remove(archetype: ArchetypeSlug, voice: Voice = DEFAULT_VOICE) -> Response[str]:
    engine().archetype_library.remove(profile_of(router.context, voice), archetype)
    return Response(status_code=HTTPStatus.NO_CONTENT.value, body="")


@router.post(
    "/api/profile/apply-archetype",
    summary="Put an archetype below the voice, or take it off",
    tags=["archetypes"],
    openapi_extensions=CHANGED,
)
def apply(
    body: Annotated[ApplyArchetype, Body()], if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE
) -> Response[str]:
    profile = profile_of(router.context, voice)
    keep = remember(router.context, style_answer, about=lambda _: [profile.key])
    library = engine().archetype_library
    return style_answer(library.apply(profile, body.slug, expected=tags(if_match), keep=keep))


def _created(made: Listed) -> Response[str]:
    return _answer(ArchetypeView.of(made), HTTPStatus.CREATED)


def _answer(body: Wire, status: HTTPStatus) -> Response[str]:
    """Without the fields that an archetype says nothing of."""
    text = body.model_dump_json(by_alias=True, exclude_unset=True)
    return Response(status_code=status.value, content_type="application/json", body=text)
