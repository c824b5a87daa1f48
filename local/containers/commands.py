"""What each `make sam-…` command does, step by step."""

from collections.abc import Mapping
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
    stand_in,
    stores,
)
from local.containers.stores import Stores
from local.errors import StartError
from local.folder import DEFAULT, ROOT
from local.sam_template import SamTemplate, read_template
from local.terminal import say
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
    say(
        f"built for {used.processor} in {place.BUILD.relative_to(ROOT)}; the variables are in {_shown(place.ENVIRONMENT)}"
    )


def up(caller: Mapping[str, str]) -> None:
    """The stores, and the variables that name them."""
    used = engine.connect(caller)
    _check_processor(used.processor)
    found = reach.find(used, image.provide(used, say))
    chosen = _stores(used, found, caller)
    stores.keep(chosen)
    generated.readdress(caller, chosen, found.address)
    with host_functions.running(_template(), chosen, caller) as functions:
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
    template = _template()
    settings = host_functions.settings_for(chosen, caller)
    database = Database(lambda: settings["MONGODB_URI"], _database(settings), timeout_seconds=_SECONDS)
    try:
        with host_functions.running(template, chosen, caller) as functions:
            made = events.make(functions, template, keys.signing_key(DEFAULT), Edits(database))
    finally:
        database.close()
    for name, function in made.items():
        say(f"sam local invoke {function} -e {_shown(place.EVENTS / name)}.json")


def make_image(caller: Mapping[str, str]) -> None:
    """A stand-in for the image that SAM runs functions in."""
    used = engine.connect(caller)
    say("a stand-in of this machine's own files ...")
    say(f"{stand_in.make(used)} is here, a stand-in")


def _check_processor(processor: str) -> None:
    built = generated.processor_built_for()
    if built is not None and built != processor:
        raise StartError(f"built for {built}, and this engine runs on {processor}: make sam-build again")


def _database(settings: Mapping[str, str]) -> str:
    return settings.get("MONGODB_DATABASE") or "voice_engine"


def _template() -> SamTemplate:
    return read_template(ROOT / "template.yaml")


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
