"""The image that SAM runs a function in: its name for a processor, and whether it is here."""

import json
from collections.abc import Callable

from docker.errors import DockerException
from samcli.local.docker.lambda_image import LambdaImage, Runtime

from local.containers.engine import Engine
from local.errors import StartError

RUNTIME = "python3.13"
# What an image of `stand_in` sets, and the real one does not.
STAND_IN = "VOICE_ENGINE_STAND_IN=1"


def name_for(processor: str) -> str:
    """As SAM asks for it."""
    return f"{LambdaImage._INVOKE_REPO_PREFIX}/{Runtime.get_image_name_tag(RUNTIME, processor)}"  # noqa: SLF001 - SAM has no public name for it


def is_stand_in(engine: Engine, name: str) -> bool:
    return STAND_IN in (engine.image_environment(name) or [])


def provide(engine: Engine, say: Callable[[str], None]) -> str:
    """The image's name, once it is here: pulled where it is missing.

    Raises StartError that says what to do where it cannot be pulled.
    """
    name = name_for(engine.processor)
    if is_stand_in(engine, name):
        say(f"{name}: a stand-in, made here")
    elif not engine.has_image(name):
        say(f"{name}: pulling it, about 200 MB ...")
        _pull(engine, name)
    return name


def _pull(engine: Engine, name: str) -> None:
    repository, _, tag = name.partition(":")
    try:
        # Docker says a failure in the stream, podman in the status.
        for line in engine.client.api.pull(repository, tag=tag, stream=True, decode=True):
            if "error" in line:
                raise StartError(_cannot_be_pulled(name, line["error"]))
    except (DockerException, OSError, json.JSONDecodeError) as error:
        raise StartError(_cannot_be_pulled(name, str(error).splitlines()[0])) from None
    if not engine.has_image(name):
        raise StartError(_cannot_be_pulled(name, "the engine says nothing of why"))


def _cannot_be_pulled(name: str, reason: str) -> str:
    return (
        f"{name} cannot be pulled ({reason}): look at the network and at the engine's proxy; where no registry can be "
        "reached, make sam-image makes a stand-in of that name, on Linux"
    )
