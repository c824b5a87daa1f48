"""A path leads to a route of the document or is 404, whatever else the request holds."""

import json
import re
import secrets
from importlib import import_module
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.engine_fixtures import Answer, Api, LambdaContext
from tests.http_events import request_event
from tests.openapi_document import PROBLEM, errors_of, operations
from tests.template import handler_module
from voice_engine.bootstrap import Engine

FUNCTIONS = ("api_handler", "drafts_handler")
PUBLIC = {("GET", path) for path in ("/health", "/openapi.json", "/docs")}
ID = "65f0c0ffee00000000000001"
# What stands between two slashes of a path: what may name something, and what never does.
NAMES = st.sampled_from([ID, ID.upper(), "mail", "meme-lord", "tone.formality", "default"])
TEXTS = st.text(max_size=12) | st.sampled_from(
    ["", ".", "..", "¯", "a/b", "%2F", "\n", f"{ID}\n", "<id>", "{id}", " ", ";v=1", "a?b", "#", "api", "profile"]
)
EDIT = '{"editedText": "Mine."}'
BODIES = st.sampled_from(
    [None, "", "{}", "{", "[]", "null", '{"surprise": 1}', EDIT, '{"text": "A text", "platform": "x"}']
)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "content-type": st.sampled_from(["application/json", "text/plain", "application/x-www-form-urlencoded"]),
        "idempotency-key": st.sampled_from(["no key", "é", "key"]),
        "if-match": st.just('"1"'),
    },
)
QUERIES = st.sampled_from(["", "voice=default", "voice=NONE", "surprise=1"])


@st.composite
def _paths(draw: st.DrawFn) -> tuple[str, ...]:
    """The decoded parts of the path of a route, changed in up to two places."""
    _, template, _ = draw(st.sampled_from(list(operations())))
    parts = [draw(NAMES | TEXTS) if part.startswith("{") else part for part in template.split("/")[1:]]
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.integers(0, len(parts)))
        width = draw(st.integers(0, 1))
        parts[place : place + width] = draw(st.lists(TEXTS | NAMES, min_size=1 - width, max_size=1))
    return tuple(parts)


def _named(template: str, path: str) -> dict[str, str] | None:
    """What `path` has in the place of each parameter of `template`; None where it is another one."""
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
    found = re.fullmatch(pattern, path, re.DOTALL)
    return found and found.groupdict()


def _leads_to(function: str, method: str, path: str) -> str:
    """`route`, or the code of the 404."""
    for known, template, operation in operations():
        named = _named(template, path)
        if known != method or named is None or handler_module(method, template) != function:
            continue
        schemas = {one["name"]: one["schema"] for one in operation.get("parameters", []) if one["in"] == "path"}
        return "not_found" if any(errors_of(named[name], schemas[name]) for name in schemas) else "route"
    return "no_such_route"


def _ask(function: str, method: str, target: str, body: str | None, headers: dict[str, str]) -> Answer:
    event = request_event(method, target, body=body, headers=headers)
    result = import_module(function).handler(event, LambdaContext())
    return Answer(result["statusCode"], result["headers"], result["body"])


_SAVE = ("api", "content", "¯", "save-edits")


@settings(max_examples=250, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    function=st.sampled_from(FUNCTIONS),
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD"]),
    parts=_paths(),
    query=QUERIES,
    body=BODIES,
    headers=HEADERS,
)
@example("api_handler", "POST", _SAVE, "voice=default", EDIT, {})
@example("api_handler", "POST", _SAVE, "", "{", {"content-type": "text/plain"})
@example("api_handler", "POST", _SAVE, "", "x" * 6_000_000, {"idempotency-key": "no key"})
@example("api_handler", "PUT", ("api", "profile", "overrides", "¯"), "", '{"surprise": 1}', {})
@example("api_handler", "PUT", ("api", "profile", "style", ""), "", '{"voiceStrength": 1}', {})
@example("api_handler", "POST", ("api", "profile", "import"), "", '{"surprise": 1}', {})
@example("api_handler", "GET", ("health\n",), "", None, {})
def test_what_no_route_takes_is_404(
    api: Api,
    running: Engine,
    function: str,
    method: str,
    parts: tuple[str, ...],
    query: str,
    body: str | None,
    headers: dict[str, str],
) -> None:
    path = "/" + "/".join(parts)
    target = "/" + "/".join(quote(part, safe="") for part in parts) + (f"?{query}" if query else "")
    token = api.issuer.token(f"user-{secrets.token_hex(6)}", scope="admin")
    answer = _ask(function, method, target, body, headers | {"authorization": f"Bearer {token}"})
    led = _leads_to(function, method, path)
    if led == "route":
        assert answer.status < 500
        assert _code(answer) != "no_such_route"
    else:
        assert (answer.status, _code(answer)) == (404, led)
    if (method, path) not in PUBLIC:
        stranger = _ask(function, method, target, body, headers)
        assert (stranger.status, _code(stranger)) == (401, "unauthorized")


def _code(answer: Answer) -> Any:
    return json.loads(answer.text)["code"] if answer.headers.get("Content-Type") == PROBLEM else None


def test_what_no_route_takes_is_404_while_the_account_takes_no_write(api: Api, user: str) -> None:
    page = {"format": "voice-engine-export", "schema": 1, "page": 1, "items": [], "nextCursor": None}
    assert api("POST", "/api/profile/import", page, user=user).json["status"] == "rebuilding"
    assert api("POST", "/api/content", {}, user=user).json["code"] == "importing"
    assert api("POST", "/api/content/", {}, user=user).json["code"] == "no_such_route"
    assert api("POST", "/api/content/none/save-edits", {}, user=user).json["code"] == "not_found"
