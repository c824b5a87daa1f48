"""`make sam-events`: the sample events with a token, ids that exist, and a person of its own for each."""

import json
import secrets
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class World:
    """What all persons have in common. `edits`: those of the database that the functions work with."""

    functions: HostFunctions
    template: SamTemplate
    key: EllipticCurvePrivateKey
    edits: Edits
    samples: Mapping[str, Event]


class Person:
    """Somebody new, and the ids of what they have made."""

    def __init__(self, name: str, world: World) -> None:
        self._world = world
        self._user = f"{name}-{secrets.token_hex(4)}"
        self.known: dict[str, str] = {}

    def event(self, name: str) -> Event:
        """The sample `name` as a request of this person."""
        event = self._world.samples[name]
        scope = "admin" if event.get("rawPath", "").startswith(samples.ADMINISTRATION) else ""
        token = keys.sign_token(self._world.key, user=self._user, scope=scope)
        return samples.filled(event, self.known | {samples.TOKEN: token})

    def send(self, name: str) -> dict[str, Any]:
        """The answer to the sample `name`. Raises StartError when it is no good one."""
        event = self.event(name)
        answer: dict[str, Any] = self._world.functions.invoke(samples.function_of(event, self._world.template), event)
        if answer["statusCode"] >= HTTPStatus.BAD_REQUEST:
            raise StartError(f"{event['routeKey']} answers {answer['statusCode']}: {answer['body']}")
        return answer

    def learn(self) -> None:
        self._world.functions.invoke(LEARNER, {"source": "manual"})

    def fail(self) -> None:
        """The person's edit becomes one that could not be learned, as a fault of the learner would make it."""
        self._world.edits.fail(self.known[samples.EDIT_ID], "ValueError", utc_now())


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


def make(
    functions: HostFunctions, template: SamTemplate, key: EllipticCurvePrivateKey, edits: Edits
) -> dict[str, Event]:
    """Each sample by its name, ready to be answered. Raises StartError where that fails."""
    found = samples.read()
    world = World(functions, template, key, edits, found)
    made = {}
    # A learner that is run learns whatever waits, so what is to wait comes last.
    for name in sorted(found, key=lambda each: Person.learn not in NEEDS.get(each, ())):
        person = Person(name, world)
        for step in NEEDS.get(name, ()):
            step(person)
        made[name] = person.event(name)
    return {name: made[name] for name in found}


def write(made: Mapping[str, Event], folder: Path) -> None:
    """`folder` holds these then, and no others. They hold tokens."""
    shutil.rmtree(folder, ignore_errors=True)
    for name, event in made.items():
        place.write_secret(folder / f"{name}.json", json.dumps(event, indent=2) + "\n")
