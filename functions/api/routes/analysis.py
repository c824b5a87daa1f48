"""POST /api/profile/analyze-text"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from idempotency import remember
from identity import profile_of
from models.analysis import AnalyzeText
from models.style import StyleView
from models.voices import Voice
from routes.profile import STYLE_HEADERS, style_answer
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE

router = APIGatewayHttpRouter()


@router.post(
    "/api/profile/analyze-text",
    summary="Learn from a text written without a draft",
    tags=["profile"],
    openapi_extensions=answers(StyleView, headers=STYLE_HEADERS),
)
def analyze_text(body: Annotated[AnalyzeText, Body()], voice: Voice = DEFAULT_VOICE) -> Response[str]:
    profile = profile_of(router.context, voice)
    keep = remember(router.context, style_answer, about=lambda _: [profile.key])
    if body.file is not None:
        return style_answer(engine().analysis.of_file(profile, body.file.name, body.file.decoded(), keep=keep))
    return style_answer(engine().analysis.of_text(profile, body.text or "", keep=keep))
