"""What every repository stands on: transactions, concerns, times, and what an outage is called."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pymongo
import pytest
from pymongo.errors import DuplicateKeyError

from tests.integration.store.records import NOW, content, register
from tests.waiting import PATIENCE_SECONDS
from voice_engine.errors import Unavailable
from voice_engine.store.contents import Contents
from voice_engine.store.database import Database, answering


def test_what_a_transaction_wrote_is_gone_when_its_work_raises(database: Database, contents: Contents) -> None:
    given = content()
    register(database, contents, given)

    def work(session: Any) -> None:
        assert contents.advance(given, ("Half.",), NOW, session=session) is not None
        raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        database.transaction(work)
    assert contents.find("ada", given.id) == given


def test_what_is_committed_and_read_stands_on_a_majority(database: Database) -> None:
    """A transaction takes both concerns from the client: those of a collection do not count in it."""
    concerns = database.transaction(lambda session: (session.client.write_concern, session.client.read_concern))
    assert concerns[0].document == {"w": "majority"}
    assert concerns[1].level == "majority"
    assert database.collection("edits").write_concern.document == {"w": "majority"}
    assert database.collection("edits").read_concern.level == "majority"


def test_times_come_back_as_utc(database: Database) -> None:
    database.collection("edits").insert_one({"_id": "1", "at": NOW.astimezone()})
    found = database.collection("edits").find_one({"_id": "1"})
    assert found is not None
    assert found["at"] == NOW
    assert found["at"].utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "error",
    [
        pymongo.errors.AutoReconnect("10.0.0.7:27017: hunter2"),
        pymongo.errors.NetworkTimeout("10.0.0.7:27017: hunter2"),
        pymongo.errors.NotPrimaryError("hunter2"),
        pymongo.errors.ServerSelectionTimeoutError("10.0.0.7:27017: hunter2"),
        pymongo.errors.WaitQueueTimeoutError("hunter2"),
        pymongo.errors.InvalidURI("hunter2"),
        pymongo.errors.ExecutionTimeout("hunter2", 50),
        pymongo.errors.WTimeoutError("hunter2", 64),
        pymongo.errors.OperationFailure("hunter2", 18),
        pymongo.errors.OperationFailure("hunter2", 20),
        pymongo.errors.OperationFailure("hunter2", 112, {"errorLabels": ["TransientTransactionError"]}),
        pymongo.errors.OperationFailure("hunter2", 91, {"errorLabels": ["UnknownTransactionCommitResult"]}),
        pymongo.errors.OperationFailure("hunter2", 91, {"errorLabels": ["RetryableWriteError"]}),
    ],
    ids=lambda error: f"{type(error).__name__} {getattr(error, 'code', None) or ''}".strip(),
)
def test_a_database_that_cannot_answer_is_unavailable_and_told_without_its_address(error: Exception) -> None:
    with pytest.raises(Unavailable) as told, answering():
        raise error
    assert "hunter2" not in str(told.value)
    assert "10.0.0.7" not in str(told.value)


def test_an_answer_that_tells_of_a_fault_of_ours_is_not_called_an_outage() -> None:
    with pytest.raises(DuplicateKeyError), answering():
        raise DuplicateKeyError("one")


@pytest.mark.parametrize("uri", ["mongodb://host:port/", "mongodb://", "mongodb://a:b:c@host/"])
def test_a_connection_string_that_cannot_be_read_is_told_without_repeating_it(uri: str) -> None:
    database = Database(lambda: uri, "somewhere", timeout_seconds=1)
    with pytest.raises(Unavailable, match="MONGODB_URI") as told, answering():
        database.collection("edits").find_one({})
    assert uri not in str(told.value)


def test_threads_that_connect_at_once_share_one_connection(mongodb_uri: str, database_name: str) -> None:
    asked: list[int] = []

    def uri() -> str:
        asked.append(1)
        time.sleep(0.05)  # as long as a secret may take
        return mongodb_uri

    database = Database(uri, database_name, timeout_seconds=PATIENCE_SECONDS)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: database.ping(), range(8)))
    database.close()
    assert len(asked) == 1
