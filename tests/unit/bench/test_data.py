"""A folder is read whole or refused with the file and line that is wrong."""

from pathlib import Path

import pytest

from bench.eval.data import DataError, read
from tests.unit.bench.folders import write


def test_rows_keep_their_order_and_writers(tmp_path: Path) -> None:
    data = read(write(tmp_path))
    assert list(data.prose) == ["lamp0", "lamp1", "lamp2", "lamp3"]
    assert [row.id for row in data.prose["lamp1"]][:2] == ["lamp-1-0", "lamp-1-1"]
    assert len(data.messages) == 4


def test_people_with_few_edits_and_drafts_by_people_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, each=19)
    lamp = tmp_path / "edits" / "lamp.jsonl"
    assert read(tmp_path).prose == {}
    text = lamp.read_text(encoding="utf-8")
    lamp.write_text(text.replace("machine-draft", "human-draft"), encoding="utf-8")
    assert read(tmp_path).by_writer("lamp") == {}


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    write(tmp_path)
    lamp = tmp_path / "edits" / "lamp.jsonl"
    lamp.write_text(lamp.read_text(encoding="utf-8") + '{"id": "x"}\n', encoding="utf-8")
    with pytest.raises(DataError, match=r"lamp\.jsonl, line 137: KeyError 'writer'"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["nowhere", "."])
def test_no_folder_and_an_empty_one_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError):
        read(tmp_path / name)


def test_two_saves_of_no_content_share_an_id(tmp_path: Path) -> None:
    data = read(write(tmp_path, each=20, sentences=1))
    rows = [row for some in data.prose.values() for row in some]
    found = [data.edit(row, 1) for row in rows]
    assert len({edit.id for edit in found}) == len(rows)
    assert all(len(edit.id) == 24 for edit in found)
