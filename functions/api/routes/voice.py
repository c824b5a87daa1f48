"""/api/voice: the voice put to use on a text, without a model"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import identity_of
from models.voice import AppliedView, ApplyVoice, CheckView, CheckVoice
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.post("/api/voice/apply", summary="Make what was set by hand true of a text", tags=["voice"])
def apply(body: Annotated[ApplyVoice, Body()]) -> AppliedView:
    user_id = identity_of(router.context).user_id
    return AppliedView.of(*engine().voice_desk.apply(user_id, body.text, language=body.language))


@router.post("/api/voice/check", summary="How well a text fits the voice, and what goes against it", tags=["voice"])
def check(body: Annotated[CheckVoice, Body()]) -> CheckView:
    user_id = identity_of(router.context).user_id
    return CheckView.of(*engine().voice_desk.check(user_id, body.text, text_format=body.format, language=body.language))
