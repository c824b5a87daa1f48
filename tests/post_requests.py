"""A request for each POST route that is carried out, in a person's own words and with what it needs beforehand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine_fixtures import Answer, Api


@dataclass(frozen=True)
class Post:
    """`other` is another body that the route would take as well."""

    path: str
    body: dict[str, Any]
    other: dict[str, Any]

    def send(self, api: Api, user: str, key: str | None, body: dict[str, Any] | None = None) -> Answer:
        headers = {} if key is None else {"idempotency-key": key}
        return api("POST", self.path, self.body if body is None else body, user=user, headers=headers)


_TEXT = "A text of somebody's own. It has short sentences. They don't say much, and nobody minds. " * 5


def _save_edits(api: Api, user: str) -> Post:
    content = api.draft(user)["id"]
    path = f"/api/content/{content}/save-edits"
    return Post(path, {"editedText": "Mine.", "baseRev": 0}, {"editedText": "Mine, too.", "baseRev": 0})


# A route is made ready for a person, and the request to it is told.
POSTS: dict[str, Callable[[Api, str], Post]] = {
    "/api/content": lambda *_: Post(
        "/api/content", {"text": "A draft.", "platform": "blog"}, {"text": "Another.", "platform": "blog"}
    ),
    "/api/content/{id}/save-edits": _save_edits,
    "/api/profile/analyze-text": lambda *_: Post("/api/profile/analyze-text", {"text": _TEXT}, {"text": _TEXT + "!"}),
    "/api/voice/apply": lambda *_: Post("/api/voice/apply", {"text": "It is fine."}, {"text": "It was fine."}),
    "/api/voice/check": lambda *_: Post("/api/voice/check", {"text": "It is fine."}, {"text": "It was fine."}),
}
