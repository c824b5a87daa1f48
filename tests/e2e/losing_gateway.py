"""A gateway that carries out each POST and loses its first answer: it says 503, as API Gateway does without one."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from tests.waiting import PATIENCE_SECONDS

_HOP = {"connection", "transfer-encoding", "content-length", "date", "server"}


@contextmanager
def losing_gateway(url: str, lost: list[str]) -> Iterator[str]:
    """The address of one before `url`. `lost` gets the path of each POST whose answer it loses."""
    upstream = urlsplit(url).netloc
    seen: set[str] = set()

    class Gateway(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on()

        def do_POST(self) -> None:
            self._pass_on()

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            connection = http.client.HTTPConnection(upstream, timeout=PATIENCE_SECONDS)
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP | {"host"}}
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            content, status, told = answer.read(), answer.status, dict(answer.headers)
            connection.close()
            if self.command == "POST" and self.path not in seen:
                seen.add(self.path)
                lost.append(self.path)
                content, status = b'{"message":"Service Unavailable"}', 503
                told = {"Content-Type": "application/json"}
            self.send_response(status)
            for name, value in told.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing is printed."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Gateway) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
