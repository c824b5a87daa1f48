"""Rules: lines in the writer's own words, which nothing but the writer changes."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api, LambdaContext
from tests.faults.invariants import check_profile
from tests.integration.test_learning import save_shortened
from voice_engine.bootstrap import Engine

type Learn = Callable[[], dict[str, Any]]

RULES = ["Never open with a question.", "Écris « tu », jamais « vous ».", "No “delve into”."]


def rules(api: Api, user: str) -> list[str]:
    found: list[str] = api.style(user)["profile"]["rules"]
    return found


def test_twenty_rules_of_three_hundred_characters_are_taken_as_they_are(api: Api, user: str) -> None:
    most = [f"{number:02} " + "é" * 297 for number in range(20)]
    assert api("PUT", "/api/profile/style", {"rules": most}, user=user).status == 200
    assert rules(api, user) == most


@pytest.mark.parametrize(
    ("given", "field", "limit"),
    [
        ([f"Rule {number}." for number in range(21)], "rules", "20"),
        (["x" * 301], "rules.0", "300"),
        (["Good.", ""], "rules.1", "1 character"),
        (["  "], "rules.0", ""),
        ([7], "rules.0", "string"),
        ("No jargon.", "rules", "list"),
        (None, "rules", "value"),
    ],
)
def test_rules_beyond_their_bounds_are_refused_whole(api: Api, user: str, given: Any, field: str, limit: str) -> None:
    api("PUT", "/api/profile/style", {"rules": RULES}, user=user)
    answer = api("PUT", "/api/profile/style", {"rules": given, "tone": {"humor": 9}}, user=user)
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["field"] == field
    assert limit in error["limit"]
    assert rules(api, user) == RULES
    assert api.style(user)["profile"]["tone"]["humor"] == 5


def test_nothing_but_the_writer_changes_rules(api: Api, learn: Learn, running: Engine, user: str) -> None:
    from learner_handler import handler

    api("PUT", "/api/profile/style", {"rules": RULES}, user=user)
    save_shortened(api, user, 5)
    learn()
    api("DELETE", "/api/profile/phrases?phrase=delve%20into", user=user)
    api("POST", "/api/profile/apply-archetype", {"slug": "meme-lord"}, user=user)
    assert handler({"source": "manual", "relearn": user}, LambdaContext())["relearned"] == 1
    assert rules(api, user) == RULES
    # Rules say nothing of a text's measures: what was learned stands beside them.
    assert api.style(user)["profile"]["writingTraits"]["avgSentenceLength"] < 15
    check_profile(running, user)


def test_a_reset_clears_rules_and_a_rollback_restores_them(api: Api, running: Engine, user: str) -> None:
    tag = api("PUT", "/api/profile/style", {"rules": RULES}, user=user).headers["ETag"].strip('"')
    assert api("POST", "/api/profile/reset", user=user).json["profile"]["rules"] == []
    restored = api("POST", "/api/profile/rollback", {"versionId": tag}, user=user)
    assert restored.json["profile"]["rules"] == RULES
    check_profile(running, user)
