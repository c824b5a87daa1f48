"""The OpenAPI document tells all that the API does, and nothing else."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from problem_codes import Code
from tests.openapi_document import PROBLEM, errors_of, followed, operations
from tests.template import ROOT, routes
from tests.whole_numbers import EXACT, places

_FILES = ("docs/openapi.json", "functions/api/published/openapi.json", "functions/api/published/docs.html")


def contents() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every body that the document describes, with a name for it."""
    for _, _, operation in operations():
        bodies = {"request": operation["requestBody"]} if "requestBody" in operation else {}
        for name, body in (bodies | operation["responses"]).items():
            for media_type, content in followed(body).get("content", {}).items():
                yield f"{operation['operationId']} {name} {media_type}", content


def examples() -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every example with its name and schema."""
    for name, content in contents():
        if "example" in content:
            yield name, content["example"], content["schema"]
        for code, example in content.get("examples", {}).items():
            yield f"{name} {code}", example["value"], content["schema"]


def refusals() -> set[tuple[str, int]]:
    """Each code with its status that some operation may answer."""
    return {
        (code, int(status))
        for _, _, operation in operations()
        for status, response in operation["responses"].items()
        for content in [followed(response).get("content", {}).get(PROBLEM)]
        if content
        for code in content["schema"]["allOf"][1]["properties"]["code"]["enum"]
    }


def table_of_errors() -> dict[tuple[str, int], list[str]]:
    _, _, rest = (ROOT / "docs" / "errors.md").read_text("utf-8").partition("| code |")
    rows = [[cell.strip() for cell in row.strip("|").split("|")] for row in rest.split("\n\n")[0].splitlines()[2:]]
    return {(row[0].strip("`"), int(row[1])): row for row in rows}


def test_the_document_and_the_page_are_what_the_code_says(tmp_path: Path) -> None:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "layers" / "common", ROOT / "functions" / "api")))
    command = [sys.executable, "-m", "contract", "--root", str(tmp_path)]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    old = [name for name in _FILES if (ROOT / name).read_text("utf-8") != (tmp_path / name).read_text("utf-8")]
    assert not old, "run make openapi"
    assert _collection(ROOT) == _collection(tmp_path), "run make collection"


def _collection(root: Path) -> dict[str, str]:
    """Each file of the collection by its path."""
    folder = root / "docs" / "collection"
    return {str(file.relative_to(folder)): file.read_text("utf-8") for file in folder.rglob("*") if file.is_file()}


def test_every_route_of_the_template_is_told_and_no_other() -> None:
    assert sorted((method, path) for method, path, _ in operations()) == routes()


def test_operations_have_names_that_can_be_called() -> None:
    names = [operation["operationId"] for _, _, operation in operations()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[a-z]+([A-Z][a-z]+)*", name) for name in names)


def test_parameters_of_the_path_are_those_that_stand_in_it() -> None:
    for method, path, operation in operations():
        named = {one["name"] for one in operation.get("parameters", []) if one["in"] == "path"}
        assert named == set(re.findall(r"\{(\w+)\}", path)), f"{method} {path}"


def test_a_link_names_an_operation_and_what_it_takes() -> None:
    by_id = {operation["operationId"]: operation for _, _, operation in operations()}
    links = [
        link
        for operation in by_id.values()
        for answer in operation["responses"].values()
        for link in answer.get("links", {}).values()
    ]
    assert links
    for link in links:
        target = by_id[link["operationId"]]
        taken = {parameter["name"] for parameter in target.get("parameters", [])}
        assert link.get("parameters", {}).keys() <= taken
        if "requestBody" in link:
            schema = followed(target["requestBody"]["content"]["application/json"]["schema"])
            assert link["requestBody"].keys() <= schema["properties"].keys()


def test_what_answers_with_a_changed_profile_takes_a_condition_on_the_one_before() -> None:
    """Such an answer names the new state, so the caller may be asked for the old one."""
    changes, conditional = set(), set()
    for method, path, operation in operations():
        good = next(response for status, response in operation["responses"].items() if status < "3")
        if method != "GET" and "ETag" in good.get("headers", {}):
            changes.add((method, path))
        if any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", [])):
            assert "412" in operation["responses"]
            conditional.add((method, path))
    assert changes == conditional
    assert len(changes) == 9


def test_what_is_public_is_what_needs_no_token() -> None:
    public = {path for _, path, operation in operations() if operation.get("security") == []}
    assert public == {"/health", "/openapi.json", "/docs"}
    for _, path, operation in operations():
        assert ("401" in operation["responses"]) is (path not in public)


@pytest.mark.parametrize(
    "schema", [pytest.param(content["schema"], id=name) for name, content in contents() if "schema" in content]
)
def test_a_schema_is_one(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    followed(schema)


@pytest.mark.parametrize(("example", "schema"), [pytest.param(e, s, id=name) for name, e, s in examples()])
def test_an_example_is_what_its_schema_says(example: Any, schema: dict[str, Any]) -> None:
    assert errors_of(example, schema) == []


def test_a_whole_number_of_a_request_has_bounds_that_every_reader_of_json_can_hold() -> None:
    """JSON itself sets none: without a bound a number of a million digits would be allowed."""
    found = 0
    for _, _, operation in operations():
        parameters = [parameter["schema"] for parameter in operation.get("parameters", [])]
        contents = operation.get("requestBody", {}).get("content", {}).values()
        for schema in (*parameters, *(content["schema"] for content in contents)):
            for place, told in places(schema):
                if told["type"] == "integer" and "const" not in told:
                    found += 1
                    assert -EXACT <= told["minimum"] <= told["maximum"] <= EXACT, (operation["operationId"], place)
    assert found


def test_a_wrong_example_would_be_found() -> None:
    _, example, schema = next(one for one in examples() if one[0].startswith("changeProfile 200"))
    assert errors_of(example | {"version": "three"}, schema)
    assert errors_of(example | {"surprise": 1}, schema)


def test_every_body_has_an_example() -> None:
    published = {"readOpenapi 200 application/json", "readDocs 200 text/html; charset=utf-8"}
    bare = {name for name, content in contents() if not {"example", "examples"} & content.keys()}
    # A status that only an unwell service answers has the body of the other one.
    assert bare == published | {"health 503 application/json"}


def test_every_code_is_told_in_the_document_and_in_the_table() -> None:
    told = table_of_errors()
    assert {code for code, _ in told} == set(get_args(Code.__value__))
    assert all(cell for row in told.values() for cell in row)
    assert refusals() == told.keys()


class _Tags(HTMLParser):
    """Those that are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, self.getpos()


def test_the_page_is_well_formed() -> None:
    tags = _Tags()
    tags.feed((ROOT / "functions" / "api" / "published" / "docs.html").read_text("utf-8"))
    assert tags.open == []


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    text = (ROOT / "functions" / "api" / "published" / "docs.html").read_text("utf-8")
    assert not re.findall(r"<(script|link|img|iframe|object|embed|form)\b|\son\w+=|@import|url\(", text)
    # Links lead to places on the page, and to the document beside it.
    assert {target for target in re.findall(r'(?:href|src)="([^"]*)"', text) if not target.startswith("#")} == {
        "openapi.json"
    }
    for _, path, operation in operations():
        assert f'<article id="{operation["operationId"]}">' in text
        assert f"<code>{path}</code>" in text
