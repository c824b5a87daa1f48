"""A person's voices on the wire."""

from typing import Annotated

from aws_lambda_powertools.event_handler.openapi.params import Query

# Lower case, so that no two voices differ by case alone; it is the last part of keys.
SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"

# Which voice a request is about; the default one where none is named.
Voice = Annotated[str, Query(alias="voice", pattern=SLUG, description="the slug of one of the person's voices")]
# Of a thing that is known by its id: where a voice is named, the thing has to be of it.
OtherVoice = Annotated[str | None, Query(alias="voice", pattern=SLUG, description="refuse what is of another voice")]
