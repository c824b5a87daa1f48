"""The conditions of HTTP on the profile that a request is about: entity tags in If-Match and If-None-Match."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Header

IfNoneMatch = Annotated[str | None, Header(alias="If-None-Match", description="the `ETag` of the state that is known")]
# Every route that changes the profile of one voice takes it; a test holds that.
IfMatch = Annotated[str | None, Header(alias="If-Match", description="the `ETag` of the state that is to be changed")]


def tags(header: str | None) -> set[str] | None:
    """The entity tags that a condition names, without quotes; `*` stands for any. None without a condition: one that
    names nothing holds for nothing."""
    if header is None:
        return None
    return {tag.strip().removeprefix("W/").strip('"') for tag in header.split(",")} - {""}
