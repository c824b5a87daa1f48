"""Where the files of `sam local` lie: what SAM reads by samconfig.toml, and what is kept for the next command."""

import json
import os
from pathlib import Path
from typing import Any

from local.folder import DEFAULT, ROOT

# Of the tokens that are signed here.
KEYS = DEFAULT
FOLDER = DEFAULT / "containers"
EVENTS = DEFAULT / "events"
# Apart from .aws-sam/build, which is what `sam deploy` uploads.
BUILD = ROOT / ".aws-sam" / "local"
PARAMETERS = FOLDER / "parameters.toml"
ENVIRONMENT = FOLDER / "env.json"
STORES = FOLDER / "stores.json"
PASSWORD = FOLDER / "password"


def write_secret(path: Path, text: str) -> None:
    """`text` into `path`, at once and for its owner alone: it may hold a password."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    aside.replace(path)


def read_json(path: Path) -> Any:
    """None where there is no such file."""
    try:
        return json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
