"""The requests of a collection for Bruno, read as Bruno reads them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.template import ROOT

COLLECTION = ROOT / "docs" / "collection"
_METHODS = ("get", "post", "put", "delete")
_BLOCK = re.compile(r"^([\w:-]+) [{\[]\n(.*?)^[}\]]$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class BrunoRequest:
    """`captures`: variable → its place in the answer, as in `res.body.items[0].id`."""

    file: Path
    name: str
    method: str
    url: str
    auth: str
    headers: dict[str, str]
    body: Any | None
    captures: dict[str, str]


def in_order() -> Iterator[BrunoRequest]:
    """As the folders and their files are numbered."""
    for folder in sorted((file.parent for file in COLLECTION.glob("*/folder.bru")), key=_number_of_folder):
        files = [file for file in folder.glob("*.bru") if file.name != "folder.bru"]
        yield from map(_request, sorted(files, key=lambda file: int(_pairs(_blocks(file)["meta"])["seq"])))


def _number_of_folder(folder: Path) -> int:
    return int(_pairs(_blocks(folder / "folder.bru")["meta"])["seq"])


def _request(file: Path) -> BrunoRequest:
    blocks = _blocks(file)
    (method,) = (name for name in blocks if name in _METHODS)
    asked = _pairs(blocks[method])
    assert (asked["body"] == "json") is ("body:json" in blocks), file
    assert asked["url"].partition("?")[2] == "&".join(
        f"{name}={value}" for name, value in _pairs(blocks.get("params:query", "")).items() if not name.startswith("~")
    ), file
    return BrunoRequest(
        file=file,
        name=file.stem,
        method=method.upper(),
        url=asked["url"],
        auth=asked["auth"],
        headers=_pairs(blocks.get("headers", "")),
        body=json.loads(blocks["body:json"]) if "body:json" in blocks else None,
        captures=_pairs(blocks.get("vars:post-response", "")),
    )


def _blocks(file: Path) -> dict[str, str]:
    return dict(_BLOCK.findall(file.read_text("utf-8")))


def _pairs(block: str) -> dict[str, str]:
    lines = (line.strip().partition(":") for line in block.splitlines())
    return {name: value.strip() for name, _, value in lines}


def place(captured: str, body: Any) -> Any:
    """What an answer's body has where a capture says."""
    assert captured.startswith("res.body"), captured
    for name, index in re.findall(r"\.(\w+)|\[(\d+)\]", captured.removeprefix("res.body")):
        body = body[name] if name else body[int(index)]
    return body
