"""How a person uses each route: one entry a route, in an order in which each finds what it needs.

Tests of every route take their requests from here: that nobody reaches another's things, and that no text is logged.
A route without an entry fails them.
"""

import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from tests.template import ROOT, handler_module

# A word for a place that occurs nowhere else: words("draft"). Lower case letters, digits and dashes: it may be a slug.
type Words = Callable[[str], str]
# The ids of a person's things by kind: things["content"].
type Things = Mapping[str, str]
type Make[T] = Callable[[Words, Things], T]


@dataclass(frozen=True)
class Use:
    """A use of a route that is answered with `status`.

    `names`: what each part of the path in braces names, as a kind of thing; one that names no thing is a plain text.
    `makes`: kinds of things that the answer holds, with the place of each id, as in "learning.editId".
    `after_learning`: the learner has to run before it. `ends`: it takes away what other entries use.
    `needs_mongodb`: whether it is 503 without.
    """

    method: str
    path: str
    status: int = 200
    body: Make[Any] | None = None
    query: Make[dict[str, str]] | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    makes: Mapping[str, str] = field(default_factory=dict)
    scope: str = ""
    after_learning: bool = False
    ends: bool = False
    needs_mongodb: bool = True

    @property
    def route(self) -> tuple[str, str]:
        return self.method, self.path

    @property
    def takes_voice(self) -> bool:
        """Whether `?voice=` names the voice that it is about."""
        return self.route in _voiced()

    @property
    def function(self) -> str:
        """The module of the function that serves it."""
        return handler_module(self.method, self.path)

    def request(self, words: Words, things: Things, **query: str) -> tuple[str, Any]:
        """Target and body. `query` is added to the query."""
        path = self.path
        for part, kind in self.names.items():
            path = path.replace(f"{{{part}}}", quote(things[kind], safe=""))
        assert "{" not in path, f"the entry of {self.method} {self.path} must say what each part of its path names"
        asked = (self.query(words, things) if self.query else {}) | query
        target = f"{path}?{urlencode(asked)}" if asked else path
        return target, self.body(words, things) if self.body else None

    def made(self, answer: Any) -> dict[str, str]:
        """The ids of the things that `answer` says were made."""
        found = {}
        for kind, place in self.makes.items():
            value = answer
            for part in place.split("."):
                value = value[int(part)] if part.isdigit() else value[part]
            found[kind] = value
        return found


@cache
def _voiced() -> frozenset[tuple[str, str]]:
    paths = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))["paths"]
    return frozenset(
        (method.upper(), path)
        for path, operations in paths.items()
        for method, operation in operations.items()
        if any(parameter.get("name") == "voice" for parameter in operation.get("parameters", ()))
    )


class NamedThings(Mapping[str, str]):
    """Things that remember which of them a request has named."""

    def __init__(self, things: Things) -> None:
        self._things = things
        self.named: set[str] = set()

    def __getitem__(self, kind: str) -> str:
        self.named.add(kind)
        return self._things[kind]

    def __iter__(self) -> Iterator[str]:
        return iter(self._things)

    def __len__(self) -> int:
        return len(self._things)


def _first_page(words: Words, _: Things) -> dict[str, Any]:
    moment = "2026-01-01T00:00:00.000Z"
    content = {
        "kind": "content",
        "id": "65f0c0ffee00000000000001",
        "voice": "default",
        "platform": "blog",
        "format": None,
        "thread": False,
        "draft": [f"The {words('imported draft')} was fine."],
        "current": [f"The {words('imported text')} was fine."],
        "rev": 0,
        "createdAt": moment,
        "updatedAt": moment,
    }
    return {"format": "voice-engine-export", "schema": 1, "page": 1, "items": [content], "nextCursor": "more"}


def _draft(words: Words, _: Things) -> dict[str, Any]:
    return {"text": f"The {words('draft')} was rather fine, which nobody had thought of before.", "platform": "blog"}


def _edit(words: Words, _: Things) -> dict[str, Any]:
    return {"editedText": f"The {words('edit')} was fine. Nobody had thought of it."}


def _own_text(words: Words, _: Things) -> dict[str, Any]:
    return {"text": f"Today the {words('own text')} was mended. It took an hour, and nobody minded. " * 8}


def _profile(words: Words, _: Things) -> dict[str, Any]:
    return {
        "bannedPhrases": [f"the {words('banned phrase')}"],
        "commonPhrases": [f"a {words('common phrase')}"],
        "rules": [f"never say {words('rule')}"],
        "samplePosts": [f"Here is a {words('sample')}."],
        "substitutions": [{"from": words("replaced word"), "to": words("replacement")}],
    }


def _archetype(words: Words, _: Things) -> dict[str, Any]:
    return {
        # Another one each time, because a slug can be used once.
        "slug": f"{words('archetype')}-{secrets.token_hex(4)}",
        "name": f"The {words('name of an archetype')}",
        "description": f"Writes {words('description of an archetype')}.",
        "values": {"commonPhrases": [f"an {words('phrase of an archetype')}"]},
    }


def _checked_text(words: Words, _: Things) -> dict[str, Any]:
    return {"text": f"In order to say the {words('banned phrase')}, {words('checked text')} was written."}


def _voice(words: Words, _: Things) -> dict[str, Any]:
    return {"slug": f"{words('voice')}-{secrets.token_hex(4)}"}


# fmt: off
USES = (
    Use("GET", "/health", needs_mongodb=False),
    Use("GET", "/openapi.json", needs_mongodb=False),
    Use("GET", "/docs", needs_mongodb=False),
    Use("POST", "/api/profile/import", 202, body=_first_page),
    Use("GET", "/api/profile/import"),
    Use("DELETE", "/api/profile/import", 204, ends=True),
    Use("POST", "/api/voices", 201, body=_voice, makes={"voice": "slug"}),
    Use("POST", "/api/content", 201, body=_draft, makes={"content": "id"}),
    Use("POST", "/api/content/{id}/save-edits", names={"id": "content"}, body=_edit, makes={"edit": "learning.editId"}),
    Use("GET", "/api/content"),
    Use("GET", "/api/content/{id}", names={"id": "content"}),
    Use("GET", "/api/learning/{editId}", names={"editId": "edit"}),
    Use("PUT", "/api/profile/style", body=_profile, after_learning=True),
    Use("PUT", "/api/profile/learning", body=lambda *_: {"learning": True}),
    Use("GET", "/api/profile/versions", makes={"version": "items.0.id"}),
    Use("POST", "/api/profile/reset"),
    Use("POST", "/api/profile/rollback", body=lambda _, things: {"versionId": things["version"]}),
    Use("POST", "/api/profile/archetypes", 201, body=_archetype, makes={"archetype": "slug"}),
    Use("POST", "/api/profile/apply-archetype", body=lambda _, things: {"slug": things["archetype"]}),
    Use("GET", "/api/profile/archetypes"),
    Use("DELETE", "/api/profile/archetypes/{slug}", 204, names={"slug": "archetype"}, ends=True),
    Use("POST", "/api/profile/analyze-text", body=_own_text),
    Use("POST", "/api/voice/apply", body=_checked_text),
    Use("POST", "/api/voice/check", body=_checked_text),
    Use("PUT", "/api/profile/overrides/{path}", names={"path": "field"}),
    Use("DELETE", "/api/profile/overrides/{path}", names={"path": "field"}),
    Use("DELETE", "/api/profile/phrases", query=lambda words, _: {"phrase": words("forgotten phrase")}),
    Use("GET", "/api/profile/style"),
    Use("GET", "/api/profile/explain"),
    Use("GET", "/api/profile/analytics", after_learning=True),
    Use("GET", "/api/profile/evolution-timeline", after_learning=True),
    Use("GET", "/api/profile/export"),
    Use("GET", "/api/voices"),
    Use("DELETE", "/api/edits/{editId}", 202, names={"editId": "edit"}, ends=True),
    Use("DELETE", "/api/content/{id}", 204, names={"id": "content"}, ends=True),
    Use("GET", "/api/erasure"),
    Use("GET", "/api/admin/queue", scope="admin"),
    Use("POST", "/api/admin/queue/retry", scope="admin", body=lambda *_: {"all": True}),
    Use("DELETE", "/api/voices/{slug}", 202, names={"slug": "voice"}, ends=True),
    Use("DELETE", "/api/profile", 202, ends=True),
)
# fmt: on

# What a request may name that belongs to nobody.
EVERYBODYS = {"field": "rules"}
