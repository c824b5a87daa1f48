"""What is left of somebody anywhere in the service's stores."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from redis import Redis

from voice_engine.bootstrap import Engine


def traces(engine: Engine, redis_url: str, words: Iterable[str]) -> set[str]:
    """Collections, and keys of Redis, that hold one of `words`, as it is or percent-encoded, in a name or a value."""
    wanted = [form for word in words for form in {word, quote(word, safe="")}]
    database = engine.database.collection("edits").database
    found = {
        name
        for name in database.list_collection_names()
        if any(word in repr(row) for row in database[name].find() for word in wanted)
    }
    with Redis.from_url(redis_url, decode_responses=True) as redis:
        for key in redis.scan_iter(count=1000):
            told = f"{key} {_value(redis, key)!r}"
            found |= {f"redis {key}" for word in wanted if word in told}
    return found


def _value(redis: Redis, key: str) -> Any:
    match redis.type(key):
        case "string":
            return redis.get(key)
        case "hash":
            return redis.hgetall(key)
        case "list":
            return redis.lrange(key, 0, -1)
        case "zset":
            return redis.zrange(key, 0, -1)
        case "set":
            return redis.smembers(key)
        case "stream":
            return redis.xrange(key)
        case "none":
            return None  # it has just expired
        case kind:
            raise AssertionError(f"{key} is a {kind}, which nobody reads")
