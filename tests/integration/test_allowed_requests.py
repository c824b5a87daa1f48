"""No request that the document allows is refused as wrong: drawn from its schemas, sent to the real handlers."""

import json
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import Case

import tests.contract_hooks  # noqa: F401 - what no schema can say of a request; it registers itself
from tests.engine_fixtures import Answer, Api
from tests.openapi_document import DOCUMENT, operations
from tests.traffic import EVERYBODYS, USES, Use
from tests.whole_numbers import places, pointed, put

_SCHEMA = schemathesis.openapi.from_dict(DOCUMENT)
_USES = {use.route: use for use in USES}
_TAGS = sorted({tag for _, _, operation in operations() for tag in operation["tags"]})
# Other refusals are about what is there, not about what was asked.
_WRONG = {400, 413, 415, 422}
_MADE: dict[str, Callable[[Api, str], str]] = {
    "content": lambda api, user: api.draft(user)["id"],
    "edit": lambda api, user: api.save(user, api.draft(user)["id"], "Mine.")["learning"]["editId"],
    "voice": lambda api, user: api("POST", "/api/voices", {"slug": "mail"}, user=user).json["slug"],
    "archetype": lambda api, user: api(
        "POST", "/api/profile/archetypes", {"slug": "mine", "name": "Mine", "values": {}}, user=user
    ).json["slug"],
}


def _made(api: Api, use: Use, user: str, case: Case) -> None:
    """Make what the request names, and leave out the condition on a state that it cannot know."""
    for part, kind in use.names.items():
        case.path_parameters[part] = _MADE[kind](api, user) if kind in _MADE else EVERYBODYS[kind]
    case.headers.pop("If-Match", None)
    if use.names:
        case.query.pop("voice", None)
    elif voice := case.query.get("voice"):
        api("POST", "/api/voices", {"slug": voice}, user=user)


def _sent(api: Api, use: Use, user: str, case: Case, change: Callable[[Any], Any]) -> Answer:
    target = use.path.format(**case.path_parameters)
    if case.query:
        target += f"?{urlencode(case.query)}"
    token = api.issuer.token(user, **({"scope": use.scope} if use.scope else {}))
    headers = {name: value for name, value in case.headers.items() if name != "Authorization"}
    body = json.dumps(change(case.body)) if case.media_type else None
    return api(use.method, target, body, headers={**headers, "authorization": f"Bearer {token}"})


def _as_it_is(body: Any) -> Any:
    return body


def _refuses_none(api: Api, use: Use, examples: int) -> None:
    @settings(max_examples=examples, suppress_health_check=[*HealthCheck])
    @given(case=_SCHEMA[use.path][use.method].as_strategy(), is_made=st.booleans(), is_pointed=st.booleans())
    def refuses_none(case: Case, is_made: bool, is_pointed: bool) -> None:
        user = f"user-{secrets.token_hex(6)}"
        if is_made:
            _made(api, use, user, case)
        answer = _sent(api, use, user, case, pointed if is_pointed else _as_it_is)
        assert answer.status < 500, answer.text
        assert answer.status not in _WRONG, answer.text

    refuses_none()


@pytest.mark.explored
@pytest.mark.parametrize("tag", _TAGS)
def test_what_the_document_allows_is_not_refused_as_wrong(api: Api, tag: str) -> None:
    for method, path, operation in operations():
        if tag in operation["tags"]:
            _refuses_none(api, _USES[method, path], 20 if "requestBody" in operation else 5)


def _every(is_one: Callable[[dict[str, Any]], bool]) -> list[Any]:
    """Each operation whose body has places with such a schema: how it is used, a good body, and the places."""
    found = []
    for method, path, operation in operations():
        for content in operation.get("requestBody", {}).get("content", {}).values():
            known = {place: schema for place, schema in places(content["schema"]) if is_one(schema)}
            if known:
                found.append(pytest.param(_USES[method, path], content["example"], known, id=f"{method} {path}"))
    return found


def _ask(api: Api, use: Use, user: str, body: Any) -> Answer:
    path = use.path.replace("{id}", api.draft(user)["id"] if "{id}" in use.path else "")
    token = api.issuer.token(user, **({"scope": use.scope} if use.scope else {}))
    return api(use.method, path, body, headers={"authorization": f"Bearer {token}"})


def _refused(answer: Answer, place: tuple[str, ...]) -> bool:
    return answer.status == 422 and ".".join(place) in {error["field"] for error in answer.json["errors"]}


@pytest.mark.parametrize(("use", "body", "known"), _every(lambda schema: schema["type"] == "integer"))
def test_a_number_is_whole_however_it_is_written_and_nothing_else_is(
    api: Api, user: str, use: Use, body: Any, known: dict[tuple[str, ...], Any]
) -> None:
    for number, (place, schema) in enumerate(known.items()):
        least = schema.get("const", schema.get("minimum"))
        for good in (least, float(least)):
            answer = _ask(api, use, f"{user}-{number}-{good}", put(body, place, good))
            assert answer.status not in _WRONG, answer.text
        for wrong in (least + 0.5, bool(least), str(least)):
            assert _refused(_ask(api, use, user, put(body, place, wrong)), place), (place, wrong)


@pytest.mark.parametrize(("use", "body", "known"), _every(lambda schema: schema.get("const") is True))
def test_no_number_is_true(api: Api, user: str, use: Use, body: Any, known: dict[tuple[str, ...], Any]) -> None:
    for place in known:
        for wrong in (1, 1.0):
            assert _refused(_ask(api, use, user, put(body, place, wrong)), place), (place, wrong)
