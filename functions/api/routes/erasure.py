"""DELETE /api/profile, DELETE /api/voices/{slug} and GET /api/erasure: what is a person's, erased for good"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from identity import identity_of, profile_of
from models.erasure import ErasureView
from models.named import VoiceSlug
from models.voices import Voice
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.store.erasures import Erasure

router = APIGatewayHttpRouter()

_STATUS = "/api/erasure"


@router.delete(
    "/api/profile",
    summary="Erase everything of the person",
    description="Every voice, content, edit and log, for good. Until that is done, nothing can be written, and what is "
    "not deleted yet may still be read.",
    tags=["profile"],
    status_code=HTTPStatus.ACCEPTED.value,
    openapi_extensions=answers(headers=["Location"]),
)
def erase_person() -> Response[ErasureView]:
    return _accepted(engine().eraser.erase_person(identity_of(router.context).user_id), _STATUS)


@router.delete(
    "/api/voices/<voice>",
    summary="Erase one voice",
    description="With its contents, edits and log, for good. The default voice can be reset, or erased with all else.",
    tags=["voices"],
    status_code=HTTPStatus.ACCEPTED.value,
    openapi_extensions=answers(headers=["Location"], refuses={"wrong_form": 409}),
)
def erase_voice(voice: VoiceSlug) -> Response[ErasureView]:
    return _accepted(engine().eraser.erase_voice(profile_of(router.context, voice)), f"{_STATUS}?voice={voice}")


@router.get(
    _STATUS,
    summary="What has become of an erasure",
    description="The newest one that takes the voice: its own, or that of the person. The default voice goes with the "
    "person alone. Until it is `done`, what is not deleted yet may still be read.",
    tags=["profile"],
)
def status(voice: Voice = DEFAULT_VOICE) -> ErasureView:
    return ErasureView.of(engine().eraser.status(profile_of(router.context, voice)))


def _accepted(erasure: Erasure, location: str) -> Response[ErasureView]:
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=ErasureView.of(erasure),
        headers={"Location": location},
    )
