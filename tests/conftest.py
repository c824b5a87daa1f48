"""What every tier shares: which fixtures there are. Each tier's own conftest says what it may touch."""

import os

from hypothesis import settings

pytest_plugins = ["tests.valkey_fixtures", "tests.mongodb_fixtures", "tests.engine_fixtures"]

# Without a deadline: how fast this machine is at the moment is no part of a property.
settings.register_profile("tests", deadline=None, max_examples=60)
# CI draws the same examples each time, so that what it says is about the change; elsewhere they are new ones.
settings.register_profile("ci", parent=settings.get_profile("tests"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "tests")
