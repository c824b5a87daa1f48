"""`make collection`: a collection for Bruno, made from the OpenAPI document.

Its format is plain text, a file a request, which a person can review and git can hold:
https://docs.usebruno.com/bru-lang describes it. It needs no account, and `bru run` plays it without a window.
"""

import argparse
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from contract.samples import ROOT
from contract.tour import Chapter, Request, tour

_FOLDER = Path("docs") / "collection"
_URL = "http://127.0.0.1:3000"
_ABOUT = """\
Every route of Voice Engine once, in an order that can be run from top to bottom.

Choose the environment `local`, and set `token` there to what `make token USER=somebody SCOPE=admin` prints.
Take somebody new: the last chapter erases all that they have. Ids that a request takes are put into variables by the
one that made them.
"""


def collection(document: dict[str, Any]) -> dict[str, str]:
    """The text of each file, by its path in the collection."""
    files = {
        "bruno.json": json.dumps({"version": "1", "name": document["info"]["title"], "type": "collection"}, indent=2)
        + "\n",
        "collection.bru": _blocks(
            _block("auth", ["mode: bearer"]), _block("auth:bearer", ["token: {{token}}"]), _docs(_ABOUT)
        ),
        "environments/local.bru": _blocks(_block("vars", [f"url: {_URL}"]), "vars:secret [\n  token\n]"),
    }
    for number, chapter in enumerate(tour(document), 1):
        folder = chapter.name.lower().replace(" ", "-")
        files[f"{folder}/folder.bru"] = _blocks(_block("meta", [f"name: {chapter.name}", f"seq: {number}"]))
        files |= {f"{folder}/{name}": text for name, text in _requests(chapter)}
    return files


def _requests(chapter: Chapter) -> Iterator[tuple[str, str]]:
    for number, request in enumerate(chapter.requests, 1):
        yield f"{request.name}.bru", _request(number, request)


def _request(number: int, request: Request) -> str:
    asked = "&".join(f"{each.name}={each.value}" for each in request.query if each.value is not None)
    target = f"{{{{url}}}}{request.path}" + (f"?{asked}" if asked else "")
    body = "none" if request.body is None else "json"
    auth = "none" if request.is_public else "inherit"
    blocks = [
        _block("meta", [f"name: {request.summary}", "type: http", f"seq: {number}"]),
        _block(request.method, [f"url: {target}", f"body: {body}", f"auth: {auth}"]),
    ]
    if request.query:
        # A line that begins with ~ is there to be switched on.
        blocks.append(_block("params:query", [_parameter(each.name, each.value) for each in request.query]))
    if request.is_repeatable:
        blocks.append(_block("headers", ["Idempotency-Key: {{$guid}}"]))
    if request.body is not None:
        blocks.append(_block("body:json", json.dumps(request.body, ensure_ascii=False, indent=2).splitlines()))
    if request.captures:
        places = [f"{name}: res.body{_place(steps)}" for name, steps in request.captures.items()]
        blocks.append(_block("vars:post-response", places))
    told = [request.description] if request.description else []
    told += [f"- `{each.name}`: {each.description}" for each in request.query]
    if told:
        blocks.append(_docs("\n".join(told)))
    return _blocks(*blocks)


def _parameter(name: str, value: str | None) -> str:
    return f"~{name}: " if value is None else f"{name}: {value}"


def _place(steps: tuple[str, ...]) -> str:
    return "".join(f"[{step}]" if step.isdigit() else f".{step}" for step in steps)


def _block(name: str, lines: list[str]) -> str:
    return "\n".join([f"{name} {{", *(f"  {line}".rstrip() for line in lines), "}"])


def _docs(text: str) -> str:
    return _block("docs", text.splitlines())


def _blocks(*blocks: str) -> str:
    return "\n\n".join(blocks) + "\n"


def write(root: Path, document: dict[str, Any]) -> None:
    """Put the collection of a document in the place of the one that is there."""
    folder = root / _FOLDER
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in collection(document).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(prog="make collection", description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="where it is written, here by default")
    write(parser.parse_args().root, json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8")))


if __name__ == "__main__":
    main()
