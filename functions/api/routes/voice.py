"""/api/voice: the voice put to use on a text, without a model"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import profile_of
from models.voice import AppliedView, ApplyVoice, CheckView, CheckVoice
from models.voices import Voice
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE

router = APIGatewayHttpRouter()


@router.post("/api/voice/apply", summary="Make what was set by hand true of a text", tags=["voice"])
def apply(body: Annotated[ApplyVoice, Body()], voice: Voice = DEFAULT_VOICE) -> AppliedView:
    profile = profile_of(router.context, voice)
    return AppliedView.of(*engine().voice_desk.apply(profile, body.text, language=body.language))


@router.post("/api/voice/check", summary="How well a text fits the voice, and what goes against it", tags=["voice"])
def check(body: Annotated[CheckVoice, Body()], voice: Voice = DEFAULT_VOICE) -> CheckView:
    profile = profile_of(router.context, voice)
    return CheckView.of(engine().voice_desk.check(profile, body.text, text_format=body.kind, language=body.language))
