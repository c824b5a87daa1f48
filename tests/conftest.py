"""What every tier shares: which fixtures there are. Each tier's own conftest says what it may touch."""

from hypothesis import settings

pytest_plugins = ["tests.valkey_fixtures", "tests.mongodb_fixtures", "tests.engine_fixtures"]

# Without a deadline: how fast this machine is at the moment is no part of a property.
settings.register_profile("tests", deadline=None, max_examples=60)
settings.load_profile("tests")
