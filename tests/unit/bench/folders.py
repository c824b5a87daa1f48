"""A small folder of evaluation data, made here: simulated writers who rewrite posts in styles of their own."""

import json
import random
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.eval import drafter
from bench.eval.drafter import PLAIN, STOCK, Style
from bench.eval.loop import noisy
from voice_engine.voice import ngrams

MACHINE = Style(dashes=1.0, contracted=0.5)


def style(number: int) -> Style:
    """What writer `number` wants: each another."""
    return Style(
        sentence_length=12.0 + 4 * number,
        contracted=float(number % 2),
        plain=frozenset(sorted(PLAIN)[: 2 + number]),
        banned=frozenset(map(ngrams.key, STOCK[number : number + 3])),
        dashes=0.0 if number % 2 else 2.0,
        exclamations=0.5 * number,
    )


def edits(name: str, writers: int, each: int, sentences: int) -> Iterable[dict[str, Any]]:
    for number in range(writers):
        wanted = style(number)
        for turn in range(each):
            chance = random.Random(f"{name} {number} {turn}")
            text = drafter.plan(chance, MACHINE, sentences)
            edited = drafter.render(drafter.resplit(text, wanted.sentence_length), wanted)
            yield {
                "id": f"{name}-{number}-{turn}",
                "writer": f"{name}{number}",
                "draft": drafter.render(text, MACHINE),
                "edited": noisy(edited, chance),
                "meta": {"kind": "machine-draft"},
            }


def texts(name: str, authors: int, each: int, sentences: int) -> Iterable[dict[str, Any]]:
    for number in range(authors):
        wanted = style(number)
        for turn in range(each):
            text = drafter.plan(random.Random(f"own {name} {number} {turn}"), wanted, sentences)
            yield {
                "id": f"own-{name}-{number}-{turn}",
                "author": f"{name}{number}",
                "lang": "en",
                "form": "blog",
                "text": drafter.render(text, replace(wanted, short_paragraphs=True)),
            }


CASES = (
    ("Ready? Then we go at 8.30 a.m. on Monday.", ["Ready?", "Then we go at 8.30 a.m. on Monday."]),
    ("See Node.js 20.1 at https://x.y/z.html today. Dr. Ames agrees.", None),
    ("One line\nAnother line", ["One line", "Another line"]),
    ("Sie kam. Er ging.", ["Sie kam.", "Er ging."]),
)


def cases() -> Iterable[dict[str, Any]]:
    for number, (text, sentences) in enumerate(CASES):
        told = sentences or ["See Node.js 20.1 at https://x.y/z.html today.", "Dr. Ames agrees."]
        yield {"id": f"case-{number}", "lang": "de" if number == 3 else "en", "text": text, "sentences": told}


def write(folder: Path, *, writers: int = 4, each: int = 34, sentences: int = 3) -> Path:
    """A folder as `make eval` takes it, with so many writers of prose and edits of each. sentences: how long a text
    is."""
    files = {
        "edits/lamp.jsonl": edits("lamp", writers, each, sentences),
        "edits/postedit.jsonl": edits("postedit", 4, 3, sentences),
        "authors/postedit.jsonl": texts("postedit", 4, 2, sentences),
        "authors/blogs.jsonl": texts("blogs", 3, 8, sentences),
        "authors/microposts.jsonl": texts("microposts", 3, 8, sentences),
        "sentences/golden.jsonl": cases(),
    }
    for name, rows in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder
