"""DELETE /api/edits/{editId}"""

from http import HTTPStatus

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers
from identity import identity_of
from models.learning import LearningView
from models.named import EditId
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.delete(
    "/api/edits/<edit_id>",
    summary="Unlearn one edit",
    description="The texts of this save are gone at once; the learner then makes the profile what it would be without "
    "it, and drops the versions that knew it. The content keeps its current text, and its next edit the text that it "
    "began from, until the content is deleted. Voices that were started from this one and archetypes that were made of "
    "it are copies: they keep what they took over.",
    tags=["learning"],
    status_code=HTTPStatus.ACCEPTED.value,
    openapi_extensions=answers(headers=["Location"]),
)
def unlearn(edit_id: EditId) -> Response[LearningView]:
    user_id = identity_of(router.context).user_id
    engine().unlearning.ask(user_id, edit_id)
    return Response(
        status_code=HTTPStatus.ACCEPTED.value,
        content_type="application/json",
        body=LearningView.of(engine().learning_progress.of(user_id, edit_id)),
        headers={"Location": f"/api/learning/{edit_id}"},
    )
