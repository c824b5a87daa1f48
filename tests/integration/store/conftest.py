"""The repositories on the database of a test."""

import pytest

from voice_engine.store.commits import Commits
from voice_engine.store.contents import Contents
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profiles
from voice_engine.store.versions import Versions


@pytest.fixture
def contents(database: Database) -> Contents:
    return Contents(database)


@pytest.fixture
def edits(database: Database) -> Edits:
    return Edits(database)


@pytest.fixture
def profiles(database: Database) -> Profiles:
    return Profiles(database)


@pytest.fixture
def events(database: Database, edits: Edits) -> Events:
    return Events(database, edits)


@pytest.fixture
def commits(database: Database, profiles: Profiles, edits: Edits, events: Events) -> Commits:
    return Commits(database, profiles, edits, events, Versions(database))
