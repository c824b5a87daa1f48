"""What every tier shares: which fixtures there are. Each tier's own conftest says what it may touch."""

pytest_plugins = [
    "tests.hypothesis_profiles",
    "tests.bare_path",
    "tests.run_report",
    "tests.valkey_fixtures",
    "tests.mongodb_fixtures",
    "tests.engine_fixtures",
]
