"""Ids of everything that is stored."""

import re
import secrets

_ID = re.compile(r"[0-9a-f]{24}")


def new_id() -> str:
    """24 random hex digits. `secrets` asks the kernel each time, so clones of one SnapStart image never repeat."""
    return secrets.token_hex(12)


def is_id(text: str) -> bool:
    return _ID.fullmatch(text) is not None
