"""What each `make sam-…` command does, step by step."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from local import keys
from local.containers import (
    build,
    compose,
    embedded_stores,
    engine,
    events,
    generated,
    host_functions,
    image,
    place,
    reach,
    samples,
    stand_in,
    stores,
)
from local.containers.stores import Stores
from local.errors import StartError
from local.folder import ROOT
from local.ports import HOST
from local.sam_template import SamTemplate, read_template
from local.terminal import say
from voice_engine.settings import Settings
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits

_SECONDS = 10.0
_BY_HAND = {"source": "manual"}


def build_all(caller: Mapping[str, str]) -> None:
    """Layer, functions, parameters and variables."""
    used = engine.connect(caller)
    found = reach.find(used, image.provide(used, say))
    given = stores.own(caller, found.address)
    say(f"{used.name} on {used.processor}: containers reach this machine at {found.address}")
    say("layer and functions ...")
    build.build(used.processor, caller)
    generated.write(caller, given or stores.kept(), processor=used.processor, address=found.address)
    say(f"built for {used.processor} in {_shown(place.BUILD)}; variables in {_shown(place.ENVIRONMENT)}")


def up(caller: Mapping[str, str]) -> None:
    """The stores, and the variables that name them."""
    used = engine.connect(caller)
    check_processor(used.processor)
    found = reach.find(used, image.provide(used, say))
    chosen = _stores(used, found, caller)
    if silent := stores.silent(chosen.outside):
        raise StartError(f"{' and '.join(silent)} cannot be worked with: look at what runs there")
    stores.keep(chosen)
    generated.readdress(caller, chosen, found.address)
    with _functions(read_template(ROOT / "template.yaml"), _settings(chosen, caller)) as functions:
        functions.invoke(host_functions.LEARNER, _BY_HAND)  # prepares the database
    say(f"{_KINDS[chosen.kind]} are up. Next: make sam-events, sam local start-api, …; make sam-down ends them")


_KINDS = {
    "compose": "Valkey and MongoDB in containers",
    "embedded": "the embedded Valkey and MongoDB server",
    "own": "your own servers",
}


def _stores(used: engine.Engine, found: reach.Reach, caller: Mapping[str, str]) -> Stores:
    if (given := stores.own(caller, found.address)) is not None:
        return given
    wanted = caller.get("EMBEDDED", "")
    if wanted not in ("", "0", "1"):
        raise StartError(f"EMBEDDED must be 1 or 0, not {wanted!r}")
    if wanted != "1":
        return compose.up(used, caller)
    if embedded_stores.running() is not None:
        # Their ports and the password are theirs already; where containers find this machine may have changed.
        embedded_stores.down()
    return embedded_stores.up(found)


def down(caller: Mapping[str, str]) -> None:
    """End what `up` started, and say what stays."""
    chosen = stores.kept()
    if embedded_stores.running() is not None:
        embedded_stores.down()
        say(f"stopped. Kept: the data in {_shown(place.FOLDER)}; remove that folder to begin anew")
    elif chosen is not None and chosen.kind == "compose":
        compose.down(caller)
        say(f"stopped. Kept: {compose.volumes()}; make sam-up finds them again")
    else:
        say("nothing was up")
    stores.forget()


def make_events(caller: Mapping[str, str]) -> None:
    """Events that work, and the command for each."""
    chosen = stores.kept()
    if chosen is None:
        raise StartError("no stores are up: make sam-up, then make sam-events")
    if silent := stores.silent(chosen.outside):
        raise StartError(f"{' and '.join(silent)} cannot be worked with: make sam-up, then make sam-events")
    template = read_template(ROOT / "template.yaml")
    settings = _settings(chosen, caller)
    name = settings.get("MONGODB_DATABASE") or Settings.model_fields["mongodb_database"].default
    database = Database(lambda: chosen.outside.mongodb, name, timeout_seconds=_SECONDS)
    try:
        with _functions(template, settings) as functions:
            made = events.make(functions, template, keys.signing_key(place.KEYS), Edits(database))
    finally:
        database.close()
    events.write(made, place.EVENTS)
    for name, event in made.items():
        function = samples.function_of(event, template)
        say(f"sam local invoke {function} -e {_shown(place.EVENTS / name)}.json")


def make_image(caller: Mapping[str, str]) -> None:
    """A stand-in for the image that SAM runs functions in."""
    used = engine.connect(caller)
    say("a stand-in of this machine's own files ...")
    say(f"{stand_in.make(used)} is here, a stand-in")


def check_processor(processor: str) -> None:
    built = generated.processor_built_for()
    if built is not None and built != processor:
        raise StartError(f"built for {built}, and this engine runs on {processor}: make sam-build again")


def _settings(chosen: Stores, caller: Mapping[str, str]) -> dict[str, str]:
    """Of functions that run on this machine, beside those in containers."""
    return generated.variables(caller, chosen.outside, HOST) | {"LEARNER_FUNCTION_NAME": ""}


def _functions(
    template: SamTemplate, settings: Mapping[str, str]
) -> AbstractContextManager[host_functions.HostFunctions]:
    return host_functions.running(template, settings, place.FOLDER / "logs")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
