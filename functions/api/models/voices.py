"""A person's voices on the wire."""

from collections.abc import Sequence
from typing import Annotated, Self

from aws_lambda_powertools.event_handler.openapi.params import Query
from pydantic import Field

from models.wire import Moment, Wire
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.store.profiles import VoiceSummary

# Lower case, so that no two voices differ by case alone; it is the last part of keys.
SLUG = r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$"

# Which voice a request is about; the default one where none is named.
Voice = Annotated[str, Query(alias="voice", pattern=SLUG, description="the slug of one of the person's voices")]
# Of a thing that is known by its id: where a voice is named, the thing has to be of it.
OtherVoice = Annotated[
    str | None,
    Query(
        alias="voice",
        pattern=SLUG,
        description="refuse what is of another voice; without it what is of any voice is found",
    ),
]


class StartVoice(Wire):
    """`slug` names the voice in `?voice=`: lower case letters, digits and dashes."""

    slug: Annotated[str, Field(pattern=SLUG)]


class VoiceView(Wire):
    """One voice; `version` 0 and no times: the default voice, which has no profile yet.

    `learning` false: the person has paused it.
    """

    slug: str
    version: int
    evolution_score: int
    learning: bool
    updated_at: Moment | None
    learned_at: Moment | None

    @classmethod
    def of(cls, voice: VoiceSummary) -> Self:
        return cls(
            slug=voice.slug,
            version=voice.version,
            evolution_score=voice.score,
            learning=voice.is_learning,
            updated_at=voice.updated_at,
            learned_at=voice.learned_at,
        )


_NO_PROFILE = VoiceView(
    slug=DEFAULT_VOICE, version=0, evolution_score=0, learning=True, updated_at=None, learned_at=None
)


class VoiceList(Wire):
    """The default voice first. `most`: as many voices as a person may have."""

    items: list[VoiceView]
    most: int

    @classmethod
    def of(cls, default: VoiceSummary | None, others: Sequence[VoiceSummary], most: int) -> Self:
        first = _NO_PROFILE if default is None else VoiceView.of(default)
        return cls(items=[first, *map(VoiceView.of, others)], most=most)
