"""Many documents changed at once get along with transactions that hold some of them, however long these take."""

import ast
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.collection import Collection

from tests.integration.store.records import ONE_DATABASE, in_transaction
from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.each import delete_each, update_each

STORE = ROOT / "layers/common/voice_engine/store"


def count_up(collection: Collection[Document]) -> int:
    return update_each(collection, {"held": True}, {"$inc": {"count": 1}})


def delete(collection: Collection[Document]) -> int:
    return delete_each(collection, {"held": True})


@pytest.mark.parametrize("change", [count_up, delete])
def test_neither_waits_for_the_other_for_ever(
    database: Database, change: Callable[[Collection[Document]], int]
) -> None:
    held = database.collection("held")
    held.insert_many([{"_id": number, "held": True, "count": 0} for number in range(5)])
    changes: list[int] = []
    changing = threading.Thread(target=lambda: changes.append(change(held)))

    def work(session: Session) -> None:
        held.update_one({"_id": 3}, {"$set": {"seen": True}}, session=session)
        if not changing.ident:
            changing.start()
        # The other one meets what is held here, and is to let go of the collection while it waits.
        changing.join(0.5)
        held.update_one({"_id": "another"}, {"$set": {"seen": True}}, upsert=True, session=session)

    in_transaction(database, work)
    changing.join(PATIENCE_SECONDS)
    assert changes == [5]
    assert held.count_documents({"seen": True, "held": {"$ne": True}}) == 1
    assert held.count_documents({"held": True, "count": 1}) == (5 if change is count_up else 0)


@ONE_DATABASE
@given(st.dictionaries(st.integers(0, 2000), st.booleans(), max_size=60))
def test_all_that_answer_to_a_query_and_nothing_else(database: Database, wanted: dict[int, bool]) -> None:
    some = database.collection("some")
    some.delete_many({})
    if wanted:
        some.insert_many([{"_id": id_, "wanted": it_is} for id_, it_is in wanted.items()])
    ids = {id_ for id_, it_is in wanted.items() if it_is}
    assert update_each(some, {"wanted": True}, {"$set": {"done": True}}) == len(ids)
    assert {row["_id"] for row in some.find({"done": True})} == ids
    assert delete_each(some, {"_id": {"$in": [*ids][:10]}, "wanted": True}) == min(len(ids), 10)
    assert some.count_documents({}) == len(wanted) - min(len(ids), 10)


def test_ids_that_are_known_need_to_answer_too(database: Database) -> None:
    some = database.collection("some")
    some.insert_many([{"_id": number, "wanted": number < 3} for number in range(6)])
    assert update_each(some, {"wanted": True}, {"$set": {"done": True}}, ids=[2, 3, 99]) == 1
    assert [row["_id"] for row in some.find({"done": True})] == [2]
    assert delete_each(some, {"wanted": False}, ids=[2, 3, 99]) == 1
    assert [row["_id"] for row in some.find()] == [0, 1, 2, 4, 5]


def test_more_than_go_into_one_command(database: Database) -> None:
    many = database.collection("many")
    many.insert_many([{"_id": number} for number in range(1203)])
    assert update_each(many, {"_id": {"$gte": 1}}, {"$set": {"done": True}}) == 1202
    assert delete_each(many, {"done": True}) == 1202
    assert [row["_id"] for row in many.find()] == [0]


def outside_transactions(tree: ast.AST) -> list[int]:
    """Lines of calls that change many documents where a session may be missing."""
    return [
        call.lineno
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
        for call in ast.walk(function)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr in {"update_many", "delete_many"}
        and not (requires_session(function) and any(keyword.arg == "session" for keyword in call.keywords))
    ]


def requires_session(function: ast.FunctionDef) -> bool:
    arguments = function.args
    with_default = dict(zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True))
    required = [*arguments.args, *(argument for argument, default in with_default.items() if default is None)]
    return any(argument.arg == "session" for argument in required)


@pytest.mark.parametrize("module", sorted(STORE.glob("*.py")), ids=lambda path: path.stem)
def test_the_servers_own_way_is_kept_for_transactions(module: Path) -> None:
    assert outside_transactions(ast.parse(module.read_text())) == []
