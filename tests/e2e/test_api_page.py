"""docs/api.md, pasted from top to bottom against what it tells to start, with the answers that it shows."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import NO_WINDOWS
from tests.e2e.pasting import Shell, started, whole_repository
from tests.e2e.shown_answers import differences, differences_of_exchange
from tests.template import ROOT

_PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
_BLOCK = re.compile(r"(?:<!-- (?P<mark>[^>]*) -->\n)?```(?P<kind>\w+)\n(?P<text>.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Block:
    """`mark`: the comment before it. `line`: where it begins on the page."""

    mark: str
    kind: str
    text: str
    line: int


def blocks() -> Iterator[Block]:
    for found in _BLOCK.finditer(_PAGE):
        line = _PAGE.count("\n", 0, found.start()) + 1
        yield Block(found["mark"] or "", found["kind"], found["text"], line)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    return whole_repository(tmp_path / "voice engine (4)")


@pytest.fixture
def url(checkout: Path) -> Iterator[str]:
    """As the page tells to start it."""
    (start,) = (block.text for block in blocks() if block.mark == "the start")
    *settings, command, target, fresh = start.split()
    assert (command, target, fresh) == ("make", "start", "FRESH=1")
    given = dict(setting.split("=") for setting in settings)
    assert given == NO_WINDOWS
    with started(checkout, **given) as url:
        yield url


@pytest.fixture
def shell(checkout: Path) -> Iterator[Shell]:
    shell = Shell(checkout)
    yield shell
    shell.close()


def test_the_page_works_from_top_to_bottom(shell: Shell, url: str, checkout: Path) -> None:
    before = set(checkout.iterdir())
    printed = ""
    wrong = []
    shown = 0
    for block in blocks():
        if block.mark:
            continue
        if block.kind == "sh":
            # Where the usual port is taken, another one was printed.
            printed = shell.paste(block.text.replace("http://127.0.0.1:3000", url).rstrip("\n"))
            continue
        shown += 1
        if block.kind == "json":
            found = differences(json.loads(block.text), json.loads(printed))
        else:
            assert block.kind == "http", block
            found = differences_of_exchange(block.text, printed)
        wrong += [f"docs/api.md:{block.line}: {difference}" for difference in found]
    assert wrong == []
    assert shown > 20
    assert set(checkout.iterdir()) == before, "the page leaves files behind"


def test_every_command_shows_its_answer() -> None:
    """A request whose answer is not shown has its answer put into a variable."""
    unmarked = [block for block in blocks() if not block.mark]
    for block, after in zip(unmarked, [*unmarked[1:], None], strict=True):
        if block.kind == "sh" and re.search(r"^curl ", block.text, flags=re.MULTILINE):
            assert after is not None, block
            assert after.kind in ("json", "http"), f"docs/api.md:{block.line}"


@pytest.mark.parametrize(
    ("shown", "came", "wrong"),
    [
        ({"a": 1}, {"a": 1}, False),
        ({"a": 1}, {"a": 2}, True),
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, False),
        ({"a": 1, "…": "…"}, {"b": 2}, True),
        ([1, "…"], [2, 1], False),
        ([1, 1, "…"], [2, 1], True),
        ([1], [1, 2], True),
        ({"a": "…"}, {"a": [1]}, False),
        ({"a": {}}, {"a": []}, True),
    ],
)
def test_a_wrong_answer_would_be_seen(shown: object, came: object, wrong: bool) -> None:
    assert bool(list(differences(shown, came))) is wrong


def test_a_wrong_exchange_would_be_seen() -> None:
    came = 'HTTP/1.1 409 CONFLICT\r\nRetry-After: 3\r\n\r\n{"code": "stale"}'
    assert not list(differences_of_exchange('HTTP/1.1 409\nretry-after: …\n\n{"code": "stale"}', came))
    assert list(differences_of_exchange('HTTP/1.1 412\n\n{"code": "stale"}', came))
    assert list(differences_of_exchange('HTTP/1.1 409\nETag: …\n\n{"code": "stale"}', came))
    assert list(differences_of_exchange('HTTP/1.1 409\n\n{"code": "other"}', came))
    assert list(differences_of_exchange("HTTP/1.1 409", came))
