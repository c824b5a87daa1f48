"""/api/voices: a person's voices"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from idempotency import remember
from identity import identity_of, profile_of
from models.voices import StartVoice, VoiceList, VoiceView
from voice_engine.bootstrap import engine
from voice_engine.profile_key import MOST_VOICES
from voice_engine.store.profiles import VoiceSummary

router = APIGatewayHttpRouter()


@router.get("/api/voices", summary="The person's voices", tags=["voices"])
def voices() -> VoiceList:
    return VoiceList.of(*engine().voices.of(identity_of(router.context).user_id), MOST_VOICES)


@router.post(
    "/api/voices",
    summary="Make a voice that starts as the default voice is today",
    description="It takes over what the default voice holds now, learned or set by hand, but for its sample posts, and "
    "drifts from that on its own edits. What was set by hand is a rule of the voice where it was set: here it is a "
    "value to start from, and no rule for `apply` and `check` until it is set here. A phrase that was deleted there "
    "may be learned here.",
    tags=["voices"],
    status_code=HTTPStatus.CREATED.value,
    openapi_extensions=answers(headers=["Location"], refuses={"already_exists": 409, "limit_reached": 409}),
)
def start(body: Annotated[StartVoice, Body()]) -> Response[VoiceView]:
    keep = remember(router.context, _started)
    return _started(engine().voices.start(profile_of(router.context, body.slug), keep=keep))


def _started(voice: VoiceSummary) -> Response[VoiceView]:
    return Response(
        status_code=HTTPStatus.CREATED.value,
        content_type="application/json",
        body=VoiceView.of(voice),
        headers={"Location": f"/api/profile/style?voice={voice.slug}"},
    )
