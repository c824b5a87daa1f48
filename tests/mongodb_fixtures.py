"""A real MongoDB-wire server for the whole test process, and a database of its own for each test."""

import os
import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest
from pymongo import MongoClient

from local.guardian import Guardian
from local.servers import mongodb
from local.servers.process import free_port
from voice_engine.store.database import Database
from voice_engine.store.schema import migrate


@pytest.fixture(scope="session")
def mongodb_uri(tmp_path_factory: pytest.TempPathFactory, guardian: Guardian) -> Iterator[str]:
    """What MONGODB_URI names, else an embedded server."""
    if uri := os.environ.get("MONGODB_URI"):
        yield uri
        return
    directory: Path = tmp_path_factory.mktemp("mongodb") / "data"
    server = mongodb.start(port=free_port(), directory=directory)
    guardian.watch(server.process.pid)
    yield server.url
    server.stop()
    guardian.forget(server.process.pid)


@pytest.fixture
def database_name(mongodb_uri: str) -> Iterator[str]:
    name = f"test_{secrets.token_hex(6)}"
    yield name
    with MongoClient(mongodb_uri) as client:
        client.drop_database(name)


@pytest.fixture
def database(mongodb_uri: str, database_name: str) -> Iterator[Database]:
    database = Database(lambda: mongodb_uri, database_name, timeout_seconds=10)
    migrate(database)
    yield database
    database.close()
