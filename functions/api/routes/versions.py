"""/api/profile/versions, rollback, reset: the ways back"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from conditions import IfMatch, tags
from idempotency import remember
from identity import profile_of
from models.versions import RollBack, VersionList, VersionView
from models.voices import Voice
from routes.profile import CHANGED, style_answer
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE

router = APIGatewayHttpRouter()


@router.get("/api/profile/versions", summary="The versions that can be gone back to", tags=["profile"])
def versions(voice: Voice = DEFAULT_VOICE) -> VersionList:
    newest = engine().version_history.newest(profile_of(router.context, voice))
    return VersionList(items=[VersionView.of(version) for version in newest])


@router.post("/api/profile/rollback", summary="Go back to a version", tags=["profile"], openapi_extensions=CHANGED)
def roll_back(
    body: Annotated[RollBack, Body()], if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE
) -> Response[str]:
    profile = profile_of(router.context, voice)
    keep = remember(router.context, style_answer, about=lambda _: [profile.key])
    found = engine().version_history.roll_back(profile, body.version_id, expected=tags(if_match), keep=keep)
    return style_answer(found)


@router.post("/api/profile/reset", summary="Start over", tags=["profile"], openapi_extensions=CHANGED)
def reset(if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE) -> Response[str]:
    profile = profile_of(router.context, voice)
    keep = remember(router.context, style_answer, about=lambda _: [profile.key])
    return style_answer(engine().version_history.reset(profile, expected=tags(if_match), keep=keep))
