"""The collection runs from top to bottom against the running service."""

import json
import re
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

from local.keys import sign_token, signing_key
from tests.bruno import BrunoRequest, in_order, place
from tests.waiting import PATIENCE_SECONDS


def filled(text: str, variables: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\$?\w+)\}\}", lambda found: variables[found[1]], text)


def send(request: BrunoRequest, variables: Mapping[str, str]) -> tuple[int, str]:
    """As Bruno sends it, with the environment's `url` and `token`."""
    parts = urlsplit(filled(request.url, variables))
    headers = {name: filled(value, variables) for name, value in request.headers.items()}
    if request.auth == "inherit":
        headers["Authorization"] = f"Bearer {variables['token']}"
    body = None
    if request.body is not None:
        headers["Content-Type"] = "application/json"
        body = filled(json.dumps(request.body), variables)
    connection = HTTPConnection(parts.netloc, timeout=PATIENCE_SECONDS)
    try:
        # A space of a value stands in the file as it is.
        target = quote(parts._replace(scheme="", netloc="").geturl(), safe="/?&=")
        connection.request(request.method, target, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_every_request_is_accepted(learning_service: tuple[Path, str]) -> None:
    checkout, url = learning_service
    token = sign_token(signing_key(checkout / ".local"), user=f"collection-{uuid4()}", scope="admin")
    variables = {"url": url, "token": token}
    for request in in_order():
        status, text = send(request, variables | {"$guid": str(uuid4())})
        assert 200 <= status < 300, (request.file.name, text)
        variables |= {name: place(captured, json.loads(text)) for name, captured in request.captures.items()}
