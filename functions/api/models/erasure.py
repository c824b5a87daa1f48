"""An erasure on the wire."""

from typing import Literal, Self

from models.wire import Moment, Wire
from voice_engine.store.erasures import Erasure


class ErasureView(Wire):
    """`erasing`: the learner deletes, and nothing can be written; what is not deleted yet may still be read. `done`:
    nothing is left. `none`: none was asked for within 30 days."""

    status: Literal["none", "erasing", "done"]
    asked_at: Moment | None
    done_at: Moment | None

    @classmethod
    def of(cls, erasure: Erasure | None) -> Self:
        if erasure is None:
            return cls(status="none", asked_at=None, done_at=None)
        return cls(status=erasure.state, asked_at=erasure.asked_at, done_at=erasure.done_at)
