"""A function starts with a good environment without asking anybody, and not at all with a bad one."""

import subprocess
import sys

import pytest

from tests.function_process import process_environment
from tests.integration.settings.effects import nowhere


def start_of(module: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", f"import {module}"]
    return subprocess.run(command, env=process_environment(settings), capture_output=True, text=True, check=False)


@pytest.mark.parametrize("module", ["api_handler", "learner_handler"])
@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("MONGODB_URI", "mysql://ada:hunter2@db.example"),
        ("REDIS_URL", "ada:hunter2@cache.example:6379"),
        ("REDIS_IAM_USER", "hunter2"),
        ("QUEUE_PREFIX", "hunter2:"),
        ("LEARNING_RATE_LIMIT_MINUTES", "hunter2"),
        ("PROFILE_CACHE_TTL_SECONDS", "hunter2"),
        ("ARCHETYPE_CACHE_TTL_SECONDS", "hunter2"),
        ("LOG_LEVEL", "hunter2"),
        ("REDIS_PASSWORD", "hunter2"),
        ("LEARNING_RATE_LIMIT_MINUTE", "5"),
        ("OIDC_ISSUER", ""),
        # What only the library that reads it knows to be wrong.
        ("MONGODB_URI", "mongodb://ada:hunter2/1@db.example/"),
        ("REDIS_URL", "redis://:hunter2#1@cache.example:6379/0"),
        ("REDIS_URL", "redis://:hunter2/1@cache.example:6379/0"),
        ("OIDC_JWKS", "{hunter2"),
        ("OIDC_JWKS", '{"keys": []}'),
    ],
)
def test_a_variable_that_cannot_be_used_stops_the_start_with_its_name(
    environment: dict[str, str], module: str, variable: str, value: str
) -> None:
    started = start_of(module, environment | {variable: value})
    assert started.returncode != 0
    assert variable in started.stderr.splitlines()[-1]
    assert "hunter2" not in started.stderr + started.stdout


@pytest.mark.parametrize("module", ["api_handler", "learner_handler"])
def test_a_good_environment_starts_without_asking_any_server(environment: dict[str, str], module: str) -> None:
    started = start_of(module, environment | nowhere())
    assert (started.returncode, started.stdout, started.stderr) == (0, "", "")
