"""`sam validate` and `sam validate --lint` find different faults; both pass with no AWS credentials."""

import tomllib

import pytest

from tests.sam.conftest import Sam
from tests.template import ROOT, template


# The environments differ in what is deployed, not in the template: each is tried with one of the two ways.
@pytest.mark.parametrize(("environment", "options"), [("default", ()), ("prod", ("--lint",))], ids=["plain", "lint"])
def test_the_template_is_valid(sam: Sam, environment: str, options: tuple[str, ...]) -> None:
    done = sam("validate", "--config-env", environment, *options)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "is a valid SAM Template" in done.stdout


def test_samconfig_sets_only_parameters_that_the_template_has() -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    assert {"default", "prod"} <= config.keys()
    for environment in ("default", "prod"):
        overrides = config[environment]["deploy"]["parameters"].get("parameter_overrides", "")
        names = {pair.partition("=")[0] for pair in overrides.split()}
        assert names <= template()["Parameters"].keys()
