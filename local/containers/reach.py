"""At which address the engine's containers reach this machine: found by a container that tries."""

import contextlib
import secrets
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from local.containers.engine import Engine
from local.errors import StartError

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
# Names that engines with a machine of their own give to the one that they run on.
_NAMES = ("host.docker.internal", "host.containers.internal")
_SECONDS = 2
_POLL_SECONDS = 0.1

# Prints the first of its arguments, `host:port`, at which somebody says the word that comes first.
_TRY = f"""
import socket, sys
word = sys.argv[1].encode()
for place in sys.argv[2:]:
    host, _, port = place.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), {_SECONDS}) as connection:
            connection.settimeout({_SECONDS})
            if connection.recv(len(word)) == word:
                print(place)
                break
    except OSError:
        continue
"""


@dataclass(frozen=True, slots=True)
class Reach:
    """`address`: what a container calls this machine. `bind`: where a server has to listen to be found there."""

    address: str
    bind: str

    @property
    def from_here(self) -> str:
        """What this machine itself calls a server that listens at `bind`."""
        return LOOPBACK if self.bind == EVERYWHERE else self.bind


def find(engine: Engine, image: str) -> Reach:
    """Raises StartError that says what may be the reason when no container reaches this machine."""
    word = secrets.token_hex(16)
    with ExitStack() as stack:
        ports = {}
        # The narrower a server listens, the better: loopback, then the engine's own network, then everywhere.
        for bind in (LOOPBACK, engine.gateway, EVERYWHERE):
            with contextlib.suppress(OSError):
                if bind is not None:
                    ports[bind] = stack.enter_context(_saying(word, bind))
        names = [*_NAMES, engine.gateway] if engine.in_machine else [engine.gateway, *_NAMES]
        tried = {
            f"{name}:{port}": Reach(name, bind)
            for bind, port in ports.items()
            for name in names
            # Loopback is shared with containers under the names alone, a gateway's listener is found at the gateway.
            if name is not None and (bind in (EVERYWHERE, name) or (bind == LOOPBACK and name in _NAMES))
        }
        found = engine.run(image, ["python3", "-c", _TRY, word, *tried]).strip()
    if found not in tried:
        raise StartError(_unreached(engine, sorted({each.address for each in tried.values()})))
    return tried[found]


def _unreached(engine: Engine, addresses: list[str]) -> str:
    why = (
        "it runs rootless, and its containers are cut off from this machine: use one that runs as root "
        "(sudo systemctl start podman.socket, export DOCKER_HOST=unix:///run/podman/podman.sock)"
        if engine.is_rootless
        else "let a firewall pass what comes from its network (ufw: sudo ufw allow from 172.16.0.0/12)"
    )
    return f"no container of {engine.name} reaches this machine at {', '.join(addresses)}: {why}"


@contextmanager
def _saying(word: str, bind: str) -> Iterator[int]:
    """The port of a listener that says `word` to whoever connects."""
    stopping = threading.Event()
    with socket.create_server((bind, 0)) as listener:
        listener.settimeout(_POLL_SECONDS)
        thread = threading.Thread(target=_say, args=(listener, word, stopping))
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            stopping.set()
            thread.join()


def _say(listener: socket.socket, word: str, stopping: threading.Event) -> None:
    while not stopping.is_set():
        # Nobody came yet, or somebody went before they were told.
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                connection.sendall(word.encode())
