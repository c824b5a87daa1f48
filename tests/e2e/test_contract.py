"""The running gateway keeps the contract: Schemathesis asks it what the document allows, and what it forbids."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import PAGE, READY, Service
from tests.hypothesis_profiles import EXPLORE_SEED
from tests.openapi_document import operations
from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS

# A method that a path does not have reaches no function: the gateway answers it by itself, 404 and not 405.
_CHECKS_THAT_ARE_OFF = "unsupported_method"
_CONFIGURATION = """
[checks.positive_data_acceptance]
# Schemathesis's own list, and 412: an If-Match that names another state is well formed and does not hold.
expected-statuses = ["2xx", "3xx", "401", "403", "404", "409", "412", "429", "5xx"]
"""
_EXAMPLES = 3
_ERASURE = "erasePerson"
# Else most of it would be answered by 429.
_NO_LIMITS = {"RATE_LIMIT_WRITES_PER_MINUTE": "10000", "RATE_LIMIT_DRAFTS_PER_MINUTE": "10000"}


class Schemathesis:
    """Asks a running service, with the token of its demo writer as an administrator."""

    def __init__(self, service: Service, checkout: Path, folder: Path) -> None:
        address = re.search(r"http://[\d.:]+", service.curl_lines()[0])
        assert address
        made = [sys.executable, "-m", "local.token", "--user", "demo", "--scope", "admin"]
        token = subprocess.run(made, cwd=checkout, capture_output=True, text=True, check=True).stdout.strip()
        self._folder = folder
        configuration = folder / "schemathesis.toml"
        configuration.write_text(_CONFIGURATION)
        self._command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(configuration), "run"]
        self._command += [f"{address[0]}/openapi.json", "--header", f"Authorization: Bearer {token}"]
        self._command += ["--checks", "all", "--exclude-checks", _CHECKS_THAT_ARE_OFF, "--continue-on-failure"]
        self._command += ["--request-timeout", str(PATIENCE_SECONDS), "--suppress-health-check", "too_slow"]
        self._command += ["--max-examples", str(_EXAMPLES), "--generation-database", "none", "--no-color"]
        self._command += ["--seed", os.environ.get(EXPLORE_SEED, "1")]

    def asks(self, *which: str) -> int:
        """How many operations were tested, and nothing found."""
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
        environment["SCHEMATHESIS_HOOKS"] = "tests.contract_hooks"
        command = [*self._command, *which]
        done = subprocess.run(command, cwd=self._folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        tested = re.search(r"Tested: (\d+)", done.stdout)
        assert tested, done.stdout
        return int(tested[1])


@pytest.mark.explored
def test_schemathesis_finds_nothing(start: Callable[..., Service], checkout: Path, tmp_path: Path) -> None:
    schemathesis = Schemathesis(start(**_NO_LIMITS).has_printed(READY), checkout, tmp_path)
    # While everything of a person is erased, most of what they ask is 409: that comes last.
    tested = schemathesis.asks("--exclude-operation-id", _ERASURE)
    tested += schemathesis.asks("--include-operation-id", _ERASURE, "--phases", "examples,coverage,fuzzing")
    # The route that it reads the document from it leaves out.
    assert tested == len(list(operations())) - 1


def test_a_preflight_passes_the_gateway(shared_start: Service) -> None:
    address = re.search(r"http://[\d.:]+", shared_start.curl_lines()[0])
    assert address
    for path in ("/api/content", "/api/profile/overrides/rules"):
        asked = ["-H", f"Origin: {PAGE}", "-H", "Access-Control-Request-Method: PUT"]
        command = ["curl", "-si", "-X", "OPTIONS", f"{address[0]}{path}", *asked]
        answered = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert answered.startswith("HTTP/1.1 204"), answered
        assert f"Access-Control-Allow-Origin: {PAGE}" in answered
