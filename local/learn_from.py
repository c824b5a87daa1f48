"""`make learn-from`: sends real edits through the HTTP API, as a writing app would, and tells what was learned.

Each line of the file is `{"writer": ..., "draft": ..., "edited": ...}`. A draft is registered, its edit saved, and the
next one waits until that is learned. Without API=<url> it starts a service of its own, with both windows at 0.
"""

import argparse
import json
import os
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from local.api_client import ApiClient, ApiError
from local.errors import StartError
from local.folder import DEFAULT
from local.keys import sign_token, signing_key
from local.own_service import own_service
from local.progress import NotLearned, await_learned

_PHRASES_SHOWN = 12


class InputError(Exception):
    """The file cannot be used. The message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Row:
    writer: str
    draft: str
    edited: str


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds of each save until it was answered, and until it was learned."""

    saves: list[float]
    learned: list[float]


def read_rows(file: Path, *, writer: str | None, limit: int | None) -> dict[str, list[Row]]:
    """The edits of each writer, in the order of the file, at most `limit` of each."""
    try:
        # Not splitlines: a text may hold other characters that end a line.
        lines = file.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{file} is not UTF-8 text") from None
    rows: dict[str, list[Row]] = defaultdict(list)
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = _row(line, f"{file}, line {number}")
        if writer in (None, row.writer) and (limit is None or len(rows[row.writer]) < limit):
            rows[row.writer].append(row)
    if not rows:
        raise InputError(f"{file} has no edits" + (f" of {writer}" if writer else ""))
    return dict(rows)


def _row(line: str, place: str) -> Row:
    """Raises InputError that names `place` and what is wrong there, and repeats nothing of a text."""
    try:
        given = json.loads(line)
    except json.JSONDecodeError:
        raise InputError(f"{place}: is not JSON") from None
    if not isinstance(given, dict):
        raise InputError(f"{place}: is not a JSON object")
    for name in ("writer", "draft", "edited"):
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise InputError(f"{place}: {name} is missing, empty or no text")
    return Row(given["writer"], given["draft"], given["edited"])


def send(client: ApiClient, rows: list[Row], show: bool) -> Timing:
    """Register, save and wait, row by row."""
    timing = Timing([], [])
    for number, row in enumerate(rows, 1):
        content = client.post("/api/content", {"text": row.draft, "platform": "blog"})
        started = time.perf_counter()
        saved = client.post(f"/api/content/{content['id']}/save-edits", {"editedText": row.edited})
        timing.saves.append(time.perf_counter() - started)
        await_learned(client, saved["learning"]["editId"])
        timing.learned.append(time.perf_counter() - started)
        if show:
            print(f"\r  {row.writer}: {number} of {len(rows)} edits learned", end="", flush=True)
    if show:
        print()
    return timing


def field(profile: dict[str, Any], path: str) -> Any:
    """The value at a dotted path of a profile."""
    value: Any = profile
    for name in path.split("."):
        value = value[name]
    return value


def report(before: dict[str, Any], after: dict[str, Any], explained: dict[str, Any], timing: Timing) -> Iterator[str]:
    """What was learned, line by line."""
    yield f"  {'trait':<42}{'before':>9}{'after':>9}{'edits':>7}   votes up/down/hold, and why"
    for trait in explained["traits"]:
        path, votes = trait["path"], trait["votes"]
        if not path:
            continue  # measured, but no field shows it
        values = [_shown(field(profile, path)) for profile in (before, after)]
        cast = f"{votes['up']}/{votes['down']}/{votes['hold']}"
        yield f"  {path:<42}{values[0]:>9}{values[1]:>9}{len(trait['edits']):>7}   {cast}, {trait['why']}"
    for path in ("bannedPhrases", "commonPhrases"):
        found = [phrase for phrase in explained["phrases"] if phrase["path"] == path]
        told = [
            f"“{p['phrase']}” (removed in {p['removedIn']}, kept in {p['keptIn']}, added in {p['addedIn']})"
            for p in found[:_PHRASES_SHOWN]
        ]
        yield f"  {path}: {len(found)}" + ("".join(f"\n    {line}" for line in told))
    yield (
        f"  seconds (median) per save {median(timing.saves):.3f}, "
        f"from save to learned {median(timing.learned):.3f}; whole run {sum(timing.learned):.1f}"
    )


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.2f}" if isinstance(value, float | int) else str(value)


def learn_from(url: str, keys: Path, rows: dict[str, list[Row]]) -> None:
    for writer, edits in rows.items():
        # Another name each time: a second run is another person, whose profile begins neutral.
        user = f"{writer}-{time.time_ns():x}"
        client = ApiClient(url, sign_token(signing_key(keys), user=user))
        before = _neutral_profile(client)
        timing = send(client, edits, show=sys.stdout.isatty())
        after = client.get("/api/profile/style")
        print(f"{writer}: {len(edits)} edits, version {after['version']}, score {after['evolutionScore']}")
        for line in report(before, after["profile"], client.get("/api/profile/explain"), timing):
            print(line)
        print()


def _neutral_profile(client: ApiClient) -> dict[str, Any]:
    """What holds before anything is learned; asking for it by an empty change makes the profile."""
    profile: dict[str, Any] = client.put("/api/profile/style", {})["profile"]
    return profile


def main() -> int:
    parser = argparse.ArgumentParser(prog="make learn-from", description=__doc__)
    parser.add_argument("--file", required=True, help="JSON Lines with writer, draft and edited")
    parser.add_argument("--writer", default="", help="only this writer; several are separated by commas")
    parser.add_argument("--limit", default="", help="at most so many edits of each writer")
    options = parser.parse_args()
    if not options.file:
        print("learn-from: name a file: make learn-from FILE=edits.jsonl", file=sys.stderr)
        return 1
    try:
        limit = _positive(options.limit)
        rows: dict[str, list[Row]] = {}
        for writer in options.writer.split(",") if options.writer else [None]:
            rows |= read_rows(Path(options.file), writer=writer, limit=limit)
        if url := os.environ.get("API"):
            learn_from(url, DEFAULT, rows)
        else:
            with own_service() as (url, directory):
                learn_from(url, directory, rows)
    except (InputError, StartError, NotLearned, ApiError) as error:
        print(f"learn-from: {error}", file=sys.stderr)
        return 1
    return 0


def _positive(text: str) -> int | None:
    if not text:
        return None
    if not text.isdecimal() or int(text) == 0:
        raise InputError(f"LIMIT must be a number above 0, not {text}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
