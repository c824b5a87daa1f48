"""How every model is written on the wire: camelCase, each value of its own JSON type, nothing unknown accepted."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from voice_engine.clock import iso

_TIMESTAMP = WithJsonSchema({"type": "string", "format": "date-time"})

type Moment = Annotated[datetime, PlainSerializer(iso, return_type=str), _TIMESTAMP]


class Wire(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, strict=True)
