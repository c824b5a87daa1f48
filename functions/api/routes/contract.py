"""GET /openapi.json and GET /docs: the contract, for programs and for people"""

from functools import cache
from http import HTTPStatus
from pathlib import Path

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from documented import answers

router = APIGatewayHttpRouter()

_PUBLISHED = Path(__file__).parent.parent / "published"
_HEADERS = {"Cache-Control": "public, max-age=300"}
_PAGE = "text/html; charset=utf-8"


@router.get(
    "/openapi.json",
    summary="This document",
    tags=["operation"],
    openapi_extensions=answers(headers=["Cache-Control"]),
)
def openapi() -> Response[str]:
    return Response(HTTPStatus.OK.value, "application/json", _published("openapi.json"), headers=dict(_HEADERS))


@router.get(
    "/docs",
    summary="This document as a page to read",
    tags=["operation"],
    openapi_extensions=answers(media_type=_PAGE, headers=["Cache-Control"]),
)
def page() -> Response[str]:
    return Response(HTTPStatus.OK.value, _PAGE, _published("docs.html"), headers=dict(_HEADERS))


@cache
def _published(name: str) -> str:
    """Made from the code by `make openapi`: making it here would cost a start seconds, reading it costs nobody any."""
    return (_PUBLISHED / name).read_text("utf-8")
