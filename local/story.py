"""`make demo`: what the service does, told in the terminal over its HTTP API alone.

Two writers are new to it: one whose edits are written out in `local/demo.py`, and one who is simulated. Without
API=<url> it starts a service of its own. The exit code says whether the story held.
"""

import os
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import fmean
from typing import Any

from local import simulated_writer
from local.api_client import ApiClient, ApiError
from local.demo import PIECES
from local.errors import StartError
from local.folder import DEFAULT
from local.keys import sign_token, signing_key
from local.own_service import own_service
from local.progress import NotLearned, await_learned

# Of 80 columns: an emoji takes two and counts as one character.
_WIDTH = 78
_DRAFTS = 12
# Of the last drafts, how many are compared, and how far below the same drafts without a profile they must lie.
_LAST = 4
_BELOW = 0.6
_BAR = 28
_SHOWN = 6


class NotHeld(Exception):
    """The service did not do what the story tells. The message is one line that says what was seen."""


def tell(url: str, keys: Path) -> None:
    """Print the story, step by step as it happens. Raises NotHeld at the first that does not."""
    # Another name each time: a second run is about people whom the service does not know, either.
    run = f"{time.time_ns():x}"
    writer, simulated = (
        ApiClient(url, sign_token(signing_key(keys), user=f"{name}-{run}")) for name in ("writer", "simulated")
    )
    _say(f"All that follows goes over the HTTP API at {url}. No model is asked.")
    _one_edit(writer)
    _three_edits(writer)
    _drafts(simulated)


def _one_edit(client: ApiClient) -> None:
    _head("1. A draft, and what the writer made of it")
    progress = _save(client, 0, show_request=True)
    _say(f"A moment later the learner had it: learned in version {progress['version']} of the profile.")


def _three_edits(client: ApiClient) -> None:
    _head("2. Two more edits, and what was learned")
    before = client.get("/api/profile/style")["profile"]  # one edit moves nothing
    for number in (1, 2):
        _save(client, number)
    after = client.get("/api/profile/style")
    explained = client.get("/api/profile/explain")
    _say(f"The profile is at version {after['version']}, its score {after['evolutionScore']} of 100.")
    moved = [trait for trait in explained["traits"] if trait["reason"] == "moved"]
    _say(
        "GET /api/profile/explain says what moved, and why. At first the profile held what is typical; now it holds "
        "where this writer's texts settle. So a value may fall although the edits raised it in drafts that had less."
    )
    print()
    for trait in moved:
        values = [_shown(_field(profile, trait["path"])) for profile in (before, after["profile"]) if trait["path"]]
        if values and values[0] != values[1]:
            told = f"{len(trait['edits'])} edits voted: {_votes(trait['votes'])}."
            _item(f"{trait['path']}: {values[0]} -> {values[1]}", f"{trait['why']} {told}")
    learned = [phrase for phrase in explained["phrases"] if phrase["reason"] == "learned"]
    for phrase in learned[:_SHOWN]:
        _item(f"{phrase['path']}: “{phrase['phrase']}”", f"{phrase['why']} {_where(phrase)}")
    waiting = next((t for t in explained["traits"] if t["path"] and t["needed"] and t["edits"]), None)
    if waiting is not None:
        _say("And why something else has not moved:")
        print()
        _item(waiting["path"], f"{waiting['why']} Votes still missing: {waiting['needed']}.")
    if not moved:
        raise NotHeld("three edits that agree moved no trait")
    if any(not trait["edits"] for trait in moved):
        raise NotHeld("a trait moved and names no edit that moved it")


def _save(client: ApiClient, number: int, *, show_request: bool = False) -> dict[str, Any]:
    """Register a piece of the demo, save its edit and show both. What the learner says of it, once it is learned."""
    piece = PIECES[number]
    assert piece.edited is not None
    content = client.post("/api/content", {"text": piece.draft, "platform": piece.platform})
    started = time.perf_counter()
    saved = client.post(f"/api/content/{content['id']}/save-edits", {"editedText": piece.edited})
    milliseconds = (time.perf_counter() - started) * 1000
    _text("draft", piece.draft)
    _text("edit", piece.edited)
    if show_request:
        status = saved["learning"]["status"]
        _say(
            f"POST /api/content/{{id}}/save-edits was answered after {milliseconds:.0f} ms, before anything was "
            f"learned: the edit was stored, and {status}."
        )
    return await_learned(client, saved["learning"]["editId"])


def _drafts(client: ApiClient) -> None:
    _head("3. The next drafts need fewer edits")
    _say(
        "This writer is simulated. The drafts come from a drafter of simple rules, which is given the profile as the "
        "API has it; the edits from a program with habits of its own: sentences of about "
        f"{simulated_writer.SHORT_SENTENCE:.0f} words, contractions, plain words, short paragraphs, no dashes, and "
        f"without phrases such as “{simulated_writer.REFUSED[0]}”. The service is told none of them, and learns from "
        "the saved edits alone. Of its words 1 in 100 is changed at random, so that the distance never is nothing."
    )
    # Asked for by a change that changes nothing: what holds before anything is learned.
    neutral = client.put("/api/profile/style", {})["profile"]
    _say("Words changed in each draft, and in the same draft written without a profile:")
    print()
    with_profile, without = [], []
    for number in range(1, _DRAFTS + 1):
        written = simulated_writer.write(number, client.get("/api/profile/style")["profile"])
        with_profile.append(written.changed)
        without.append(simulated_writer.write(number, neutral).changed)
        print(_row(number, with_profile[-1], without[-1]), flush=True)
        content = client.post("/api/content", {"text": written.draft, "platform": "blog"})
        saved = client.post(f"/api/content/{content['id']}/save-edits", {"editedText": written.text})
        await_learned(client, saved["learning"]["editId"])
    last, bare = fmean(with_profile[-_LAST:]), fmean(without[-_LAST:])
    _say(
        f"Over the last {_LAST} drafts {last:.0%} of the words were changed, without a profile {bare:.0%}. "
        "Real writers gain less: docs/learning.md has what was measured on real edits."
    )
    change = client.get("/api/profile/analytics")["editDistance"]["change"]
    _say(
        f"The service itself is more careful. GET /api/profile/analytics says of the change: {change['direction']}; "
        f"drafts that are still missing for a claim: {change['missing']}."
    )
    if last > _BELOW * bare:
        raise NotHeld(f"the last drafts were changed by {last:.0%}, without a profile by {bare:.0%}")


def _row(number: int, changed: float, bare: float) -> str:
    bar = "#" * round(min(changed, 1) * _BAR)
    return f"  draft {number:>2}  {changed:>4.0%}  {bar:<{_BAR}}  without a profile {bare:>4.0%}"


def _votes(votes: dict[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in votes.items() if count)


def _where(phrase: dict[str, Any]) -> str:
    counted = (("removed in", "removedIn"), ("kept in", "keptIn"), ("added in", "addedIn"))
    return ", ".join(f"{name} {phrase[count]}" for name, count in counted if phrase[count]).capitalize() + "."


def _field(profile: dict[str, Any], path: str) -> Any:
    value: Any = profile
    for name in path.split("."):
        value = value[name]
    return value


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float | int) else str(value)


def _head(title: str) -> None:
    print(f"\n{title}\n{'-' * len(title)}", flush=True)


def _say(text: str) -> None:
    print("\n" + "\n".join(textwrap.wrap(text, _WIDTH)), flush=True)


def _item(first: str, then: str) -> None:
    print("\n".join([*_indented(first, "  "), *_indented(then, "      ")]), flush=True)


def _text(name: str, text: str) -> None:
    print()
    print("\n".join(_indented(text, f"  {name:<7}", " " * 9)), flush=True)


def _indented(text: str, first: str, rest: str | None = None) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest)


def main() -> int:
    try:
        if url := os.environ.get("API"):
            tell(url, DEFAULT)
        else:
            with own_service() as (url, directory):
                tell(url, directory)
    except NotHeld as seen:
        print(f"\nThe story did not hold: {seen}.")
        return 1
    except (StartError, NotLearned, ApiError) as error:
        print(f"make demo: {error}", file=sys.stderr)
        return 2
    print("\nThe story held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
