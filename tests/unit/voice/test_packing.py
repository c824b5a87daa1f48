import struct

from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice import packing
from voice_engine.voice.packing import Reader

IDS = st.one_of(st.text("0123456789abcdef", min_size=24, max_size=24), st.text(min_size=1, max_size=16))
LAYOUT = struct.Struct("<HI")


@given(st.text(max_size=63), st.lists(st.integers(0, 65_535), max_size=9), st.lists(IDS, max_size=5))
def test_what_was_packed_comes_back(text: str, hashes: list[int], ids: list[str]) -> None:
    packed = LAYOUT.pack(7, 70_000) + packing.text(text) + packing.contents(tuple(hashes)) + packing.ids(tuple(ids))
    reader = Reader(packed + packed)
    for _ in range(2):
        assert reader.struct(LAYOUT) == (7, 70_000)
        assert (reader.text(), reader.contents(), reader.ids()) == (text, tuple(hashes), tuple(ids))
    assert not reader.more()


@given(st.text(min_size=60, max_size=600))
def test_a_long_text_loses_its_end(text: str) -> None:
    packed = packing.text(text)
    assert len(packed) <= 256
    assert text.startswith(Reader(packed).text())


@given(st.lists(st.binary(max_size=40)), st.integers(0, 200))
def test_records_fill_their_room_from_the_front(records: list[bytes], room: int) -> None:
    filled = packing.fill(records, room)
    assert len(filled) <= room
    assert b"".join(records).startswith(filled)
