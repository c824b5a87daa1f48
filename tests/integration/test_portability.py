"""An account that is exported and taken in again is the account that it was, wherever it is taken in."""

from collections.abc import Callable
from typing import Any

from tests.engine_fixtures import Api

type Learn = Callable[[], dict[str, Any]]


def pages(api: Api, user: str) -> list[dict[str, Any]]:
    found, cursor = [], ""
    while cursor is not None:
        answer = api("GET", f"/api/profile/export{cursor and '?cursor='}{cursor}", user=user)
        assert answer.status == 200, answer.text
        found.append(answer.json)
        cursor = answer.json["nextCursor"]
    return found


def test_round(api: Api, learn: Learn, user: str) -> None:
    c = api.draft(user, "It is long, very long. We are thrilled to share it with you now.")
    api.save(user, c["id"], "It is short. Share it.")
    learn()
    api.save(user, c["id"], "It is short. Share.")
    api(
        "PUT",
        "/api/profile/style",
        {"rules": ["never say x"], "bannedPhrases": ["a b"], "tone": {"formality": 3}},
        user=user,
    )
    found = pages(api, user)
    for page in found:
        answer = api("POST", "/api/profile/import", page, user="bob")
        assert answer.status == 202, answer.text
    print(answer.text)
    print(learn())
    print(api("GET", "/api/profile/import", user="bob").text)
    assert api.style("bob") == api.style(user)
