"""A proxy before Redis and MongoDB that counts the commands of a client and can stop at any one of them."""

import contextlib
import io
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import bson

type Moment = Literal["before", "after"]

# What a driver says by itself, at times of its own: no step of the program that is watched.
_CHATTER = {"hello", "ismaster", "isMaster", "ping", "endSessions", "CLIENT", "HELLO", "AUTH", "SELECT", "COMMAND"}
_OP_MSG = 2013


@dataclass(frozen=True)
class Stop:
    """Call `kill` before command `number` (from 1) reaches its server, or after the server has carried it out."""

    number: int
    moment: Moment
    kill: Callable[[], None]


class Proxy:
    """Listens on one port for each upstream; `commands` are the names of what has passed, in order.

    `round_trips` has an entry for each packet of a client: small commands that travel together arrive together.
    """

    def __init__(self, redis_port: int, mongodb_port: int) -> None:
        self.commands: list[str] = []
        self.round_trips: list[int] = []
        self.stop: Stop | None = None
        self._lock = threading.Lock()
        # Connections whose client must not see the answer to the command at which it is stopped.
        self._muted: set[socket.socket] = set()
        self._answered = threading.Event()
        self._listeners: list[socket.socket] = []
        self.redis_port = self._listen(redis_port, _redis_command)
        self.mongodb_port = self._listen(mongodb_port, _mongodb_command)

    def close(self) -> None:
        for listener in self._listeners:
            listener.close()

    def _listen(self, upstream: int, read: "ReadCommand") -> int:
        listener = socket.create_server(("127.0.0.1", 0))
        self._listeners.append(listener)
        threading.Thread(target=self._accept, args=(listener, upstream, read), daemon=True).start()
        port: int = listener.getsockname()[1]
        return port

    def _accept(self, listener: socket.socket, upstream: int, read: "ReadCommand") -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                threading.Thread(target=self._serve, args=(client, upstream, read), daemon=True).start()

    def _serve(self, client: socket.socket, upstream: int, read: "ReadCommand") -> None:
        with (
            contextlib.suppress(OSError, EOFError),
            client,
            socket.create_connection(("127.0.0.1", upstream)) as server,
        ):
            threading.Thread(target=self._answer, args=(server, client), daemon=True).start()
            stream = io.BufferedReader(_Packets(client, self.round_trips))
            while True:
                name, raw = read(stream)
                self._pass_on(name, raw, server)

    def _pass_on(self, name: str, raw: bytes, server: socket.socket) -> None:
        if name in _CHATTER:
            server.sendall(raw)
            return
        with self._lock:
            self.commands.append(name)
            stop = self.stop
            reached = stop is not None and len(self.commands) == stop.number
        if stop is None or not reached:
            server.sendall(raw)
        elif stop.moment == "before":
            stop.kill()
            raise EOFError
        else:
            self._muted.add(server)
            server.sendall(raw)
            self._answered.wait()
            stop.kill()
            raise EOFError

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := server.recv(65536):
                if server in self._muted:
                    self._answered.set()
                else:
                    client.sendall(chunk)
            client.shutdown(socket.SHUT_RDWR)


class _Packets(io.RawIOBase):
    """A socket that notes the size of each packet that it reads."""

    def __init__(self, client: socket.socket, sizes: list[int]) -> None:
        self._client = client
        self._sizes = sizes

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self._client.recv_into(buffer)
        self._sizes.append(size)
        return size


type ReadCommand = Callable[[io.BufferedReader], tuple[str, bytes]]


def _exactly(stream: io.BufferedReader, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _redis_command(stream: io.BufferedReader) -> tuple[str, bytes]:
    """One RESP array of bulk strings."""
    head = stream.readline()
    if not head:
        raise EOFError
    raw, parts = head, []
    for _ in range(int(head[1:])):
        length = stream.readline()
        data = _exactly(stream, int(length[1:]) + 2)
        raw += length + data
        parts.append(data[:-2])
    return parts[0].decode().upper(), raw


def _mongodb_command(stream: io.BufferedReader) -> tuple[str, bytes]:
    """One wire message; its name is the first key of the command document."""
    head = _exactly(stream, 16)
    length, _, _, opcode = struct.unpack("<iiii", head)
    raw = head + _exactly(stream, length - 16)
    if opcode != _OP_MSG:
        return "hello", raw
    position = 20
    while raw[position] != 0:
        position += 1 + int(struct.unpack_from("<i", raw, position + 1)[0])
    size = int(struct.unpack_from("<i", raw, position + 1)[0])
    return next(iter(bson.decode(raw[position + 1 : position + 1 + size]))), raw
