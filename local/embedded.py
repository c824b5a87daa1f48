"""The embedded servers that `make start` brings along, on their usual ports where these are free."""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from local import ports
from local.errors import StartError
from local.servers import mongodb, valkey
from local.servers.process import Server, ServerError

_TRIES = 3


class Start(Protocol):
    def __call__(self, *, port: int, directory: Path) -> Server: ...


@dataclass(frozen=True, slots=True)
class Embedded:
    """How one of the servers is started. `setting` names a server of one's own to be used instead."""

    setting: str
    folder: str
    usual_port: int
    start: Start


SERVERS = (
    Embedded("MONGODB_URI", "mongodb", 27017, mongodb.start),
    Embedded("REDIS_URL", "valkey", 6379, valkey.start),
)


def start(embedded: Embedded, directory: Path, *, any_port: bool) -> Server:
    """The running server. Raises StartError with one line that says what to do."""
    port = ports.any_free() if any_port else ports.usual_or_free(embedded.usual_port)
    for _ in range(_TRIES):
        try:
            return embedded.start(port=port, directory=directory / embedded.folder)
        except ServerError as error:
            # Somebody else may have taken the port since it was found free.
            if ports.is_free(port):
                raise StartError(str(error)) from None
            port = ports.any_free()
    raise StartError(f"no port stays free for {embedded.folder}: stop what takes them, or set {embedded.setting}")
