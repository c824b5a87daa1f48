"""What README.md, CONTRIBUTING.md and docs/ name exists, and their tables say what the code says."""

import re
from pathlib import Path

import pytest

from tests.issuer import Issuer
from tests.template import ROOT, routes
from voice_engine.settings import Settings, read_settings

_FOLDERS = ("", "layers/common/voice_engine")
_DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
_NEEDED = {
    "MONGODB_URI": "mongodb://db.example",
    "REDIS_URL": "redis://cache.example",
    "OIDC_ISSUER": "https://issuer.example/",
    "OIDC_AUDIENCE": "voice-engine",
    "OIDC_JWKS": Issuer().jwks,
}

each_document = pytest.mark.parametrize("document", _DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))


def table(document: Path, heading: str) -> list[list[str]]:
    """The rows of the table whose first heading is `heading`, cell by cell."""
    _, found, rest = document.read_text("utf-8").partition(f"| {heading} |")
    assert found, f"{document.name} has no table of {heading}"
    rows = rest.split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def in_code(text: str) -> list[str]:
    """What stands between backticks, outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text, flags=re.DOTALL))


def make_targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE))


def test_the_readme_lists_the_routes_of_the_template() -> None:
    listed = [tuple(cells[0].strip("`").split(" ")) for cells in table(ROOT / "README.md", "route")]
    assert sorted(listed) == routes()


def test_the_table_of_settings_names_each_one_with_its_default() -> None:
    rows = {cells[0].strip("`"): cells[1].strip("`") for cells in table(ROOT / "docs" / "settings.md", "variable")}
    assert list(rows) == [name.upper() for name in Settings.model_fields], "in the order of the code"
    defaults = {name: default for name, default in rows.items() if default != "–"}
    by_default = read_settings(_NEEDED)
    assert read_settings(_NEEDED | defaults) == by_default
    without = {
        name.upper() for name, field in Settings.model_fields.items() if field.is_required() or not field.default
    }
    assert rows.keys() - defaults.keys() == without - {"REDIS_CLUSTER", "AWS_SAM_LOCAL"}


@each_document
def test_a_make_target_that_is_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    commands = [*in_code(text), *re.findall(r"^make .*|\$\(make [^)]*\)", text, flags=re.MULTILINE)]
    named = {match[1] for command in commands for match in re.finditer(r"\bmake (?:-s )?([a-z-]+)", command)}
    assert named <= make_targets()


def test_the_readme_names_the_ways_to_begin() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    for target in ("demo", "start", "test", "learn-from", "build"):
        assert re.search(rf"^make {target}", text, flags=re.MULTILINE), target


def test_a_target_that_is_shown_by_make_help_exists_and_is_phony() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    phony = re.search(r"^\.PHONY: (.*)", makefile, flags=re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == make_targets()


@each_document
def test_a_path_that_is_named_exists(document: Path) -> None:
    text = document.read_text("utf-8")
    paths = [
        word for word in in_code(text) if re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", word) and looks_like_a_path(word)
    ]
    missing = [path for path in paths if not any(found(folder, path) for folder in _FOLDERS)]
    assert not missing


def looks_like_a_path(word: str) -> bool:
    return "/" in word or bool(re.search(r"\.(py|md|toml|yaml|json|lua|sh|lock)$", word))


def found(folder: str, path: str) -> bool:
    return any((ROOT / folder).glob(path.rstrip("/"))) or any((ROOT / folder).glob(f"{path}.py"))


@each_document
def test_a_link_leads_somewhere(document: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", document.read_text("utf-8"))
    local = [link.partition("#")[0] for link in links if "://" not in link]
    assert not [link for link in local if not (document.parent / link).exists()]


@pytest.mark.parametrize("path", ["docs/settings.md", "README.md"])
def test_a_variable_that_is_named_is_a_setting(path: str) -> None:
    """Names in capitals in code are settings, or what the command line of make takes."""
    text = (ROOT / path).read_text("utf-8")
    named = {word for code in in_code(text) for word in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)}
    named |= set(re.findall(r"^([A-Z]+(?:_[A-Z]+)+)=", text, flags=re.MULTILINE))
    assert named
    assert named <= {name.upper() for name in Settings.model_fields}
