"""Every kind of value that a person may set by hand is stored, shown, logged, and left alone by learning."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.engine_fixtures import Api
from tests.faults.invariants import check_profile
from voice_engine.bootstrap import Engine


@pytest.mark.parametrize(
    "values",
    [
        {"voiceType": "playful"},
        {"tone": {"humor": 9, "formality": 1}},
        {"voiceStrength": 0},
        {"writingTraits": {"usesEmojis": True, "avgSentenceLength": 17, "emojiFrequency": 2.5}},
        {"structurePreferences": {"endingStyle": "question"}},
        {"commonPhrases": ["let's go", "à propos"], "bannedPhrases": ["delve into"]},
        {"substitutions": [{"from": "utilize", "to": "use"}, {"from": "very", "to": ""}]},
        {"substitutions": []},
        {"rules": ["Never open with a question."], "samplePosts": ["A post of mine, in full."]},
        {"rules": []},
    ],
    ids=lambda values: "-".join(values),
)
def test_what_is_set_is_shown_logged_and_kept(
    api: Api, learn: Callable[[], dict[str, Any]], running: Engine, user: str, values: dict[str, Any]
) -> None:
    answer = api("PUT", "/api/profile/style", values, user=user)
    assert answer.status == 200, answer.text
    content = api.draft(user)
    edit = api.save(user, content["id"], "A text of some words — and it has one sentence.")["learning"]["editId"]
    learn()
    assert api.progress(user, edit)["version"] == 2
    shown = api.style(user)["profile"]
    for name, value in values.items():
        assert shown[name] == (shown[name] | value if isinstance(value, dict) else value)
    check_profile(running, user)
