"""The client that `make start` and `make learn-from` send with waits when it is told to, and no shorter."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from local import api_client
from local.api_client import ApiClient, ApiError

type Reply = tuple[int, dict[str, str], dict[str, str]]


class Server(ThreadingHTTPServer):
    """Gives its replies one after the other, and remembers what was sent."""

    def __init__(self, replies: list[Reply]) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.replies = replies
        self.sent: list[bytes] = []


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        self.server.sent.append(self.rfile.read(int(self.headers["Content-Length"])))
        status, headers, body = self.server.replies.pop(0)
        text = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(text))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        """Nothing: a test's output is for its failures."""


@pytest.fixture
def server() -> Iterator[Server]:
    with Server([]) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    waits: list[float] = []
    monkeypatch.setattr(api_client.time, "sleep", waits.append)
    return waits


def test_it_sends_again_when_the_time_has_passed_that_it_is_told(server: Server, waits: list[float]) -> None:
    limited, throttled = (429, {"Retry-After": "37"}, {"code": "rate_limited"}), (429, {}, {"message": "Too Many"})
    server.replies += [limited, throttled, limited, (201, {}, {"id": "made"})]
    client = ApiClient(f"http://127.0.0.1:{server.server_address[1]}", "a-token")
    assert client.post("/api/content", {"text": "A draft."}) == {"id": "made"}
    assert waits == [37.0, 1.0, 37.0]
    assert [json.loads(body) for body in server.sent] == [{"text": "A draft."}] * 4


def test_another_refusal_is_told_at_once(server: Server, waits: list[float]) -> None:
    server.replies.append((503, {"Retry-After": "5"}, {"code": "unavailable"}))
    with pytest.raises(ApiError, match="503"):
        ApiClient(f"http://127.0.0.1:{server.server_address[1]}", "a-token").post("/api/content", {})
    assert waits == []
