"""The stores that functions in containers work with, and how they are reached from there and from this machine."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import urlsplit

from pymongo import MongoClient
from pymongo.errors import PyMongoError
from redis import Redis, RedisError

from local.containers import place
from local.errors import StartError

MONGODB_PORT = 27017
VALKEY_PORT = 6379
_SECONDS = 2.0
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1", "0.0.0.0")


@dataclass(frozen=True, slots=True)
class Urls:
    mongodb: str
    redis: str


@dataclass(frozen=True, slots=True)
class Stores:
    """`inside`: as containers reach them. `outside`: as this machine does."""

    kind: Literal["compose", "embedded", "own"]
    inside: Urls
    outside: Urls


def mongodb_url(host: str, port: int = MONGODB_PORT, *, credentials: str = "") -> str:
    """The one node of a replica set is addressed directly: by itself it names a host that is not known everywhere."""
    return f"mongodb://{credentials}{host}:{port}/?directConnection=true"


def redis_url(host: str, port: int = VALKEY_PORT, *, credentials: str = "") -> str:
    return f"redis://{credentials}{host}:{port}/0"


def elsewhere(url: str, host: str) -> str:
    """The same server under another name of its machine."""
    parts = urlsplit(url)
    credentials, _, _ = parts.netloc.rpartition("@")
    place = f"{host}:{parts.port}"
    return parts._replace(netloc=f"{credentials}@{place}" if credentials else place).geturl()


def keep(stores: Stores) -> None:
    place.write_secret(place.STORES, json.dumps(asdict(stores), indent=2) + "\n")


def kept() -> Stores | None:
    """What `keep` was given last, in this run or in an earlier one."""
    found = place.read_json(place.STORES)
    if found is None:
        return None
    return Stores(found["kind"], Urls(**found["inside"]), Urls(**found["outside"]))


def forget() -> None:
    place.STORES.unlink(missing_ok=True)


def own(caller: Mapping[str, str], address: str) -> Stores | None:
    """The caller's own, where MONGODB_URI and REDIS_URL name some.

    Raises StartError for one without the other, and for one that a container would look for in itself.
    """
    mongodb, redis = caller.get("MONGODB_URI"), caller.get("REDIS_URL")
    if not mongodb and not redis:
        return None
    if not mongodb or not redis:
        missing = "REDIS_URL" if mongodb else "MONGODB_URI"
        raise StartError(f"{missing} is not set, and the other store is your own: set both, or neither")
    for name, url in (("MONGODB_URI", mongodb), ("REDIS_URL", redis)):
        if urlsplit(url.split("?")[0]).hostname in _THIS_MACHINE:
            raise StartError(
                f"{name} names this machine as a container would name itself: write {address}, by which containers "
                "reach it, and have the server listen there"
            )
    given = Urls(mongodb, redis)
    return Stores("own", given, given)


def silent(urls: Urls) -> list[str]:
    """Which of the two does not answer, and where; nothing of a password."""
    found = []
    if not redis_answers(urls.redis):
        found.append(f"Redis at {_place(urls.redis)}")
    if not mongodb_answers(urls.mongodb):
        found.append(f"MongoDB at {_place(urls.mongodb)}")
    return found


def redis_answers(url: str) -> bool:
    try:
        with Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS) as client:
            return bool(client.ping())
    except RedisError:
        return False


def mongodb_answers(url: str) -> bool:
    """Whether it can be written to."""
    try:
        with MongoClient[dict[str, object]](url, serverSelectionTimeoutMS=int(_SECONDS * 1000)) as client:
            return bool(client.admin.command("hello").get("isWritablePrimary"))
    except PyMongoError:
        return False


def _place(url: str) -> str:
    return urlsplit(url.split("?")[0]).netloc.rpartition("@")[2]
