"""Ports of servers in tests. Another program of this machine may take one between its choice and the server's start."""

import time
from collections.abc import Callable

from local.servers.process import Server, ServerError, free_port

# Too low a port to be given to anybody who asks for a free one: nobody listens here, and nobody comes to.
NOBODYS = 1
_TRIES = 5
_PAUSE_SECONDS = 1.0


def started(start: Callable[..., Server], **how: object) -> Server:
    """`start` with a port that stays free."""
    for _ in range(_TRIES - 1):
        try:
            return start(port=free_port(), **how)
        except ServerError:
            continue
    return start(port=free_port(), **how)


def started_again(start: Callable[..., Server], port: int, **how: object) -> Server:
    """`start` with the port that a server had; a connection of somebody else that has it ends soon."""
    for _ in range(_TRIES - 1):
        try:
            return start(port=port, **how)
        except ServerError:
            time.sleep(_PAUSE_SECONDS)
    return start(port=port, **how)
