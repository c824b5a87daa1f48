"""Learning profiles anew, from their logs, by the rules of today."""

from collections.abc import Callable, Iterator

from voice_engine.retelling import Plan, Retelling
from voice_engine.store.database import answering
from voice_engine.store.profiles import Profiles
from voice_engine.voice.learned import LEARNER_VERSION
from voice_engine.voice.log import Relearned, tell_anew

_PLAN = Plan(Relearned(learner_version=LEARNER_VERSION), tell=tell_anew)


class Relearning:
    """Marks lie on the profiles, and each goes with the transaction that did the work: what is broken off goes on."""

    def __init__(self, profiles: Profiles, retelling: Retelling) -> None:
        self._profiles = profiles
        self._retelling = retelling

    @answering()
    def ask(self, user_id: str | None) -> int:
        """Have all profiles of a person learned anew, or everybody's; how many were not marked yet."""
        return self._profiles.ask_rebuild(user_id)

    @answering()
    def run(self, time_left: Callable[[], float], stuck: set[str] | None = None) -> int:
        """Learn marked profiles anew while there is time; how many. What was set or deleted by hand stays. `stuck` as
        of `Unlearning.run`."""
        return self._retelling.each(
            self._marked(), Relearned, lambda *_: _PLAN, time_left, stuck if stuck is not None else set()
        )

    def _marked(self) -> Iterator[str]:
        """A mark stays where a log cannot be told; it is not tried again in this run."""
        seen: list[str] = []
        while marked := self._profiles.to_rebuild(1, without=seen):
            seen += marked
            yield from marked
