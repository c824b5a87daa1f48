"""Ports: the usual one where it is free, another where it is taken."""

import socket
from contextlib import closing

from local.errors import StartError

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    with closing(socket.socket()) as probe:
        # A port whose connections have only just closed is free for a server, which sets this too.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def any_free() -> int:
    with closing(socket.socket()) as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def usual_or_free(usual: int) -> int:
    return usual if is_free(usual) else any_free()


def listen(port: int = 0) -> socket.socket:
    """A listener on `port`, or on one that is free: nobody else can take it from here on, and who connects is kept
    waiting until it is served. Raises OSError when it is taken."""
    return socket.create_server((HOST, port))


def listen_usually(usual: int) -> socket.socket:
    try:
        return listen(usual)
    except OSError:
        return listen()


def listen_as_asked(port: int) -> socket.socket:
    """On `port`, which somebody chose. Raises StartError when it is taken."""
    try:
        return listen(port)
    except OSError:
        raise StartError(
            f"port {port} is taken: stop what listens there, or choose another with PORT=<number>"
        ) from None
