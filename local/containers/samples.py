"""The sample events in events/: what stands in them for what exists only at run time, and which function takes each."""

import json
from collections.abc import Mapping
from typing import Any

from local.containers.host_functions import LEARNER
from local.folder import ROOT
from local.sam_template import SamTemplate

FOLDER = ROOT / "events"

TOKEN = "TOKEN"
CONTENT_ID = "65f0c0ffee00000000000001"
EDIT_ID = "65f0c0ffee00000000000002"
VERSION_ID = "65f0c0ffee00000000000003.1"

ADMINISTRATION = "/api/admin/"

type Event = dict[str, Any]


def read() -> dict[str, Event]:
    """By name, in the order of names."""
    return {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def filled(event: Event, known: Mapping[str, str]) -> Event:
    """The event with each placeholder replaced by what it stands for."""
    text = json.dumps(event)
    for placeholder, value in known.items():
        text = text.replace(placeholder, value)
    found: Event = json.loads(text)
    return found


def function_of(event: Event, template: SamTemplate) -> str:
    """The logical id of the function that takes it. Raises KeyError for a route that the template lacks."""
    if "routeKey" not in event:
        return LEARNER
    method, _, path = event["routeKey"].partition(" ")
    for route in template.api.routes:
        if route.path == path and method in route.methods:
            return str(route.function_name)
    raise KeyError(event["routeKey"])
