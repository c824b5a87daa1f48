"""A real MongoDB-wire server for the whole test process, and a database of its own for each test."""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pymongo
import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from local.guardian import Guardian
from local.servers import mongodb
from tests.ports import started
from tests.waiting import PATIENCE_SECONDS
from voice_engine.store.database import Database
from voice_engine.store.schema import migrate

# A file system in memory: there a commit that has to reach the disk costs nothing.
_MEMORY = Path("/dev/shm")
_MEMORY_BYTES = 2_000_000_000
_PREFIX = "voice-engine-tests-"  # then the process id of the run and a few letters


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory, guardian: Guardian) -> Iterator[str]:
    """What MONGODB_URI names, else an embedded server."""
    if uri := os.environ.get("MONGODB_URI"):
        yield uri
        return
    directory = _in_memory() or tmp_path_factory.mktemp("mongodb")
    server = started(mongodb.start, directory=directory / "data")
    guardian.watch(server.process.pid)
    yield server.url
    server.stop()
    guardian.forget(server.process.pid)
    shutil.rmtree(directory)


def _in_memory() -> Path | None:
    """A new folder in memory, where this machine has room for it."""
    if not (_MEMORY.is_dir() and os.access(_MEMORY, os.W_OK)):
        return None
    for left in _MEMORY.glob(f"{_PREFIX}*"):
        # A run that was killed could not remove its own.
        if not psutil.pid_exists(int(left.name.split("-")[-2])):
            shutil.rmtree(left, ignore_errors=True)
    if shutil.disk_usage(_MEMORY).free < _MEMORY_BYTES:
        return None
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=_MEMORY))


class Databases:
    """Migrated databases with nothing of a person in them. One that a test has used is emptied for the next: making
    a new one costs ten times as much."""

    def __init__(self, client: MongoClient[dict[str, Any]], uri: str) -> None:
        self._client = client
        self._uri = uri
        self._free: list[str] = []
        self._made: list[str] = []
        self._at_first: dict[str, dict[str, list[dict[str, Any]]]] = {}

    def take(self) -> str:
        return self._free.pop() if self._free else self._make()

    def give_back(self, name: str) -> None:
        try:
            self._empty(name)
        except PyMongoError:
            # Something still holds a lock there: it keeps this one.
            return
        self._free.append(name)

    def drop(self) -> None:
        for name in self._made:
            self._client.drop_database(name)

    def _make(self) -> str:
        name = f"test_{secrets.token_hex(6)}"
        self._made.append(name)
        database = Database(lambda: self._uri, name, timeout_seconds=PATIENCE_SECONDS)
        migrate(database)
        database.close()
        self._at_first[name] = self._documents(name)
        return name

    def _documents(self, name: str) -> dict[str, list[dict[str, Any]]]:
        collections = sorted(self._client[name].list_collection_names())
        return {each: sorted(self._client[name][each].find(), key=str) for each in collections}

    def _empty(self, name: str) -> None:
        with pymongo.timeout(5):
            for each in self._client[name].list_collection_names():
                collection, first = self._client[name][each], self._at_first[name].get(each)
                if first is None:
                    collection.drop()
                elif sorted(collection.find(), key=str) != first:
                    collection.delete_many({})
                    if first:
                        collection.insert_many(first)


@pytest.fixture(scope="session")
def databases(mongodb_uri: str) -> Iterator[Databases]:
    with MongoClient(mongodb_uri) as client:
        databases = Databases(client, mongodb_uri)
        yield databases
        databases.drop()


@pytest.fixture
def database_name(databases: Databases) -> Iterator[str]:
    """A migrated database with nothing of a person in it."""
    name = databases.take()
    yield name
    databases.give_back(name)


@pytest.fixture
def new_database_name(mongodb_uri: str) -> Iterator[str]:
    """A database that is not there yet."""
    name = f"test_{secrets.token_hex(6)}"
    yield name
    with MongoClient(mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def database(mongodb_uri: str, database_name: str) -> Iterator[Database]:
    database = Database(lambda: mongodb_uri, database_name, timeout_seconds=PATIENCE_SECONDS)
    yield database
    database.close()
