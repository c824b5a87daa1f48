"""What the code gives to its loggers: constant messages, and fields that are known to hold no text of a person's."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.template import ROOT, template

# What a line may carry. Before a name is added: its values are ids, counts, kinds and places; never a text, a token, a
# message of somebody else's error, or an address.
FIELDS = {
    "by",
    "cause",
    "claims",
    "deadLetters",
    "editId",
    "edits",
    "error",
    "jobId",
    "jobs",
    "ms",
    "oldestSeconds",
    "place",
    "profile",  # its pseudonym
    "reason",
    "requestId",
    "route",
    "source",
    "state",
    "status",
    "ttl_seconds",
    "version",
}
# Dictionaries of such fields that are spread into `extra`: file and name.
SPREAD = {("audit.py", "facts"), ("audit.py", "request"), ("learner_handler.py", "report")}
# Of what the gateway knows of a request: neither path nor query nor header.
GATEWAY = {
    "identity.sourceIp",
    "integrationErrorMessage",
    "integrationLatency",
    "requestId",
    "requestTime",
    "responseLatency",
    "responseLength",
    "routeKey",
    "status",
}

LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}
SOURCES = sorted([*(ROOT / "layers").rglob("*.py"), *(ROOT / "functions").rglob("*.py")])


def calls(path: Path) -> Iterator[ast.Call]:
    return (node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call))


def is_log_call(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute):
            return name.strip("_") in ("logger", "logging") and attribute in LEVELS
    return False


def log_calls() -> list[tuple[Path, ast.Call]]:
    return [(path, call) for path in SOURCES for call in calls(path) if is_log_call(call)]


def fields(path: Path, extra: ast.expr) -> Iterator[str]:
    assert isinstance(extra, ast.Dict), "the fields must be written where they are logged"
    for key, value in zip(extra.keys, extra.values, strict=True):
        if key is None:
            assert isinstance(value, ast.Name)
            assert (path.name, value.id) in SPREAD
        else:
            assert isinstance(key, ast.Constant)
            yield str(key.value)


def test_the_code_logs_at_all() -> None:
    assert len(log_calls()) > 10


@pytest.mark.parametrize(("path", "call"), [pytest.param(p, c, id=f"{p.name}:{c.lineno}") for p, c in log_calls()])
def test_a_line_has_a_constant_message_and_known_fields(path: Path, call: ast.Call) -> None:
    assert isinstance(call.func, ast.Attribute)
    assert call.func.attr not in ("exception", "log"), "it would print the error with its message"
    (message,) = call.args
    assert isinstance(message, ast.Constant)
    assert {keyword.arg for keyword in call.keywords} <= {"extra"}
    for keyword in call.keywords:
        assert set(fields(path, keyword.value)) <= FIELDS


def test_an_administrators_call_notes_known_fields_alone() -> None:
    noted = {
        keyword.arg
        for path in SOURCES
        for call in calls(path)
        if ast.unparse(call.func) == "audit.note"
        for keyword in call.keywords
    }
    assert noted
    assert noted <= FIELDS


def test_nothing_is_printed_but_by_a_logger() -> None:
    printing = {"print", "pprint", "warnings.warn", "sys.stdout.write", "sys.stderr.write", "traceback.print_exc"}
    assert not [f"{p}:{c.lineno}" for p in SOURCES for c in calls(p) if ast.unparse(c.func) in printing]


def test_the_gateways_log_has_the_routes_pattern_and_nothing_that_a_caller_wrote() -> None:
    log = template()["Resources"]["Api"]["Properties"]["AccessLogSettings"]["Format"]
    named = set(re.findall(r"\$context\.([A-Za-z.]+)", log))
    assert "routeKey" in named
    assert named <= GATEWAY
