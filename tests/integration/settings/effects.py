"""What shows the effect of a setting: a server behind a relay, one that is not there, and one that answers HTTP."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.engine_fixtures import Api
from tests.ports import NOBODYS
from tests.relay import Relay


def effect_of[T](*_variables: str) -> Callable[[T], T]:
    """Says which variables' effect a test shows; `test_every_setting.py` reads it."""
    return lambda test: test


def services(api: Api) -> dict[str, str]:
    health: dict[str, dict[str, str]] = api("GET", "/health").json
    return health["services"]


def port_of(url: str) -> int:
    # A connection string of MongoDB may name several hosts, which urlsplit cannot read; ours names one.
    return urlsplit(url.split("?")[0]).port or 0


def behind(relay: Relay, variable: str) -> dict[str, str]:
    """The variable that leads to a server through the relay before it."""
    url = {
        "MONGODB_URI": f"mongodb://127.0.0.1:{relay.port}/?directConnection=true",
        "REDIS_URL": f"redis://127.0.0.1:{relay.port}/0",
    }[variable]
    return {variable: url}


def nowhere() -> dict[str, str]:
    """Servers that nobody answers for."""
    return {
        "MONGODB_URI": f"mongodb://127.0.0.1:{NOBODYS}/?directConnection=true",
        "REDIS_URL": f"redis://127.0.0.1:{NOBODYS}/0",
    }


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], tuple[int, bytes]]) -> Iterator[str]:
    """The address of an HTTP server whose every request is answered by `answer` with status and body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answer(self)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name that http.server looks for

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is for its failures."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()
