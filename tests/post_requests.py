"""A request for each POST route that is carried out, in a person's own words and with what it needs beforehand."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine_fixtures import Answer, Api
from voice_engine.bootstrap import engine
from voice_engine.clock import utc_now


@dataclass(frozen=True)
class Post:
    """`other` is another body that the route would take as well."""

    path: str
    body: dict[str, Any]
    other: dict[str, Any]
    scope: str | None = None

    def send(self, api: Api, user: str, key: str | None, *, body: Any = None, path: str | None = None) -> Answer:
        headers = {"authorization": f"Bearer {api.issuer.token(user, scope=self.scope)}"}
        if key is not None:
            headers["idempotency-key"] = key
        return api("POST", path or self.path, body or self.body, headers=headers)


_TEXT = "A text of somebody's own. It has short sentences. They don't say much, and nobody minds. " * 5


def _save_edits(api: Api, user: str) -> Post:
    content = api.draft(user)["id"]
    path = f"/api/content/{content}/save-edits"
    return Post(path, {"editedText": "Mine.", "baseRev": 0}, {"editedText": "Mine, too.", "baseRev": 0})


def _retry_failed(api: Api, user: str) -> Post:
    edit = api.save(user, api.draft(user)["id"], "Mine.")["learning"]["editId"]
    engine().edits.fail(edit, "of no use", utc_now())
    return Post("/api/admin/queue/retry", {"editId": edit}, {"all": True}, scope="admin")


def _roll_back(api: Api, user: str) -> Post:
    tags = [
        api("PUT", "/api/profile/style", {"voiceStrength": strength}, user=user).headers["ETag"].strip('"')
        for strength in (1, 2, 3)
    ]
    return Post("/api/profile/rollback", {"versionId": tags[0]}, {"versionId": tags[1]})


def _reset(api: Api, user: str) -> Post:
    api("PUT", "/api/profile/style", {"voiceStrength": 1}, user=user)
    # It takes no body; the other one is refused, whatever its key.
    return Post("/api/profile/reset", {}, {"all": True})


def _archetype(slug: str) -> dict[str, Any]:
    return {"slug": slug, "name": "Mine", "values": {"tone": {"humor": 9}}}


def _page(rev: int) -> dict[str, Any]:
    """The first page of an account with one content."""
    moment = "2026-01-01T00:00:00.000Z"
    content = {
        "kind": "content",
        "id": "65f0c0ffee00000000000001",
        "voice": "default",
        "platform": "blog",
        "format": None,
        "thread": False,
        "draft": ["A draft."],
        "current": ["Mine."],
        "rev": rev,
        "createdAt": moment,
        "updatedAt": moment,
    }
    return {"format": "voice-engine-export", "schema": 1, "page": 1, "items": [content], "nextCursor": "more"}


# A route is made ready for a person, and the request to it is told.
POSTS: dict[str, Callable[[Api, str], Post]] = {
    "/api/admin/queue/retry": _retry_failed,
    "/api/content": lambda *_: Post(
        "/api/content", {"text": "A draft.", "platform": "blog"}, {"text": "Another.", "platform": "blog"}
    ),
    "/api/content/{id}/save-edits": _save_edits,
    "/api/profile/analyze-text": lambda *_: Post("/api/profile/analyze-text", {"text": _TEXT}, {"text": _TEXT + "!"}),
    "/api/profile/apply-archetype": lambda *_: Post(
        "/api/profile/apply-archetype", {"slug": "meme-lord"}, {"slug": "academic-researcher"}
    ),
    "/api/profile/archetypes": lambda *_: Post("/api/profile/archetypes", _archetype("mine"), _archetype("other")),
    "/api/profile/reset": _reset,
    "/api/profile/rollback": _roll_back,
    "/api/voices": lambda *_: Post("/api/voices", {"slug": "mail"}, {"slug": "blog"}),
    "/api/profile/import": lambda *_: Post("/api/profile/import", _page(1), _page(2)),
    "/api/voice/apply": lambda *_: Post("/api/voice/apply", {"text": "It is fine."}, {"text": "It was fine."}),
    "/api/voice/check": lambda *_: Post("/api/voice/check", {"text": "It is fine."}, {"text": "It was fine."}),
}
