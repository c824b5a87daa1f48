"""A relay before a server: it records what clients send, and may hold back each answer for a while."""

import contextlib
import socket
import threading
import time
from typing import Self


class Relay:
    """Listens on `port`, on loopback, and passes everything on to `upstream` there."""

    def __init__(self, upstream: int, *, delay_seconds: float = 0.0) -> None:
        self._upstream = upstream
        self._delay_seconds = delay_seconds
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._sent = bytearray()
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def sent(self) -> bytes:
        """All that clients have sent so far."""
        return bytes(self._sent)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._listener, *self._open):
            # A thread that waits for it goes on and ends.
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._upstream))
                self._open += [client, server]
                threading.Thread(target=self._forward, args=(client, server), daemon=True).start()
                threading.Thread(target=self._answer, args=(server, client), daemon=True).start()

    def _forward(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65_536):
                self._sent += data
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65_536):
                time.sleep(self._delay_seconds)
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)
