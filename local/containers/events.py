"""`make sam-events`: the sample events with a token, ids that exist, and a person of its own for each."""

import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from local import keys
from local.containers import place, samples
from local.containers.host_functions import LEARNER, HostFunctions
from local.containers.samples import Event
from local.errors import StartError
from local.sam_template import SamTemplate
from voice_engine.clock import utc_now
from voice_engine.store.edits import Edits

type Step = Callable[["Person"], None]


class Person:
    """Somebody new, and the ids of what they have made."""

    def __init__(self, name: str, functions: HostFunctions, events: Mapping[str, Event], world: "World") -> None:
        self._functions = functions
        self._events = events
        self._world = world
        self._user = f"{name}-{secrets.token_hex(4)}"
        self.known: dict[str, str] = {}

    def event(self, name: str) -> Event:
        """The sample `name` as a request of this person."""
        event = self._events[name]
        scope = "admin" if event.get("rawPath", "").startswith(samples.ADMINISTRATION) else ""
        token = keys.sign_token(self._world.key, user=self._user, scope=scope)
        return samples.filled(event, self.known | {samples.TOKEN: token})

    def send(self, name: str) -> dict[str, Any]:
        """The answer to the sample `name`. Raises StartError when it is no good one."""
        event = self.event(name)
        answer: dict[str, Any] = self._functions.invoke(samples.function_of(event, self._world.template), event)
        if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
            raise StartError(f"{event['routeKey']} answers {answer['statusCode']}: {answer['body']}")
        return answer

    def learn(self) -> None:
        self._functions.invoke(LEARNER, {"source": "manual"})

    def fail(self) -> None:
        """The person's edit becomes one that could not be learned, as a fault of the learner would make it."""
        self._world.edits.fail(self.known[samples.EDIT_ID], "ValueError", utc_now())


class World:
    """What all persons have in common."""

    def __init__(self, template: SamTemplate, key: EllipticCurvePrivateKey, edits: Edits) -> None:
        self.template = template
        self.key = key
        self.edits = edits


def _sends(name: str) -> Step:
    def step(person: Person) -> None:
        person.send(name)

    return step


def _register(person: Person) -> None:
    person.known[samples.CONTENT_ID] = json.loads(person.send("register-content")["body"])["id"]


def _save(person: Person) -> None:
    person.known[samples.EDIT_ID] = json.loads(person.send("save-edits")["body"])["learning"]["editId"]


def _change(person: Person) -> None:
    person.known[samples.VERSION_ID] = person.send("change-profile")["headers"]["ETag"].strip('"')


_WAITING: tuple[Step, ...] = (_register, _save)
_LEARNED: tuple[Step, ...] = (*_WAITING, Person.learn)
_FAILED: tuple[Step, ...] = (*_WAITING, Person.fail)

# What each event needs beforehand. One that is not named needs nothing but a token.
NEEDS: dict[str, tuple[Step, ...]] = {
    "apply-voice": (_change,),
    "check-voice": (*_LEARNED, _change),
    "delete-content": _LEARNED,
    "erase-person": _LEARNED,
    "erase-voice": (_sends("start-voice"),),
    "explain-profile": _LEARNED,
    "export-account": _LEARNED,
    "discard-import": (_sends("import-page"),),
    "learner-by-hand": _WAITING,
    "learner-relearn": _LEARNED,
    "learner-retry": _FAILED,
    "learner-schedule": _WAITING,
    "learner-wake": _WAITING,
    "list-archetypes": (_sends("create-archetype"),),
    "list-contents": (_register,),
    "list-versions": (*_LEARNED, _change),
    "list-voices": (_sends("start-voice"),),
    "read-analytics": _LEARNED,
    "read-content": _WAITING,
    "read-erasure": (_register, _sends("erase-person")),
    "read-import": (_sends("import-page"),),
    "read-learning": _LEARNED,
    "read-profile": _LEARNED,
    "read-queue": _FAILED,
    "read-timeline": (*_LEARNED, _change),
    "remove-archetype": (_sends("create-archetype"),),
    "reset-profile": (_change,),
    "retry-failed-edits": _FAILED,
    "roll-back-profile": (_change, _sends("reset-profile")),
    "save-edits": (_register,),
    "unlearn-edit": _LEARNED,
    "unlock-field": (_sends("lock-field"),),
}


def make(functions: HostFunctions, template: SamTemplate, key: EllipticCurvePrivateKey, edits: Edits) -> dict[str, str]:
    """By event: the function that takes it. The events are in `place.EVENTS` then, and no others."""
    events = samples.read()
    if unknown := NEEDS.keys() - events.keys():
        raise StartError(f"{samples.FOLDER} lacks {', '.join(sorted(unknown))}")
    world = World(template, key, edits)
    made = {}
    # A learner that is run learns whatever waits, so what is to wait comes last.
    for name in sorted(events, key=lambda each: Person.learn not in NEEDS.get(each, ())):
        person = Person(name, functions, events, world)
        for step in NEEDS.get(name, ()):
            step(person)
        made[name] = person.event(name)
    shutil.rmtree(place.EVENTS, ignore_errors=True)
    for name in events:
        place.write_secret(place.EVENTS / f"{name}.json", json.dumps(made[name], indent=2) + "\n")
    return {name: samples.function_of(event, template) for name, event in events.items()}
