"""What a function imports before its first request: nothing that only some later call needs."""

import os
import subprocess
import sys

import pytest

from tests.template import ROOT

ENVIRONMENT = {
    "MONGODB_URI": "mongodb://localhost",
    "REDIS_URL": "redis://localhost",
    "OIDC_ISSUER": "https://issuer.example/",
    "OIDC_AUDIENCE": "voice-engine",
    "OIDC_JWKS_URL": "https://issuer.example/jwks.json",
}
# AWS's library for the wake and secrets, PDFs, the language model, rate limits, and what is in no layer at all.
LATER = ["boto3", "botocore.session", "pypdf", "fasttext", "limits", "requests", "numpy"]


@pytest.mark.parametrize(
    ("folder", "handler"), [("api", "api_handler"), ("api", "drafts_handler"), ("learner", "learner_handler")]
)
def test_a_cold_start_imports_nothing_that_is_for_later(folder: str, handler: str) -> None:
    program = f"import sys, {handler}; print([name for name in {LATER!r} if name in sys.modules])"
    paths = [str(ROOT / "layers" / "common"), str(ROOT / "functions" / folder)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(paths), **ENVIRONMENT}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
