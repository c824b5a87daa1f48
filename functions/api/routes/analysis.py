"""POST /api/profile/analyze-text"""

from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import identity_of
from models.analysis import AnalyzeText
from routes.profile import style_answer
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.post("/api/profile/analyze-text", summary="Learn from a text written without a draft", tags=["profile"])
def analyze_text(body: Annotated[AnalyzeText, Body()]) -> Response[str]:
    user_id = identity_of(router.context).user_id
    if body.file is not None:
        return style_answer(engine().analysis.of_file(user_id, body.file.name, body.file.decoded()))
    return style_answer(engine().analysis.of_text(user_id, body.text or ""))
