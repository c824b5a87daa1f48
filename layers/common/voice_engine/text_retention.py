"""Texts are kept for as long as the setting says; what was learned from them stays."""

from collections.abc import Callable
from datetime import timedelta

from voice_engine.clock import Clock
from voice_engine.store.contents import Contents
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits

_CHUNK = 200


class TextRetention:
    def __init__(self, contents: Contents, edits: Edits, *, kept: timedelta | None, clock: Clock) -> None:
        """`kept` None: for ever."""
        self._contents = contents
        self._edits = edits
        self._kept = kept
        self._clock = clock

    @answering()
    def run(self, time_left: Callable[[], float]) -> int:
        """Delete what is older, some at a time, while there is time; how many contents and edits lost their texts.

        An edit that still waits to be learned keeps its texts until it is.
        """
        if self._kept is None:
            return 0
        before = self._clock() - self._kept
        expired = 0
        for expire in (self._edits.expire_texts, self._contents.expire):
            while time_left() > 0 and (some := expire(before, _CHUNK)):
                expired += some
        return expired
