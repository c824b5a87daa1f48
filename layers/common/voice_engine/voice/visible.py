"""What of a text can be seen: white space, control and format characters alone are no text."""

from __future__ import annotations

import re

# What shows nothing, beyond white space: controls, soft hyphen, joiners, marks of direction, fillers, variation
# selectors, the byte order mark. Ranges of four hex digits, so that Python, Rust and ECMA 262 read the pattern alike;
# what they disagree on in `\s` is named here.
_UNSEEN = (
    r"\u0000-\u001F\u007F-\u009F\u00AD\u034F\u061C\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u2028-\u202E"
    r"\u2060-\u206F\u2800\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF9-\uFFFB"
)
PATTERN = rf"[^\s{_UNSEEN}]"  # one visible character

_VISIBLE = re.compile(PATTERN)


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return _VISIBLE.search(text) is None


def count(text: str) -> int:
    """How many visible characters the text has."""
    return sum(1 for _ in _VISIBLE.finditer(text))
