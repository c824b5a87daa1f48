"""Records as bytes: what a state holds hundreds of must not pay for field names."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from zlib import crc32

CONTENTS = 4  # hashes of drafts kept with a record
_LONGEST_ID = 64  # bytes of an id that is not 24 hex digits; a longer one is not named
_MOST = 0xFFFF
_LONGEST = 0xFF


def short(count: int) -> int:
    """A count as far as two bytes hold it."""
    return min(count, _MOST)


def text(value: str) -> bytes:
    """A text with its length before it: what goes beyond 255 bytes of UTF-8 is left off."""
    encoded = value.encode("utf-8", "surrogatepass")
    if len(encoded) > _LONGEST:
        encoded = encoded[:_LONGEST].decode("utf-8", "ignore").encode()
    return bytes((len(encoded),)) + encoded


def content(id_: str) -> int:
    """Two bytes that stand for a draft. They come from the first 12 characters of its id, which it keeps when an import
    gives it a new one: a log that is taken in elsewhere leads to the very same state."""
    return crc32(id_[:12].encode("utf-8", "surrogatepass")) & _MOST


def contents(hashes: tuple[int, ...]) -> bytes:
    """Hashes of two bytes each, with their number before them."""
    return struct.pack(f"<B{len(hashes)}H", len(hashes), *hashes)


def ids(values: tuple[str, ...]) -> bytes:
    """Ids, with their number before them: 24 hex digits as 12 bytes behind a zero, others as texts."""
    named = [value for value in values if 0 < len(value.encode("utf-8", "surrogatepass")) <= _LONGEST_ID]
    return bytes((len(named),)) + b"".join(_id(value) for value in named)


def fill(records: Iterable[bytes], room: int) -> bytes:
    """The records, best first, for as long as they fit."""
    filled: list[bytes] = []
    for record in records:
        room -= len(record)
        if room < 0:
            break
        filled.append(record)
    return b"".join(filled)


class Reader:
    """Reads back what the functions above wrote, in the same order."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._at = 0

    def more(self) -> bool:
        return self._at < len(self._packed)

    def struct(self, layout: struct.Struct) -> tuple[int, ...]:
        return layout.unpack(self._take(layout.size))

    def text(self) -> str:
        return self._text(self._take(1)[0])

    def contents(self) -> tuple[int, ...]:
        count = self._take(1)[0]
        return struct.unpack(f"<{count}H", self._take(2 * count))

    def ids(self) -> tuple[str, ...]:
        return tuple(self._id() for _ in range(self._take(1)[0]))

    def _id(self) -> str:
        size = self._take(1)[0]
        return self._text(size) if size else self._take(_HEX_BYTES).hex()

    def _text(self, size: int) -> str:
        return self._take(size).decode("utf-8", "surrogatepass")

    def _take(self, size: int) -> bytes:
        self._at += size
        return self._packed[self._at - size : self._at]


_HEX_BYTES = 12
_HEX_DIGITS = frozenset("0123456789abcdef")


def _id(value: str) -> bytes:
    if len(value) == 2 * _HEX_BYTES and set(value) <= _HEX_DIGITS:
        return b"\0" + bytes.fromhex(value)
    return text(value)
