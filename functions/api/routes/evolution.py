"""/api/profile/analytics and /api/profile/evolution-timeline: how far learning has come, and how it came there"""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import profile_of
from models.analytics import AnalyticsView
from models.timeline import PAGE, TimelineCursor, TimelineView, version_of
from models.voices import Voice
from voice_engine.bootstrap import engine
from voice_engine.profile_key import DEFAULT_VOICE

router = APIGatewayHttpRouter()


@router.get("/api/profile/analytics", summary="How far learning has come, and what follows", tags=["profile"])
def analytics(voice: Voice = DEFAULT_VOICE) -> AnalyticsView:
    return AnalyticsView.of(engine().analyst.of(profile_of(router.context, voice)))


@router.get("/api/profile/evolution-timeline", summary="What moved the profile, newest first", tags=["profile"])
def timeline(
    limit: Annotated[int, Query(ge=1, le=PAGE, description="how many at most")] = 20,
    after: TimelineCursor = None,
    voice: Voice = DEFAULT_VOICE,
) -> TimelineView:
    before = version_of(after) if after is not None else None
    return TimelineView.of(engine().timeline.page(profile_of(router.context, voice), before=before, limit=limit))
