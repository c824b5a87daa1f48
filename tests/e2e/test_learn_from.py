"""`make learn-from` tells what it learned from a file, and says in one line what is wrong with one."""

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from local.demo import PIECES
from tests.template import ROOT
from tests.waiting import PATIENCE_SECONDS, is_running, wait_until

_SHORTENED = (
    (
        (
            "The bakery on the corner will open at six from next week, because the people who work at the harbour "
            "have been asking for warm bread before their first shift since the spring."
        ),
        "The bakery opens at six from next week. Harbour workers asked for it. They want warm bread before the shift.",
    ),
    (
        (
            "Our old printer has finally stopped working, which means that anybody who needs paper copies this "
            "month will have to walk over to the second floor and wait there for a while."
        ),
        "Our old printer is dead. Use the one on the second floor. You may have to wait.",
    ),
    (
        (
            "The swimming lessons for the little ones are moving to Thursday, since the teacher who used to take "
            "the Monday group has started a new job in another town and cannot come any more."
        ),
        "Swimming lessons move to Thursday. The Monday teacher has a new job. She cannot come any more.",
    ),
    (
        (
            "After a long evening of talking about money, the members of the garden club agreed that the "
            "greenhouse has to be repaired before the winter, even if that leaves little for new tools."
        ),
        "The garden club talked about money. The greenhouse gets repaired before winter. New tools must wait.",
    ),
    (
        (
            "The museum keeps its doors open until nine on Fridays in the summer, so that visitors who are at "
            "work during the day have the time to look around in peace after their dinner."
        ),
        "The museum stays open until nine on summer Fridays. Come after dinner. It is quiet then.",
    ),
    (
        (
            "I have been told by the driver that the bus will take another road while the bridge is closed, so "
            "everybody who gets on at the mill should be at the stop ten minutes earlier than usual."
        ),
        "The bridge is closed. The bus takes another road. At the mill, be ten minutes early.",
    ),
)

_ROWS = [{"writer": "shortener", "draft": draft, "edited": edited} for draft, edited in _SHORTENED] + [
    {"writer": "keeper", "draft": draft, "edited": draft} for draft, _ in _SHORTENED
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "edits of two.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in _ROWS))
    return path


def start(file: str | Path, writer: str = "", limit: str = "") -> subprocess.Popen[str]:
    """As `make learn-from` calls it."""
    host = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
    folders = (".", "layers/common", "functions/api", "functions/learner")
    return subprocess.Popen(
        [sys.executable, "-m", "local.learn_from", "--file", str(file), "--writer", writer, "--limit", limit],
        cwd=ROOT,
        env=host | {"PYTHONPATH": os.pathsep.join(folders)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def learn_from(file: str | Path, writer: str = "", limit: str = "") -> subprocess.CompletedProcess[str]:
    running = start(file, writer, limit)
    out, err = running.communicate()
    return subprocess.CompletedProcess(running.args, running.returncode, out, err)


def parts_of(output: str) -> dict[str, str]:
    """What was printed of each writer."""
    return {part.partition(":")[0]: part for part in output.strip().split("\n\n")}


def sentence_length(part: str) -> tuple[float, float, int]:
    """Before, after, and the number of edits behind it."""
    row = re.search(r"writingTraits\.avgSentenceLength +([\d.]+) +([\d.]+) +(\d+)", part)
    assert row, part
    return float(row[1]), float(row[2]), int(row[3])


def test_it_tells_each_writers_traits_before_and_after_and_the_edits_behind_them(file: Path) -> None:
    done = learn_from(file)
    assert (done.returncode, done.stderr) == (0, "")
    parts = parts_of(done.stdout)
    assert list(parts) == ["shortener", "keeper"]
    assert parts["shortener"].startswith("shortener: 6 edits, version ")
    before, after, edits = sentence_length(parts["shortener"])
    assert after < before - 3
    assert 3 <= edits <= 6
    before, after, edits = sentence_length(parts["keeper"])
    assert (after, edits) == (before, 0)
    for part in parts.values():
        assert re.search(r"seconds \(median\) per save \d+\.\d+, from save to learned \d+\.\d+", part)
    # A pipe gets the result alone: no progress, and nothing of the service that was started for it.
    assert "\r" not in done.stdout
    assert "API answers" not in done.stdout


def test_writer_and_limit_choose_what_is_sent(file: Path) -> None:
    with file.open("a") as more:
        # A blank line, and a text with a character that only some call the end of a line.
        more.write(
            "\n" + json.dumps({"writer": "third", "draft": "One\u2028two.", "edited": "Two."}, ensure_ascii=False)
        )
    done = learn_from(file, writer="third,shortener", limit="2")
    assert (done.returncode, done.stderr) == (0, "")
    parts = parts_of(done.stdout)
    assert list(parts) == ["third", "shortener"]
    assert parts["third"].startswith("third: 1 edits")
    assert parts["shortener"].startswith("shortener: 2 edits")
    before, after, edits = sentence_length(parts["shortener"])
    assert (after, edits) == (before, 2), "two edits are heard and are too few to move anything"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_when_it_is_killed_the_service_that_it_started_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    file = tmp_path / "many edits.jsonl"
    file.write_text((json.dumps(_ROWS[0]) + "\n") * 1_000)
    running = start(file)

    def saves() -> int:
        return sum(log.read_text().count("save-edits") for log in tmp_path.glob("voice-engine-*/logs/api.log"))

    # More than the demo has: those of the file are on their way.
    wait_until(lambda: saves() > len(PIECES))
    process = psutil.Process(running.pid)
    assert [child for child in process.children() if "-m local --any-port" in " ".join(child.cmdline())]
    family = [child.pid for child in process.children(recursive=True)]
    running.send_signal(number)
    running.wait(PATIENCE_SECONDS)
    wait_until(lambda: not any(is_running(pid) for pid in family))
    running.communicate()


def refused(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that is said; nothing was started before it."""
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("learn-from: ")
    return line


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"not JSON\n", "line 1: is not JSON"),
        (b"[1, 2]\n", "line 1: is not a JSON object"),
        (b'{"writer": "ada", "draft": "Words."}\n', "line 1: edited is missing"),
        (b'\n{"writer": "ada", "draft": null, "edited": "Words."}\n', "line 2: draft is missing"),
        (b'{"writer": "ada", "draft": "Words.", "edited": " "}\n', "line 1: edited is missing, empty"),
        (b"\xff\xfe\x00", "is not UTF-8"),
        (b"", "has no edits"),
    ],
)
def test_what_is_wrong_with_a_file_is_said_in_one_line(tmp_path: Path, content: bytes, says: str) -> None:
    file = tmp_path / "edits.jsonl"
    file.write_bytes(content)
    line = refused(learn_from(file))
    assert str(file) in line
    assert says in line


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"writer": "nobody"}, "has no edits of nobody"),
        ({"writer": "shortener,nobody"}, "has no edits of nobody"),
        ({"limit": "0"}, "LIMIT must be a number above 0, not 0"),
        ({"limit": "-3"}, "LIMIT must be a number above 0, not -3"),
        ({"limit": "many"}, "LIMIT must be a number above 0, not many"),
    ],
)
def test_what_is_wrong_with_writer_and_limit_is_said_in_one_line(
    file: Path, arguments: dict[str, str], says: str
) -> None:
    assert says in refused(learn_from(file, **arguments))


def test_a_file_that_is_not_there_or_not_named_is_said_in_one_line(tmp_path: Path) -> None:
    missing = tmp_path / "missing.jsonl"
    assert f"{missing} cannot be read" in refused(learn_from(missing))
    assert f"{tmp_path} cannot be read" in refused(learn_from(tmp_path))
    assert "FILE=" in refused(learn_from(""))
