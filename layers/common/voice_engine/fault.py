"""What may be told of an error that nobody expected: its kind and its place.

Never its message, which may quote what a person wrote, or an address with its password.
"""

import traceback
from pathlib import Path


def place(error: BaseException) -> str:
    """File and line that raised it, as in "text.py:12"."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "unknown"


def description(error: BaseException) -> str:
    """As in "ValueError at text.py:12"."""
    return f"{type(error).__name__} at {place(error)}"
