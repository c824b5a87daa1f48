"""What each route answers is what the document says of it: status, kind, body and headers."""

from collections import defaultdict
from collections.abc import Callable

import pytest

from tests.engine_fixtures import Answer, Api
from tests.openapi_document import errors_of, followed, operations
from tests.traffic import EVERYBODYS, USES, Use

_OPERATIONS = {(method, path): operation for method, path, operation in operations()}
# Told once for all routes, and held by tests of their own.
_OF_EVERY_ANSWER = {
    "RateLimit-Limit",
    "RateLimit-Policy",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Cache-Control",
    "Content-Security-Policy",
    "Content-Type",
    "Referrer-Policy",
    "Strict-Transport-Security",
    "X-Content-Type-Options",
    "X-Frame-Options",
}


def word(place: str) -> str:
    """One that may stand in a slug, too."""
    return place.lower().replace(" ", "-")


def wrong(route: tuple[str, str], answer: Answer) -> list[str]:
    """What of an answer the document does not tell."""
    told = _OPERATIONS[route]["responses"].get(str(answer.status))
    if told is None:
        return [f"the status {answer.status}: {answer.text[:200]}"]
    response = followed(told)
    headers = response.get("headers", {})
    missing = [name for name, header in headers.items() if header.get("required") and name not in answer.headers]
    found = [f"the header {name} is missing" for name in missing]
    found += [f"the header {name}" for name in answer.headers if name not in headers and name not in _OF_EVERY_ANSWER]
    if not answer.text:
        return found + ["an empty body"] * ("content" in response)
    content = response.get("content", {}).get(answer.headers["Content-Type"])
    if content is None:
        return [*found, f"a body of the kind {answer.headers['Content-Type']}"]
    if "json" in answer.headers["Content-Type"]:
        found += errors_of(answer.json, content["schema"])
    return found


@pytest.fixture
def played(api: Api, learn: Callable[[], object], user: str) -> list[tuple[Use, Answer]]:
    """Each route used once, in the order of the table, with its answer."""
    things = dict(EVERYBODYS)
    answers: list[tuple[Use, Answer]] = []
    for use in USES:
        if use.after_learning:
            learn()
        target, body = use.request(word, things)
        token = api.issuer.token(user, **({"scope": use.scope} if use.scope else {}))
        answer = api(use.method, target, body, headers={"authorization": f"Bearer {token}"})
        assert answer.status == use.status, (use.route, answer.text)
        things |= use.made(answer.json) if use.makes else {}
        answers.append((use, answer))
    return answers


def test_good_answers_are_as_the_document_says(played: list[tuple[Use, Answer]]) -> None:
    found = {use.route: wrong(use.route, answer) for use, answer in played}
    assert {route: problems for route, problems in found.items() if problems} == {}


@pytest.mark.parametrize("use", USES, ids=lambda use: f"{use.method} {use.path}")
def test_refusals_are_as_the_document_says(use: Use, api: Api, user: str) -> None:
    things = defaultdict(lambda: "0" * 24)
    target, body = use.request(word, things)
    answers = [api(use.method, target, body), api(use.method, target, body, user=user)]
    joint = "&" if "?" in target else "?"
    answers.append(api(use.method, f"{target}{joint}surprise=1", body, user=user))
    if use.body is not None:
        answers += [
            api(use.method, target, "{", user=user),
            api(use.method, target, {"surprise": True}, user=user),
            api(use.method, target, "x", user=user, headers={"content-type": "text/plain"}),
            api(use.method, target, '"' + "x" * 6_000_000 + '"', user=user),
        ]
    assert [wrong(use.route, answer) for answer in answers] == [[]] * len(answers)
