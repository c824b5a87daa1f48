"""GET /openapi.json and GET /docs: the contract, for programs and for people"""

import base64
import hashlib
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
    text = _published("docs.html")
    return Response(HTTPStatus.OK.value, _PAGE, text, headers={**_HEADERS, "Content-Security-Policy": _policy(text)})


@cache
def _policy(text: str) -> str:
    """Lets the page's own style be, known by its hash, and nothing else."""
    style = text.partition("<style>")[2].partition("</style>")[0]
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


@cache
def _published(name: str) -> str:
    """Made from the code by `make openapi`: making it here would cost a start seconds, reading it costs nobody any."""
    return (_PUBLISHED / name).read_text("utf-8")
