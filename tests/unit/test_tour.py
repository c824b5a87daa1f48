"""The collection and the recordings have every route, as the document tells it."""

import copy
import json
import re
from pathlib import Path

import pytest

from contract.incomplete import Incomplete
from contract.tour import CHAPTERS, tour
from tests.bruno import in_order
from tests.openapi_document import DOCUMENT, errors_of, followed, operations
from tests.template import ROOT, routes

_BY_ID = {operation["operationId"]: (method, path, operation) for method, path, operation in operations()}
_RECORDED = {file.stem: file.read_text("utf-8") for file in (ROOT / "docs" / "recorded").glob("*.http")}


def shaped(path: str) -> str:
    """A route as a pattern of the paths that it takes."""
    return re.sub(r"\{\w+\}", "[^/]+", path)


def test_the_collection_has_every_route_once() -> None:
    told = sorted((request.method, _BY_ID[request.name][1]) for request in in_order())
    assert told == routes()
    for request in in_order():
        method, path, _ = _BY_ID[request.name]
        target = request.url.removeprefix("{{url}}").partition("?")[0]
        assert request.method == method
        assert re.fullmatch(shaped(path), re.sub(r"\{\{\w+\}\}", "x", target)), request.file


def test_bodies_of_the_collection_are_the_examples_of_the_document() -> None:
    captured = {name for request in in_order() for name in request.captures}
    for request in in_order():
        asked = _BY_ID[request.name][2].get("requestBody")
        example = asked["content"]["application/json"]["example"] if asked else None
        if isinstance(request.body, dict):
            variables = {name: value for name, value in request.body.items() if str(value).startswith("{{")}
            assert {str(value).strip("{}") for value in variables.values()} <= captured
            example = example | variables
        assert request.body == example, request.file


def test_a_route_that_needs_a_token_inherits_it_and_no_other_does() -> None:
    public = {name for name, (_, _, operation) in _BY_ID.items() if operation.get("security") == []}
    assert {request.name for request in in_order() if request.auth == "none"} == public
    assert {request.auth for request in in_order()} == {"none", "inherit"}


def test_what_a_request_takes_an_earlier_one_has_captured() -> None:
    captured: set[str] = {"url"}
    for request in in_order():
        taken = set(re.findall(r"\{\{(\w+)\}\}", request.url + json.dumps(request.body)))
        assert taken <= captured, request.file
        captured |= request.captures.keys()


def test_a_route_without_a_place_on_the_tour_is_missed() -> None:
    document = copy.deepcopy(DOCUMENT)
    document["paths"]["/new"] = {"get": {"operationId": "readNew", "summary": "New", "responses": {}}}
    with pytest.raises(Incomplete, match="where readNew comes"):
        tour(document)


def test_a_place_on_the_tour_without_a_route_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CHAPTERS, "More", ("readNothing",))
    with pytest.raises(Incomplete, match="readNothing"):
        tour(DOCUMENT)


def test_every_route_has_a_recording() -> None:
    assert _RECORDED.keys() == _BY_ID.keys(), "run make record"
    asked = sorted((text.split(" ", 1)[0], _BY_ID[name][1]) for name, text in _RECORDED.items())
    assert asked == routes()


@pytest.mark.parametrize("name", sorted(_RECORDED))
def test_a_recording_is_as_the_document_says(name: str) -> None:
    method, path, operation = _BY_ID[name]
    request, status, answer = re.split(r"^HTTP/1\.1 (\d{3})$", _RECORDED[name], flags=re.MULTILINE)
    asked, target, _ = request.splitlines()[0].split(" ")
    assert asked == method
    assert re.fullmatch(shaped(path), target.partition("?")[0])
    told = followed(operation["responses"][status])
    assert int(status) < 300
    body = answer.partition("\n\n")[2].strip()
    if not body or body.startswith("("):
        return
    assert errors_of(json.loads(body), told["content"]["application/json"]["schema"]) == []


def test_recordings_have_nothing_of_the_run_that_made_them() -> None:
    for file in Path(ROOT / "docs" / "recorded").iterdir():
        text = file.read_text("utf-8")
        assert not re.findall(r"eyJ[\w-]+\.", text), f"{file.name} has a token"
        assert {moment[:10] for moment in re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+Z", text)} <= {"2026-11-25"}
        assert all(found.startswith("65f0c0ffee") for found in re.findall(r"\b[0-9a-f]{24}\b", text)), file.name
        assert "127.0.0.1" not in text
