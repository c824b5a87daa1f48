"""The configuration: one frozen `Settings`, read once from the environment.

A value that is malformed, and a variable that looks like one of ours but is none, stop the start: a setting that is
silently ignored is found only when it is missed.
"""

import difflib
import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from jwt import PyJWKSet
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError
from pymongo.uri_parser import parse_uri
from redis.connection import parse_url as parse_redis_url

# A variable whose name begins like this is meant for us, so it has to be one of the fields below.
_FAMILIES = (
    "MONGODB_",
    "REDIS_",
    "QUEUE_",
    "LEARNING_",
    "LEARNER_",
    "EDIT_",
    "PROFILE_CACHE_",
    "ARCHETYPE_CACHE_",
    "EVOLUTION_CACHE_",
    "RATE_LIMIT_",
    "OIDC_",
    "CORS_",
    "ERASURE_",
    "TEXT_",
)


class SettingsError(Exception):
    """The environment cannot be used; the message names each variable and what is wrong, never a secret's value."""


def _url_of(*schemes: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.startswith(tuple(f"{scheme}://" for scheme in schemes)):
            raise PydanticCustomError("url_scheme", "must begin with " + " or ".join(f"{s}://" for s in schemes))
        return value

    return AfterValidator(check)


def _checked(parse: Callable[[str], object], what: str) -> AfterValidator:
    """What the library that will use the value makes of it, without the value in the message."""

    def check(value: str) -> str:
        try:
            parse(value)
        except Exception as error:  # noqa: BLE001 - each library has its own errors, and none may repeat a secret
            raise PydanticCustomError("unusable", f"is not {what} ({type(error).__name__})") from None
        return value

    return AfterValidator(check)


def _parse_mongodb_uri(uri: str) -> None:
    # The names behind mongodb+srv:// come from DNS, which is for the first connection to ask.
    if uri.startswith("mongodb://"):
        parse_uri(uri)
    elif not urlsplit(uri).hostname:
        raise ValueError


def _parse_url(url: str) -> None:
    if not urlsplit(url).hostname:
        raise ValueError


def _separated(value: object) -> object:
    return tuple(item.strip() for item in value.split(",")) if isinstance(value, str) else value


# As a browser writes it (RFC 6454): no path, no wildcard.
type _Origin = Annotated[str, Field(pattern=r"^https?://[a-z0-9.\[\]:-]+$", max_length=255)]


class Settings(BaseModel):
    """Each field is the environment variable of the same name in capitals. docs/settings.md tells what each does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mongodb_uri: (
        Annotated[str, _url_of("mongodb", "mongodb+srv"), _checked(_parse_mongodb_uri, "a MongoDB connection string")]
        | None
    ) = None
    mongodb_uri_secret: Annotated[str, Field(pattern="^arn:")] | None = None
    mongodb_database: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,38}$")] = "voice_engine"
    mongodb_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0

    redis_url: Annotated[str, _url_of("redis", "rediss"), _checked(parse_redis_url, "a Redis URL")]
    redis_cluster: bool = False
    redis_iam_user: str | None = None
    redis_iam_cache: str | None = None
    aws_region: str | None = None
    redis_timeout_seconds: Annotated[float, Field(gt=0, le=5)] = 0.25
    redis_breaker_seconds: Annotated[float, Field(gt=0, le=60)] = 5.0

    queue_prefix: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$|^\{[A-Za-z0-9_-]{1,62}\}$")] = "bull"
    learning_queue_concurrency: Annotated[int, Field(ge=1, le=50)] = 5
    learning_rate_limit_minutes: Annotated[float, Field(ge=0, le=1440)] = 5
    edit_batch_window_minutes: Annotated[float, Field(ge=0, le=1440)] = 5
    learning_claim_seconds: Annotated[int, Field(ge=1, le=900)] = 30
    learner_function_name: str | None = None
    # Not the name of a setting of ours: AWS's libraries know it, and SAM hands on no variable that the template lacks.
    aws_endpoint_url_lambda: (
        Annotated[str, _url_of("https", "http"), _checked(_parse_url, "a URL with a host")] | None
    ) = None
    aws_sam_local: bool = False

    profile_cache_ttl_seconds: Annotated[int, Field(ge=1, le=86400)] = 3600
    archetype_cache_ttl_seconds: Annotated[int, Field(ge=1, le=604800)] = 86400
    evolution_cache_ttl_seconds: Annotated[int, Field(ge=1, le=86400)] = 300

    text_retention_days: Annotated[int, Field(ge=1, le=36500)] | None = None
    erasure_grace_seconds: Annotated[float, Field(ge=0, le=86400)] = 60

    rate_limit_writes_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 120
    rate_limit_drafts_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 20

    oidc_issuer: Annotated[str, Field(min_length=1)]
    oidc_audience: Annotated[str, Field(min_length=1)]
    oidc_jwks_url: Annotated[str, _url_of("https", "http"), _checked(_parse_url, "a URL with a host")] | None = None
    oidc_jwks: Annotated[str, _checked(PyJWKSet.from_json, "a JSON Web Key Set")] | None = None
    # As RFC 6749 writes a scope.
    oidc_admin_scope: Annotated[str, Field(pattern=r"^[\x21\x23-\x5B\x5D-\x7E]{1,255}$")] = "admin"

    cors_allowed_origins: Annotated[tuple[_Origin, ...], BeforeValidator(_separated)] = ()

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @model_validator(mode="after")
    def _one_of_each_pair(self) -> Self:
        if (self.mongodb_uri is None) == (self.mongodb_uri_secret is None):
            raise PydanticCustomError("one_of", "exactly one of MONGODB_URI and MONGODB_URI_SECRET must be set")
        if (self.oidc_jwks is None) == (self.oidc_jwks_url is None):
            raise PydanticCustomError("one_of", "exactly one of OIDC_JWKS and OIDC_JWKS_URL must be set")
        if (self.redis_iam_user is None) != (self.redis_iam_cache is None):
            raise PydanticCustomError("both", "REDIS_IAM_USER and REDIS_IAM_CACHE go together")
        if self.redis_iam_user is not None and self.aws_region is None:
            raise PydanticCustomError("both", "REDIS_IAM_USER needs AWS_REGION, which Lambda sets by itself")
        return self

    @model_validator(mode="after")
    def _nothing_of_aws_on_a_laptop(self) -> Self:
        """SAM hands the credentials of the shell to every function that it runs on a laptop."""
        if self.aws_sam_local and self.mongodb_uri_secret is not None:
            raise PydanticCustomError("local", "MONGODB_URI_SECRET is on AWS and AWS_SAM_LOCAL is set: set MONGODB_URI")
        if self.aws_sam_local and self.redis_iam_user is not None:
            raise PydanticCustomError("local", "REDIS_IAM_USER is of AWS, and AWS_SAM_LOCAL is set: leave it empty")
        return self

    @model_validator(mode="after")
    def _cluster_slots(self) -> Self:
        if self.redis_cluster and not self.queue_prefix.startswith("{"):
            raise PydanticCustomError(
                "slot", "QUEUE_PREFIX must be in braces with REDIS_CLUSTER: one slot holds the queue"
            )
        return self


def read_settings(environment: Mapping[str, str]) -> Settings:
    """The settings that `environment` holds. Empty values count as not set.

    Raises SettingsError naming every variable that is unknown, missing or malformed.
    """
    known = {name.upper(): name for name in Settings.model_fields}
    given = {name: value for name, value in environment.items() if value != ""}
    unknown = [name for name in given if name.startswith(_FAMILIES) and name not in known]
    problems = [_unknown(name, list(known)) for name in sorted(unknown)]
    try:
        settings = Settings.model_validate({field: given[name] for name, field in known.items() if name in given})
    except ValidationError as error:
        # The input is left out: it may be a connection string.
        for detail in error.errors(include_input=False, include_url=False, include_context=False):
            name = ".".join(str(part) for part in detail["loc"][:1]).upper()
            problems.append(f"{name}: {detail['msg']}" if name else detail["msg"])
        raise SettingsError("; ".join(problems)) from None
    if problems:
        raise SettingsError("; ".join(problems))
    return settings


def _unknown(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"{name}: no such setting" + (f", did you mean {near[0]}?" if near else "")


@cache
def settings() -> Settings:
    """The settings of this process, read at the first call."""
    return read_settings(os.environ)
