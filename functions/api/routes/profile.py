"""/api/profile: read it, set fields of it by hand, ask what is behind it"""

from http import HTTPStatus
from typing import Annotated

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.params import Body, Header
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from identity import identity_of
from models.explanation import ExplanationView
from models.profile import ProfileChange
from voice_engine.bootstrap import engine
from voice_engine.cache import Entry
from voice_engine.profiles import ANY

router = APIGatewayHttpRouter()


@router.get("/api/profile/style", summary="The profile that holds now", tags=["profile"])
def style(if_none_match: Annotated[str | None, Header(alias="If-None-Match")] = None) -> Response[str]:
    entry = engine().profile_desk.style(identity_of(router.context).user_id)
    if not entry.absent and {entry.tag, ANY} & _tags(if_none_match):
        return Response(status_code=HTTPStatus.NOT_MODIFIED.value, body="", headers={"ETag": _etag(entry)})
    return _answer(entry)


@router.put("/api/profile/style", summary="Set any subset of the fields by hand", tags=["profile"])
def change_style(
    body: Annotated[ProfileChange, Body()],
    if_match: Annotated[str | None, Header(alias="If-Match")] = None,
) -> Response[str]:
    user_id = identity_of(router.context).user_id
    return _answer(engine().profile_desk.change(user_id, body.values(), expected=_tags(if_match)))


@router.get("/api/profile/explain", summary="What each learned value rests on", tags=["profile"])
def explain() -> ExplanationView:
    return ExplanationView.of(engine().profile_desk.learned(identity_of(router.context).user_id))


def _tags(header: str | None) -> set[str]:
    """The entity tags that a condition names, without quotes; `*` stands for any."""
    return {tag.strip().removeprefix("W/").strip('"') for tag in (header or "").split(",")} - {""}


def _etag(entry: Entry) -> str:
    return f'"{entry.tag}"'


def _answer(entry: Entry) -> Response[str]:
    """The body as it is: the cache holds it ready to send."""
    headers = {"Cache-Control": "private, no-cache"}
    if not entry.absent:
        headers["ETag"] = _etag(entry)
    return Response(status_code=HTTPStatus.OK.value, content_type="application/json", body=entry.body, headers=headers)
