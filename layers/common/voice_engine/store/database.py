"""The connection to MongoDB and its transactions."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from threading import Lock
from typing import Any

import pymongo
from bson.codec_options import CodecOptions
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as MongoDatabase
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    ExecutionTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from voice_engine.errors import Unavailable

type Document = dict[str, Any]
type Session = ClientSession

_CONNECTIONS = 20
_NOT_A_REPLICA_SET = 20  # IllegalOperation: "Transaction numbers are only allowed on a replica set member or mongos"
_NOT_LET_IN = (18, 8000)  # AuthenticationFailed, and Atlas's own error for it
# What the server or the driver calls worth another try; the last one may even have been carried out.
_PASSING = ("TransientTransactionError", "RetryableWriteError", "UnknownTransactionCommitResult")


class Database:
    """Connects at the first use. Every call ends within about `timeout_seconds` when the server does not answer.

    The uri is asked for at the same moment, so that a secret is fetched only where the database is needed.
    """

    def __init__(self, uri: Callable[[], str], name: str, *, timeout_seconds: float) -> None:
        self._uri = uri
        self._name = name
        self._timeout_seconds = timeout_seconds
        self._connecting = Lock()
        self._connection: pymongo.MongoClient[Document] | None = None

    @property
    def _client(self) -> pymongo.MongoClient[Document]:
        # Threads that need it at once share one: another would never be closed.
        with self._connecting:
            if self._connection is None:
                self._connection = self._connect()
            return self._connection

    def _connect(self) -> pymongo.MongoClient[Document]:
        try:
            return self._connected(self._uri())
        except ValueError:
            # The driver's word for some of what is wrong with a uri, which it quotes.
            raise ConfigurationError from None

    def _connected(self, uri: str) -> pymongo.MongoClient[Document]:
        timeout_ms = int(self._timeout_seconds * 1000)
        return pymongo.MongoClient(
            uri,
            appname="voice-engine",
            maxPoolSize=_CONNECTIONS,
            serverSelectionTimeoutMS=timeout_ms,
            connectTimeoutMS=timeout_ms,
            timeoutMS=timeout_ms,
            # Of the client, because a transaction takes both from it and not from its collections.
            readConcernLevel="majority",
            w="majority",
        )

    @property
    def _database(self) -> MongoDatabase[Document]:
        return self._client.get_database(self._name, codec_options=CodecOptions(tz_aware=True, tzinfo=UTC))

    def collection(self, name: str) -> Collection[Document]:
        return self._database[name]

    def transaction[T](self, work: Callable[[Session], T]) -> T:
        """Run `work` in one transaction and commit; run it again when the server says that a conflict is transient.

        Any exception that `work` raises aborts everything that it wrote. All tries together end within the timeout,
        which the driver would otherwise give to each; after one that ended so it may have been committed or not.
        """
        with pymongo.timeout(self._timeout_seconds), self._client.start_session() as session:
            return session.with_transaction(work)

    def ping(self) -> None:
        """Raises Unavailable when MongoDB does not answer, or answers but has no transactions."""
        with answering():
            hello = self._client.admin.command("hello")
        if "setName" not in hello and hello.get("msg") != "isdbgrid":
            raise Unavailable("MongoDB must be a replica set (one node will do): transactions need it")

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()


@contextmanager
def answering() -> Iterator[None]:
    """Turns the driver's ways of not answering into Unavailable, with no address or credential in the message."""
    try:
        yield
    except OperationFailure as error:
        if error.code == _NOT_A_REPLICA_SET:
            raise Unavailable("MongoDB must be a replica set (one node will do): transactions need it") from None
        if error.code in _NOT_LET_IN:
            raise Unavailable("MongoDB refuses the credentials of MONGODB_URI") from None
        if isinstance(error, ExecutionTimeout | WTimeoutError) or any(map(error.has_error_label, _PASSING)):
            raise Unavailable("MongoDB did not finish in time") from None
        raise
    except ConnectionFailure as error:
        raise Unavailable(f"MongoDB does not answer: {type(error).__name__}") from None
    except ConfigurationError:
        raise Unavailable("MongoDB cannot be reached: MONGODB_URI is not usable") from None
    except PyMongoError as error:
        if error.timeout:
            raise Unavailable("MongoDB did not finish in time") from None
        raise
