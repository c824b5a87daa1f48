"""`make record`: plays the tour of every route against the real gateway and keeps each request with its answer."""

import argparse
import json
import re
import sys
import uuid
from collections.abc import Iterator, Mapping
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from contract.recorded import BEARER, KEY, Exchange, Placeholders, written
from contract.tour import Request, tour
from local.api_client import PATIENCE_SECONDS, ApiClient, ApiError
from local.errors import StartError
from local.folder import ROOT
from local.keys import sign_token, signing_key
from local.own_service import own_service
from local.progress import NotLearned, await_learned
from voice_engine.settings import Settings

_BAD = 400
_SAVED = "saveEdits"
# What the answers tell of it is what a reader will see.
_AS_SHIPPED = {"RATE_LIMIT_WRITES_PER_MINUTE": str(Settings.model_fields["rate_limit_writes_per_minute"].default)}


class Player:
    """Plays requests one after the other for one person; what one captures, the next ones take."""

    def __init__(self, url: str, token: str) -> None:
        self._host = urlsplit(url).netloc
        self._token = token
        self._captured: dict[str, str] = {}
        self._client = ApiClient(url, token)

    def play(self, request: Request) -> Exchange:
        """Raises ApiError when it is refused. A saved edit is waited for until it is learned."""
        target = self._filled(request.path)
        if asked := {each.name: each.value for each in request.query if each.value is not None}:
            target += f"?{urlencode(asked)}"
        body = None if request.body is None else json.loads(self._filled(json.dumps(request.body)))
        status, headers, text = self._exchange(request, target, body)
        if status >= _BAD:
            raise ApiError(f"{request.method.upper()} {target}: {status} {text[:300]}")
        for name, steps in request.captures.items():
            self._captured[name] = _at(json.loads(text), steps)
        if request.name == _SAVED:
            await_learned(self._client, self._captured["editId"])
        shown = _headers(request, BEARER, KEY)
        return Exchange(request.name, request.method, target, shown, body, status, headers, text)

    def _exchange(self, request: Request, target: str, body: Any) -> tuple[int, Mapping[str, str], str]:
        connection = HTTPConnection(self._host, timeout=PATIENCE_SECONDS)
        try:
            sent = None if body is None else json.dumps(body)
            headers = _headers(request, self._token, str(uuid.uuid4()))
            connection.request(request.method.upper(), target, sent, headers)
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read().decode()
        finally:
            connection.close()

    def _filled(self, text: str) -> str:
        return re.sub(r"\{\{(\w+)\}\}", lambda found: self._captured[found[1]], text)


def _headers(request: Request, token: str, key: str) -> dict[str, str]:
    headers = {} if request.is_public else {"Authorization": f"Bearer {token}"}
    if request.body is not None:
        headers["Content-Type"] = "application/json"
    if request.is_repeatable:
        headers["Idempotency-Key"] = key
    return headers


def _at(body: Any, steps: tuple[str, ...]) -> str:
    for step in steps:
        body = body[int(step)] if step.isdigit() else body[step]
    assert isinstance(body, str)
    return body


def recordings() -> Iterator[tuple[str, str]]:
    """File name and text of each, from a service of this run alone and a person who is new to it."""
    document = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    placeholders = Placeholders()
    with own_service(**_AS_SHIPPED) as (url, directory):
        player = Player(url, sign_token(signing_key(directory), user="recorded", scope="admin"))
        for chapter in tour(document):
            for request in chapter.requests:
                yield f"{request.name}.http", written(player.play(request), placeholders)


def main() -> int:
    parser = argparse.ArgumentParser(prog="make record", description=__doc__)
    parser.add_argument(
        "--to", type=Path, default=ROOT / "docs" / "recorded", help="the folder, docs/recorded by default"
    )
    folder: Path = parser.parse_args().to
    try:
        made = dict(recordings())
    except (StartError, NotLearned, ApiError) as error:
        print(f"make record: {error}", file=sys.stderr)
        return 1
    folder.mkdir(parents=True, exist_ok=True)
    # All of them at once, so that a run that fails leaves the old ones whole.
    for old in folder.glob("*.http"):
        old.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
