"""Each function's environment: the template's, with the local servers and the caller's settings put in."""

import os
import tempfile
from collections.abc import Mapping

from local import keys
from local.errors import StartError
from local.sam_template import FunctionDefinition
from voice_engine.settings import Settings, SettingsError, read_settings

# Those of AWS's libraries are in many a shell; here they are decided below.
_SETTINGS = frozenset(name.upper() for name in Settings.model_fields if not name.startswith("aws_"))
# The tokens that are verified here are signed here, too.
_DECIDED_HERE = ("OIDC_ISSUER", "OIDC_AUDIENCE", "OIDC_JWKS", "OIDC_JWKS_URL", "LEARNER_FUNCTION_NAME")


def local_settings(caller: Mapping[str, str], *, mongodb_uri: str, redis_url: str, key_set: str) -> dict[str, str]:
    """What replaces the template's settings here; the caller's own settings come last and win.

    Raises StartError when a setting of the caller is unknown, malformed or decided here.
    """
    for name in _DECIDED_HERE:
        if caller.get(name):
            raise StartError(f"{name} is set, but it is decided here: unset it and start again")
    chosen = {name: value for name, value in caller.items() if name in _SETTINGS and value}
    settings = {
        "MONGODB_URI_SECRET": "",
        "MONGODB_URI": mongodb_uri,
        "REDIS_URL": redis_url,
        "REDIS_CLUSTER": "false",
        # Where other programs are busy too, a stall is no outage. A request that writes waits for it twice, in 10 s.
        "REDIS_TIMEOUT_SECONDS": "3",
        "REDIS_IAM_USER": "",
        "REDIS_IAM_CACHE": "",
        "OIDC_ISSUER": keys.ISSUER,
        "OIDC_AUDIENCE": keys.AUDIENCE,
        "OIDC_JWKS": key_set,
        "OIDC_JWKS_URL": "",
    }
    if chosen.get("REDIS_CLUSTER", "false") == "false":
        settings["QUEUE_PREFIX"] = "bull"
    if "MONGODB_URI" not in chosen:
        # The embedded one is here; that of somebody else may be away, which is to be said soon.
        settings["MONGODB_TIMEOUT_SECONDS"] = "60"
    settings |= chosen
    try:
        # The caller's whole environment is looked at, so that a misspelt setting is found and not passed over.
        read_settings({**caller, **settings, "AWS_SAM_LOCAL": "true", "AWS_ENDPOINT_URL_LAMBDA": ""})
    except SettingsError as error:
        raise StartError(f"the environment cannot be used: {error}") from None
    return settings


def check_settings(caller: Mapping[str, str]) -> None:
    """What can be said of the caller's settings before any server runs. Raises StartError as `local_settings` does."""
    some_key = keys.key_set(keys.new_key())
    local_settings(caller, mongodb_uri="mongodb://localhost", redis_url="redis://localhost", key_set=some_key)


def function_environment(
    definition: FunctionDefinition, settings: Mapping[str, str], *, layer: str, lambda_endpoint: str
) -> dict[str, str]:
    """What a sandbox of `definition` finds in its environment; of the caller's only what finding programs takes."""
    aws = {
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",  # never leaves this machine: the endpoint below takes any
        "AWS_EC2_METADATA_DISABLED": "true",
        # As SAM sets it: no function asks AWS for anything, whatever its settings are.
        "AWS_SAM_LOCAL": "true",
        "AWS_ENDPOINT_URL_LAMBDA": lambda_endpoint,
        "AWS_LAMBDA_FUNCTION_NAME": definition.name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(definition.memory_megabytes),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "LAMBDA_TASK_ROOT": str(definition.code),
        "_HANDLER": definition.handler,
    }
    host = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ}
    paths = {"PYTHONPATH": layer, "TMPDIR": tempfile.gettempdir()}
    return host | paths | {"TZ": "UTC", "PYTHONUTF8": "1"} | definition.environment | dict(settings) | aws
