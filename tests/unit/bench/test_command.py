"""The command as a person runs it, on a small folder made here."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bench.eval import __main__ as command
from bench.eval import apply, bootstrap, check_trials, drafter, loop, traits
from tests.unit.bench.folders import write

KEYS = {
    "sentences.exact",
    "sentences.english",
    *(f"traits.change.k{k}" for k in (3, 5, 10, 20)),
    *(f"traits.level.k{k}" for k in (3, 5, 10)),
    *("phrases.ban_lift", "phrases.ban_count", "phrases.brier_ratio"),
    *("check.auc", "check.auc_by_set", "check.auc_by_k", "check.personal", "check.combined"),
    *("check.calibration_error", "check.abstains", "check.accuracy"),
    *("apply.ratio", "apply.worse_share"),
    "progress.band",
    "loop.distance",
}
BASELINES = {
    "sentences.exact": {"sentencex", "marks"},
    "traits.change.k10": {"population", "own_mean", "old_rule"},
    "traits.level.k10": {"running_mean", "constant", "paired"},
    "phrases.ban_lift": {"removed_twice_rate_0.6"},
    "progress.band": {"population"},
    "apply.ratio": {"raw_draft"},
    "check.auc": {"words", "characters", "compression"},
}


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["eval", *arguments])
    return command.main()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("data"), writers=3, each=23)


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Fewer simulated people, orders, texts and draws: the figures are coarser, the path through the code is the
    same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "WRITERS", 2)
        patch.setattr(loop, "DRAFTS", max(loop.TOLD))
        patch.setattr(drafter, "SENTENCES", 4)
        patch.setattr(apply, "WRITERS", 3)
        patch.setattr(traits, "SHUFFLES", 1)
        patch.setattr(bootstrap, "DRAWS", 100)
        patch.setattr(check_trials, "MOST_TESTED", 5)
        patch.setattr(check_trials, "MOST_OTHERS", 6)
        yield


@pytest.fixture(scope="module")
def found(folder: Path, quick: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    out = tmp_path_factory.mktemp("out") / "eval.json"
    with pytest.MonkeyPatch.context() as patch:
        assert run(patch, "--data", str(folder), "--out", str(out)) == 0
    document: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return document


def test_each_measure_stands_under_its_key_with_what_belongs_to_it(found: dict[str, Any]) -> None:
    assert set(found) >= KEYS
    for key in KEYS:
        assert found[key] is not None, key
    for key, names in BASELINES.items():
        assert set(found["baselines"][key]) >= names
    assert set(found["loop.distance"]) == {"1", "5", "10", "20"}
    for key, (low, high) in found["intervals"].items():
        assert low <= high, key
        if isinstance(found[key], float) and key.startswith("traits"):
            assert low <= found[key] <= high
    assert all(target["target"] for target in found["targets"].values())
    # With nothing set by hand a draft stays as it is.
    assert (found["apply.ratio"], found["apply.worse_share"]) == (1.0, 0.0)
    assert found["sentences.exact"] == 1.0


def test_the_table_names_every_measure_and_can_be_printed_again(
    found: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "again.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    capsys.readouterr()
    assert run(monkeypatch, "--markdown", str(file)) == 0
    printed = capsys.readouterr().out
    assert all(f"`{key}`" in printed for key in KEYS)


def test_the_same_folder_gives_the_same_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "data", writers=1, each=2)
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file in files:
        run(monkeypatch, "--data", str(folder), "--out", str(file), "--sections", "sentences,phrases,progress")
    assert files[0].read_bytes() == files[1].read_bytes()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a folder"),
        (("--data", "nowhere"), "nowhere is no folder"),
        (("--data", ".", "--sections", "style"), "there is no section style"),
        (("--markdown", "nowhere.json"), "nowhere.json"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...],
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(monkeypatch, *arguments) == 1
    error = capsys.readouterr().err
    assert said in error
    assert error.count("\n") == 1


def test_a_folder_with_sentences_alone_has_no_data_for_the_rest(
    tmp_path: Path, quick: None, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "data")
    for name in ("edits", "authors"):
        for file in (folder / name).iterdir():
            file.unlink()
    names = ",".join(name for name in command.SECTIONS if name != "loop")
    assert run(monkeypatch, "--data", str(folder), "--sections", names) == 0
    assert "no data" in capsys.readouterr().out
