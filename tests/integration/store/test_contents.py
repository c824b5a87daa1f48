"""A content comes back as it was given, to its owner alone, and advances from its newest rev only."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.integration.store.records import MOMENTS, NOW, ONE_DATABASE, POSTS, TEXT, content, in_transaction, register
from voice_engine.store.contents import Content, Contents, Place, Summary
from voice_engine.store.database import Database


@ONE_DATABASE
@given(posts=POSTS, thread=st.booleans(), at=MOMENTS, form=st.none() | st.just("how-to"))
def test_a_content_comes_back_as_it_was_given_and_to_its_owner_alone(
    database: Database, contents: Contents, posts: tuple[str, ...], thread: bool, at: datetime, form: str | None
) -> None:
    given = content(draft=posts, current=posts, thread=thread, created_at=at, updated_at=at, format=form)
    register(database, contents, given)
    assert contents.find("ada", given.id) == given
    assert contents.find("bob", given.id) is None


def test_a_content_advances_from_its_newest_rev_only_and_keeps_its_draft(
    database: Database, contents: Contents
) -> None:
    first = content()
    register(database, contents, first)
    later = NOW + timedelta(seconds=3)

    def advance(held: Content, text: str) -> Content | None:
        return in_transaction(database, lambda session: contents.advance(held, (text,), later, session=session))

    second = advance(first, "Mine.")
    assert second == replace(first, current=("Mine.",), rev=1, updated_at=later) == contents.find("ada", first.id)
    assert advance(first, "Too late.") is None
    assert advance(replace(first, user_id="bob", rev=1), "Not yours.") is None
    assert contents.find("ada", first.id) == second


LONG = st.builds(
    lambda unit, times: unit * times, st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.integers(1, 200)
)


LONG = st.builds(str.__mul__, TEXT, st.integers(1, 50))


def summary(of: Content) -> Summary:
    return Summary(of.id, of.platform, of.format, of.rev, of.current[0][:160], of.created_at, of.updated_at)


@ONE_DATABASE
@given(
    given=st.lists(st.tuples(st.integers(0, 3), st.lists(LONG, min_size=1, max_size=3)), min_size=1, max_size=9),
    size=st.integers(1, 4),
)
def test_pages_hold_the_beginning_of_each_content_of_one_voice_once_in_order(
    database: Database, contents: Contents, given: list[tuple[int, list[str]]], size: int
) -> None:
    user = secrets.token_hex(8)
    own = [
        content(user, created_at=NOW + timedelta(seconds=second), current=tuple(posts), rev=1)
        for second, posts in given
    ]
    for one in [*own, content(user, profile=f"{user}:mail"), content(f"{user}x", profile=user)]:
        register(database, contents, one)
    seen: list[Summary] = []
    while page := contents.newest(
        user, user, after=Place(seen[-1].created_at, seen[-1].id) if seen else None, limit=size
    ):
        assert len(page) <= size
        seen += page
    assert seen == [summary(one) for one in sorted(own, key=lambda one: (one.created_at, one.id), reverse=True)]
