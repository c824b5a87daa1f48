"""POST /api/profile/analyze-text"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from conditions import IfMatch, tags
from idempotency import remember
from identity import profile_of
from models.analysis import AnalyzeText
from models.voices import Voice
from routes.profile import CHANGED, style_answer
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE

router = APIGatewayHttpRouter()


@router.post(
    "/api/profile/analyze-text",
    summary="Learn from a text written without a draft",
    description="It is handed over on purpose, so it is learned from even while learning from edits is paused.",
    tags=["profile"],
    openapi_extensions=CHANGED,
)
def analyze_text(
    body: Annotated[AnalyzeText, Body()], if_match: IfMatch = None, voice: Voice = DEFAULT_VOICE
) -> Response[str]:
    profile = profile_of(router.context, voice)
    keep = remember(router.context, style_answer, about=lambda _: [profile.key])
    expected, analysis = tags(if_match), engine().analysis
    if body.file is not None:
        content = body.file.decoded()
        return style_answer(analysis.of_file(profile, body.file.name, content, expected=expected, keep=keep))
    return style_answer(analysis.of_text(profile, body.text or "", expected=expected, keep=keep))
