"""An account to take along: somebody who does as they please, the pages of it, and all that it says of itself."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.engine_fixtures import Answer, Api
from voice_engine.bootstrap import engine
from voice_engine.clock import utc_now

type Learn = Callable[[], dict[str, Any]]
type Page = dict[str, Any]
EXPORT = "/api/profile/export"
IMPORT = "/api/profile/import"
KEPT_DIGITS = 12
TEXT = "We are thrilled to share it, and we delve into it. It is a long text, very long, and it does not end."
ENOUGH = "A text of somebody's own. It has short sentences. They don't say much, and nobody minds. " * 5
# Apart from the ids themselves, an account and a copy of it answer the same.
READ = (
    "/api/profile/style",
    "/api/profile/explain",
    "/api/profile/evolution-timeline",
    "/api/profile/analytics",
    "/api/profile/archetypes",
    "/api/content",
)


def pages(api: Api, user: str) -> list[Page]:
    found: list[Page] = []
    cursor: str | None = ""
    while cursor is not None:
        answer = api("GET", EXPORT + (f"?cursor={cursor}" if cursor else ""), user=user)
        assert answer.status == 200, answer.text
        assert len(answer.text.encode()) < 5_000_000
        found.append(answer.json)
        assert found[-1]["page"] == len(found)
        cursor = found[-1]["nextCursor"]
    return found


def take(api: Api, user: str, found: list[Page]) -> None:
    for page in found:
        answer = api("POST", IMPORT, page, user=user)
        assert answer.status == 202, answer.text


def outcome(api: Api, user: str) -> tuple[str, str | None]:
    answer = api("GET", IMPORT, user=user)
    return answer.json["status"], answer.json["reason"]


def known(answer: Any) -> Any:
    """An answer without what is another's in a copy: the ends of ids, and incarnations."""

    def cut(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: cut(part) for name, part in value.items() if not (name == "id" and "." in str(part))}
        if isinstance(value, list):
            return [cut(part) for part in value]
        is_id = isinstance(value, str) and len(value) == 24 and set(value) <= set("0123456789abcdef")
        return value[:KEPT_DIGITS] if is_id else value

    return cut(answer)


def told(api: Api, user: str) -> Any:
    """All that an account says of itself, over all of its voices."""
    voices = [voice["slug"] for voice in api("GET", "/api/voices", user=user).json["items"]]
    return known(
        {f"{path} {voice}": api("GET", f"{path}?voice={voice}", user=user).json for path in READ for voice in voices}
    )


def items(found: list[Page]) -> list[dict[str, Any]]:
    return [item for page in found for item in page["items"]]


@dataclass
class Person:
    """Somebody who does as they please with the service."""

    api: Api
    learn: Learn
    user: str

    def asks(self, method: str, path: str, body: Any = None) -> Answer:
        answer = self.api(method, path, body, user=self.user)
        assert answer.status < 500, answer.text
        return answer

    def does(self, what: str, voice: str, number: int) -> None:
        """One of KINDS; `number` makes it another each time."""
        if what in WRITES:
            self.writes(what, voice, number)
        elif what == "rollback":
            versions = self.asks("GET", f"/api/profile/versions?voice={voice}").json["items"]
            if versions:
                chosen = {"versionId": versions[number % len(versions)]["id"]}
                self.asks("POST", f"/api/profile/rollback?voice={voice}", chosen)
        else:
            method, path, body = CALLS[what]
            named = "" if what == "voice" else f"{'&' if '?' in path else '?'}voice={voice}"
            self.asks(method, path + named, body and body(number))

    def writes(self, what: str, voice: str, number: int) -> None:
        draft: dict[str, Any] = {"text": f"{TEXT} Number {number}."}
        edited: dict[str, Any] = {"editedText": f"It is number {number}, and I share it. \U0001f600"}
        if what == "thread":
            draft, edited = {"posts": [TEXT, "Two."]}, {"posts": ["One.", f"{number}", "Three."]}
        content = self.asks("POST", f"/api/content?voice={voice}", draft | {"platform": "x"}).json["id"]
        edit = self.asks("POST", f"/api/content/{content}/save-edits", edited).json["learning"]["editId"]
        if what == "failed":
            engine().edits.fail(edit, "ValueError", utc_now())
        elif what != "pending":
            self.learn()
        if what == "unlearned":
            self.asks("DELETE", f"/api/edits/{edit}")
            self.learn()
        if what == "deleted":
            self.asks("DELETE", f"/api/content/{content}")


def values_of(number: int) -> dict[str, Any]:
    lists = {"bannedPhrases": ["delve into", f"n{number}"], "rules": ["never say never"]}
    return lists | {"tone": {"humor": 1 + number % 10}, "writingTraits": {"avgSentenceLength": 8.5}}


def archetype_of(number: int) -> dict[str, Any]:
    return {"slug": f"own-{number}", "name": "Own", "values": {"tone": {"humor": 9}, "bannedPhrases": ["a"]}}


CALLS: dict[str, tuple[str, str, Callable[[int], Any] | None]] = {
    "set": ("PUT", "/api/profile/style", values_of),
    "forget": ("DELETE", "/api/profile/phrases?phrase=thrilled%20to%20share", None),
    "unlock": ("DELETE", "/api/profile/overrides/tone.humor", None),
    "pause": ("PUT", "/api/profile/learning", lambda number: {"learning": bool(number % 2)}),
    "sample": ("POST", "/api/profile/analyze-text", lambda _: {"text": ENOUGH}),
    "reset": ("POST", "/api/profile/reset", None),
    "voice": ("POST", "/api/voices", lambda _: {"slug": "mail"}),
    "archetype": ("POST", "/api/profile/archetypes", lambda number: archetype_of(number)),
    "apply": ("POST", "/api/profile/apply-archetype", lambda _: {"slug": "meme-lord"}),
}
WRITES = ("edit", "thread", "pending", "failed", "unlearned", "deleted")
KINDS = [*WRITES, *CALLS, "rollback"]


def live(person: Person, steps: list[tuple[str, str, int]]) -> None:
    for what, voice, number in steps:
        if voice == "mail" and "mail" not in person.api("GET", "/api/voices", user=person.user).text:
            person.does("voice", voice, number)
        person.does(what, voice, number)
