"""GET /api/learning/{editId}"""

from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import identity_of
from models.learning import LearningView
from models.named import EditId
from voice_engine.bootstrap import engine

router = APIGatewayHttpRouter()


@router.get("/api/learning/<edit_id>", summary="What has become of a saved edit", tags=["learning"])
def learning(edit_id: EditId) -> LearningView:
    user_id = identity_of(router.context).user_id
    return LearningView.of(engine().learning_progress.of(user_id, edit_id))
