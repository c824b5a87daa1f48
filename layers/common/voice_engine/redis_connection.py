"""Talking to Redis: a connection is opened at the first command, waits a short time, and never retries by itself.

In cluster mode redis-py finds the nodes; each command then goes to one node's plain client, since redis-py's own
cluster client answers a failure with further attempts, each of which may cost a timeout.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, Protocol

from redis import Redis, RedisCluster, exceptions
from redis.backoff import NoBackoff
from redis.connection import parse_url
from redis.credentials import CredentialProvider
from redis.retry import Retry

type Command = tuple[str | int, ...]

_OUTAGES = (
    exceptions.ConnectionError,
    exceptions.TimeoutError,
    exceptions.RedisClusterException,
    exceptions.ClusterDownError,
    exceptions.SlotNotCoveredError,
)
_MOVES = (exceptions.MovedError, exceptions.AskError)
_NO_RETRY = Retry(NoBackoff(), 0)


class RedisUnavailable(Exception):
    """Redis did not answer: no connection, a timeout, or a circuit that is open after one of these."""


class RedisRefused(RedisUnavailable):
    """Redis answered that it will not do it, out of memory or permission for instance. It is up all the same."""


class _Nodes(Protocol):
    def holding(self, key: str) -> Redis:
        """The client of the node that holds `key`. May ask the servers."""

    def forget(self) -> None:
        """What was known of the nodes may be wrong: find them anew at the next command."""


class RedisClient:
    """One Redis, or a cluster of them. Safe to share between threads."""

    def __init__(self, nodes: _Nodes) -> None:
        self._nodes = nodes

    def run[T](self, key: str, operation: Callable[[Redis], T]) -> T:
        """`operation` with the node that holds `key`; all keys that it touches lie in the slot of this one.

        Raises RedisUnavailable, or RedisRefused where Redis answered with an error.
        """
        try:
            try:
                return operation(self._nodes.holding(key))
            except _MOVES:
                # The slot has moved: nothing was done, and a live node said so.
                self._nodes.forget()
                return operation(self._nodes.holding(key))
        except _OUTAGES as error:
            self._nodes.forget()
            raise RedisUnavailable(type(error).__name__) from error
        except exceptions.ResponseError as error:
            raise RedisRefused(_code(error)) from None

    def send(self, commands: Sequence[Command]) -> list[Any]:
        """The answers to `commands`, each of the form (name, key, ...), in one round trip a node.

        A command that Redis refuses leaves its ResponseError in its place. Raises RedisUnavailable.
        """
        try:
            answers = self._pipelined(commands)
            if any(isinstance(answer, _MOVES) for answer in answers):
                self._nodes.forget()
                answers = self._pipelined(commands)
        except _OUTAGES as error:
            self._nodes.forget()
            raise RedisUnavailable(type(error).__name__) from error
        return answers

    def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Like `send`, but raises RedisRefused when Redis refuses one of the commands."""
        answers = self.send(commands)
        for answer in answers:
            if isinstance(answer, exceptions.ResponseError):
                raise RedisRefused(_code(answer)) from None
        return answers

    def ping(self) -> None:
        """Raises RedisUnavailable where Redis does not answer."""
        self.run("ping", lambda node: node.ping())

    def _pipelined(self, commands: Sequence[Command]) -> list[Any]:
        answers: list[Any] = [None] * len(commands)
        by_node: dict[int, tuple[Redis, list[int]]] = {}
        for index, command in enumerate(commands):
            node = self._nodes.holding(str(command[1]))
            by_node.setdefault(id(node), (node, []))[1].append(index)
        for node, indexes in by_node.values():
            with node.pipeline(transaction=False) as pipeline:
                for index in indexes:
                    pipeline.execute_command(*commands[index])
                for index, answer in zip(indexes, pipeline.execute(raise_on_error=False), strict=True):
                    answers[index] = answer
        return answers


def _code(error: exceptions.ResponseError) -> str:
    """Redis begins an error with its code, such as OOM; what follows may quote the command's values."""
    code = str(error).partition(" ")[0]
    return code if code.isupper() else type(error).__name__


def connect(
    url: str, *, cluster: bool, timeout_seconds: float, credentials: CredentialProvider | None = None
) -> RedisClient:
    """A client for `url`, which redis-py alone reads (`redis://`, `rediss://`, user, password, percent-escapes, db).

    Nothing is sent yet. `timeout_seconds` holds for connecting and for each answer. `credentials` give user and
    password whenever a connection is opened. Raises ValueError when the URL cannot be read.
    """
    parse_url(url)
    options: dict[str, Any] = {
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        "retry": _NO_RETRY,
        "credential_provider": credentials,
        "decode_responses": True,
        # Bytes that are no UTF-8 must reach the reader of a value, which then takes it as malformed.
        "encoding_errors": "surrogateescape",
        # RESP2 needs no greeting, and no library name is announced: fewer round trips to the first answer.
        "protocol": 2,
        "driver_info": None,
    }
    return RedisClient(_ClusterNodes(url, options) if cluster else _OneNode(Redis.from_url(url, **options)))


class _OneNode:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def holding(self, key: str) -> Redis:  # noqa: ARG002 (the one node holds every key)
        return self._redis

    def forget(self) -> None:
        """There is only this node, and its pool replaces broken connections."""


class _ClusterNodes:
    def __init__(self, url: str, options: dict[str, Any]) -> None:
        self._url = url
        self._options = options
        self._lock = threading.Lock()
        self._found: RedisCluster | None = None

    def holding(self, key: str) -> Redis:
        with self._lock:
            if self._found is None:
                self._found = RedisCluster.from_url(self._url, **self._options)
            node = self._found.get_node_from_key(key)
            if node is None:
                raise exceptions.SlotNotCoveredError(f"no node holds the slot of {key}")
            return self._found.get_redis_connection(node)

    def forget(self) -> None:
        with self._lock:
            self._found = None
