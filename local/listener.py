"""A WSGI application served on a port of this machine by threads, until it is stopped."""

import socket
import threading
import time
from collections.abc import Callable

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from local.ports import HOST

_POLL_SECONDS = 0.05

# Method, path without its query, status and milliseconds.
type RequestLine = Callable[[str, str, str, float], None]


class Listener:
    def __init__(self, app: Flask, listening: socket.socket, report: RequestLine) -> None:
        """`listening` comes from `ports.listen`, and is this listener's from here on."""
        port = listening.getsockname()[1]
        with listening:
            self._server = make_server(
                HOST, port, app, threaded=True, request_handler=_handler(report), fd=listening.fileno()
            )
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": _POLL_SECONDS}, name=f"port {port}", daemon=True
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests. Those that are being answered go on."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(report: RequestLine) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        _started = 0.0

        def run_wsgi(self) -> None:
            self._started = time.perf_counter()
            super().run_wsgi()

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002 - its signature
            milliseconds = (time.perf_counter() - self._started) * 1000
            report(self.command, self.path.partition("?")[0], str(code), milliseconds)

    return Handler
