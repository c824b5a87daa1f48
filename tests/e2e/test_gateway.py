"""What `make start` answers to requests that a client gets wrong, over HTTP: the same as on AWS."""

import gzip
import http.client
import json
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from local.keys import sign_token, signing_key
from tests.waiting import PATIENCE_SECONDS

_DRAFT = json.dumps({"text": "Grüße aus dem Hafen.", "platform": "blog"}, ensure_ascii=False)


class Client:
    def __init__(self, service: tuple[Path, str]) -> None:
        checkout, url = service
        self._address = urlsplit(url).netloc
        self._token = sign_token(signing_key(checkout / ".local"), user=f"user-{uuid4()}")

    def __call__(
        self, method: str, path: str, body: bytes | None = None, kind: str = "application/json"
    ) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self._address, timeout=PATIENCE_SECONDS)
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": kind}
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        with closing(connection), answer:
            return answer.status, answer.read()


@pytest.fixture
def ask(learning_service: tuple[Path, str]) -> Client:
    return Client(learning_service)


@pytest.mark.parametrize("path", ["/api/content", "/api/profile/analyze-text"])
@pytest.mark.parametrize(
    "body",
    [_DRAFT.encode("latin-1"), _DRAFT.encode("utf-16"), gzip.compress(_DRAFT.encode())],
    ids=["latin-1", "utf-16", "gzip"],
)
def test_a_body_that_is_not_utf_8_is_no_json(ask: Client, path: str, body: bytes) -> None:
    status, text = ask("POST", path, body)
    assert (status, json.loads(text)["code"]) == (400, "invalid_json")


@pytest.mark.parametrize("kind", ["APPLICATION/JSON", "Application/Json; Charset=UTF-8"])
def test_a_media_type_is_read_in_any_case(ask: Client, kind: str) -> None:
    assert ask("POST", "/api/content", _DRAFT.encode(), kind)[0] == 201


@pytest.mark.parametrize("path", ["/health", "/api/profile/style"])
def test_head_is_no_route(ask: Client, path: str) -> None:
    assert ask("HEAD", path) == (404, b"")
    assert ask("PATCH", path) == (404, b'{"message":"Not Found"}\n')


@pytest.mark.parametrize(
    "path",
    [
        "/api/content/%C2%AF/save-edits?voice=default",
        "/api/content/%0A/save-edits",
        "/api/content/..%2F/save-edits",
        "/api/content//save-edits",
        "/api/content/../save-edits",
        "/api/content/",
        "/api/content%2F",
        "/api/content/%FF/save-edits",
    ],
)
@pytest.mark.parametrize("body", [b'{"editedText": "Mine."}', b"{", b"\xff"], ids=["edit", "half", "bytes"])
def test_a_path_that_names_nothing_is_404_with_any_body(ask: Client, path: str, body: bytes) -> None:
    assert ask("POST", path, body)[0] == 404
