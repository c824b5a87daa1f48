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


def asked_for(port: int) -> int:
    """`port`, which somebody chose. Raises StartError when it is taken."""
    if not is_free(port):
        raise StartError(f"port {port} is taken: stop what listens there, or choose another with PORT=<number>")
    return port
