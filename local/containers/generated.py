"""The files that SAM reads by samconfig.toml: parameters of the template, and variables of the functions."""

import json
from collections.abc import Mapping

from local import keys
from local.containers import place
from local.containers.stores import Stores, Urls, mongodb_url, redis_url
from local.environment import local_settings

LAMBDA_PORT = 3001
# A function answers that a store is away before its own time is over.
_MONGODB_SECONDS = "5"
_ADDRESSES = ("MONGODB_URI", "REDIS_URL", "AWS_ENDPOINT_URL_LAMBDA")


def variables(caller: Mapping[str, str], stores: Urls, address: str) -> dict[str, str]:
    """What a function in a container finds in place of what the template gives it on AWS.

    `address`: what a container calls this machine. Raises StartError for a setting of the caller that cannot be used.
    """
    chosen = {name: value for name, value in caller.items() if name not in ("MONGODB_URI", "REDIS_URL")}
    key_set = keys.key_set(keys.signing_key(place.KEYS))
    settings = local_settings(chosen, mongodb_uri=stores.mongodb, redis_url=stores.redis, key_set=key_set)
    settings["MONGODB_TIMEOUT_SECONDS"] = chosen.get("MONGODB_TIMEOUT_SECONDS") or _MONGODB_SECONDS
    # Where `sam local start-lambda` listens. Where it does not run, nobody answers, and nobody else is asked.
    return settings | {"AWS_ENDPOINT_URL_LAMBDA": f"http://{address}:{LAMBDA_PORT}"}


def write(caller: Mapping[str, str], stores: Stores | None, *, processor: str, address: str) -> None:
    """All of them, by this run's settings. `stores` None: not up yet, and looked for where they usually are."""
    urls = stores.inside if stores is not None else Urls(mongodb_url(address), redis_url(address))
    place.write_secret(place.PARAMETERS, f'Architecture = "{processor}"\n')
    _write_variables(variables(caller, urls, address))


def readdress(caller: Mapping[str, str], stores: Stores, address: str) -> None:
    """Other addresses, and what the caller sets now; every other variable stays as the build has written it."""
    now = variables(caller, stores.inside, address)
    written = (place.read_json(place.ENVIRONMENT) or {"Parameters": now})["Parameters"]
    _write_variables(written | {name: value for name, value in now.items() if name in _ADDRESSES or caller.get(name)})


def _write_variables(values: Mapping[str, str]) -> None:
    place.write_secret(place.ENVIRONMENT, json.dumps({"Parameters": values}, indent=2) + "\n")


def processor_built_for() -> str | None:
    """Of the last `make sam-build`; None before the first."""
    try:
        text = place.PARAMETERS.read_text("utf-8")
    except FileNotFoundError:
        return None
    return text.partition('"')[2].partition('"')[0]
