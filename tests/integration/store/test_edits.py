"""An edit comes back as it was given, is learned or fails once, and is pending until then."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from pymongo.errors import DuplicateKeyError

from tests.integration.store.records import MOMENTS, NOW, ONE_DATABASE, POSTS, edit, in_transaction, measured, save
from voice_engine.ids import new_id
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits, SavedEdit


@ONE_DATABASE
@given(base=POSTS, text=POSTS, at=MOMENTS)
def test_an_edit_comes_back_as_it_was_given_and_to_its_owner_alone(
    database: Database, edits: Edits, base: tuple[str, ...], text: tuple[str, ...], at: datetime
) -> None:
    given = edit(base=base, text=text, saved_at=at)
    save(database, edits, given)
    assert edits.find("ada", given.id) == given
    assert edits.find("bob", given.id) is None
    assert edits.whole([given.id, new_id()]) == [given]


def test_a_content_has_one_edit_a_rev(database: Database, edits: Edits) -> None:
    first = edit()
    save(database, edits, first)
    with pytest.raises(DuplicateKeyError):
        save(database, edits, edit(content_id=first.content_id))
    save(database, edits, edit(content_id=first.content_id, rev=2))


def test_pending_edits_are_those_of_the_profile_oldest_first_without_learned_failed_and_ignored(
    database: Database, edits: Edits
) -> None:
    chain = new_id()
    oldest = edit(saved_at=NOW - timedelta(seconds=5))
    first, second = edit(content_id=chain), edit(content_id=chain, rev=2)
    done = [edit(status=status) for status in ("learned", "failed", "ignored")]
    save(database, edits, second, first, *done, oldest, edit(profile="bob"), edit(profile="ada:mail"))

    def ids(**given: Any) -> list[str]:
        return [one.id for one in edits.pending("ada", **given)]

    assert ids(limit=9) == [oldest.id, first.id, second.id]
    assert ids(limit=2) == [oldest.id, first.id]
    assert ids(limit=9, without=[oldest.id, second.id]) == [first.id]
    assert edits.oldest_pending("ada") == oldest.saved_at
    assert edits.oldest_pending("nobody") is None
    assert [one.id for one in edits.all_pending(1)] == [oldest.id]
    assert {one.profile for one in edits.all_pending(99)} == {"ada", "bob", "ada:mail"}
    assert len(edits.all_pending(99)) == 5


def test_attempts_are_counted_on_pending_edits_only(database: Database, edits: Edits) -> None:
    waiting, done = edit(), edit(status="learned")
    save(database, edits, waiting, done)
    edits.count_attempt([waiting.id, done.id, new_id()])
    edits.count_attempt([waiting.id, done.id])
    edits.count_attempt([waiting.id], by=-1)
    assert edits.whole([waiting.id, done.id]) == [replace(waiting, attempts=1), done]
    (pointer,) = edits.pending("ada", limit=9)
    assert (pointer.id, pointer.attempts, pointer.content_id) == (waiting.id, 1, waiting.content_id)


def test_only_a_pending_edit_can_fail(database: Database, edits: Edits) -> None:
    waiting, done = edit(), edit(status="learned", learned_version=3)
    save(database, edits, waiting, done)
    edits.fail(waiting.id, "ValueError", NOW)
    edits.fail(done.id, "ValueError", NOW)
    assert edits.whole([waiting.id, done.id]) == [replace(waiting, status="failed", reason="ValueError"), done]


@pytest.mark.parametrize("status", ["learned", "failed", "ignored"])
def test_an_edit_that_is_pending_no_more_cannot_be_marked_as_learned(
    database: Database, edits: Edits, status: str
) -> None:
    waiting, other = edit(), edit(status=status)
    save(database, edits, waiting, other)

    def mark(*given: SavedEdit) -> bool:
        return in_transaction(database, lambda session: edits.mark_learned(map(measured, given), 7, session=session))

    assert mark(waiting)
    assert not mark(waiting)
    assert not mark(other)
    assert not mark(edit())
    assert edits.whole([waiting.id, other.id]) == [replace(waiting, status="learned", learned_version=7), other]


def test_what_was_measured_comes_back_bit_for_bit_in_the_order_asked_for(database: Database, edits: Edits) -> None:
    saved = [edit(text=(f"Now {number} short ones — “quoted”, 🎉 and ﬁne.",)) for number in range(3)]
    save(database, edits, *saved)
    given = [measured(one) for one in saved]
    in_transaction(database, lambda session: edits.mark_learned(given, 1, session=session))
    assert edits.measured([saved[2].id, saved[0].id]) == [given[2], given[0]]
    with pytest.raises(KeyError):
        edits.measured([new_id()])
