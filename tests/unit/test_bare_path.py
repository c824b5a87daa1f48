"""Neither a test nor what it starts finds a program that a bare machine lacks."""

import shutil
import subprocess

import pytest

from tests.bare_path import named_packages

COMMON_BUT_UNNAMED = ["ps", "jq", "openssl", "lsof", "pkill", "gcc"]


@pytest.mark.parametrize("program", COMMON_BUT_UNNAMED)
def test_a_program_that_the_readme_does_not_name_is_not_found(program: str) -> None:
    with pytest.raises(FileNotFoundError):
        subprocess.run([program], check=False)
    done = subprocess.run(["sh", "-c", f"{program} --version"], capture_output=True, text=True, check=False)
    assert done.returncode == 127, done


def test_what_the_readme_names_is_found() -> None:
    assert {"python3", "make", "curl", "git"} <= set(named_packages())
    for program in ("python3", "make", "curl", "git"):
        assert shutil.which(program)
        subprocess.run([program, "--version"], capture_output=True, check=True)
