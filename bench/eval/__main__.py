"""`make eval DATA=<folder> OUT=<file.json>`: measures the product on real edits, prints a table, writes JSON.

`--sections` measures some alone; `--markdown FILE.json` prints the table of an earlier run for a page.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.eval import apply, check, loop, phrases, progress, sentences, table, traits
from bench.eval import data as source
from bench.eval.data import Data, DataError
from bench.eval.result import Result
from voice_engine.voice.learned import LEARNER_VERSION

SECTIONS: Mapping[str, Callable[[Data], list[Result]]] = {
    "sentences": sentences.evaluate,
    "traits": traits.evaluate,
    "phrases": phrases.evaluate,
    "check": check.evaluate,
    "apply": apply.evaluate,
    "progress": progress.evaluate,
    "loop": loop.evaluate,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument("--data", default="", help="a folder with edits/, authors/ and sentences/")
    parser.add_argument("--out", default="", help="the JSON file to write")
    parser.add_argument("--sections", default=",".join(SECTIONS), help="some of: " + ", ".join(SECTIONS))
    parser.add_argument("--markdown", metavar="FILE", help="print the table of a JSON file and measure nothing")
    options = parser.parse_args()
    try:
        if options.markdown:
            print("\n".join(table.markdown(json.loads(Path(options.markdown).read_text(encoding="utf-8")))))
        else:
            measure(options.data, options.sections.split(","), options.out)
    except (DataError, OSError) as error:
        print(f"eval: {error}", file=sys.stderr)
        return 1
    return 0


def measure(folder: str, names: Sequence[str], out: str) -> None:
    """Evaluates a folder, prints the table, and writes the JSON if `out` names a file."""
    if not folder:
        raise DataError("name a folder: make eval DATA=<folder> OUT=<file.json>")
    found = evaluate(Path(folder), names)
    print("\n".join(table.lines(found)))
    if out:
        Path(out).write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def evaluate(folder: Path, names: Sequence[str] = tuple(SECTIONS)) -> dict[str, Any]:
    """The document of a folder. Raises DataError for a folder that cannot be read, or a section that there is not."""
    if unknown := sorted(set(names) - set(SECTIONS)):
        raise DataError(f"there is no section {', '.join(unknown)}; there are {', '.join(SECTIONS)}")
    data = source.read(folder)
    results: list[Result] = []
    for name in names:
        started = time.monotonic()
        results += SECTIONS[name](data)
        print(f"{name}: {time.monotonic() - started:.0f} s", file=sys.stderr)
    about = {
        "learnerVersion": LEARNER_VERSION,
        "edits": {name: len(rows) for name, rows in data.edits.items()},
        "writers": {name: len({row.writer for row in rows}) for name, rows in data.edits.items()},
        "cases": len(data.cases),
    }
    return table.document(results, about)


if __name__ == "__main__":
    sys.exit(main())
