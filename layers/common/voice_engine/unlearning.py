"""Taking single edits back: the profile becomes what it would be had they never been learned."""

from collections.abc import Callable
from functools import partial

from voice_engine.errors import NotFound
from voice_engine.ids import is_id
from voice_engine.retelling import Plan, Retelling
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profile
from voice_engine.store.requests import Requests
from voice_engine.store.retellings import Aim
from voice_engine.voice.log import EditsUnlearned, tell, without


class Unlearning:
    """Edits that were taken back are marked so, and the mark goes with the transaction that did the work: what is
    broken off goes on."""

    def __init__(
        self,
        database: Database,
        edits: Edits,
        requests: Requests,
        retelling: Retelling,
        *,
        wake: Callable[[], object],
    ) -> None:
        self._database = database
        self._edits = edits
        self._requests = requests
        self._retelling = retelling
        self._wake = wake

    @answering()
    def ask(self, user_id: str, edit_id: str) -> None:
        """Take an edit back: its texts are gone when this returns, what was learned from it soon after.

        Asked again it changes nothing. Raises NotFound, also for another person's edit.
        """

        def work(session: Session) -> bool:
            self._requests.forget(user_id, edit_id, session=session)
            return self._edits.take_back(user_id, edit_id, session=session)

        if is_id(edit_id) and self._database.transaction(work):
            self._wake()
        elif not is_id(edit_id) or self._edits.find(user_id, edit_id) is None:
            raise NotFound("edit", edit_id)

    @answering()
    def run(self, time_left: Callable[[], float], stuck: set[str] | None = None) -> int:
        """Rebuild profiles without the edits that were taken back, while there is time; how many were rebuilt. `stuck`,
        as of `Retelling.each`, carries over where this is asked again.

        Where the rules of a log are unknown, learning the profile anew by today's mends it.
        """
        return self._retelling.each(
            self._edits.profiles_to_unlearn(),
            EditsUnlearned,
            self._plan,
            time_left,
            stuck if stuck is not None else set(),
        )

    def _plan(self, profile: Profile, begun: Aim | None) -> Plan | None:
        waiting = self._edits.to_unlearn(profile.key)
        if not waiting:
            return None
        # More may be taken back all the while: what was begun comes to its end first.
        aim = EditsUnlearned(edits=tuple(waiting))
        if isinstance(begun, EditsUnlearned) and set(begun.edits) <= set(waiting):
            aim = begun
        return Plan(
            aim,
            tell=tell,
            events=partial(without, edits=frozenset(aim.edits)),
            # Answers that show the profile may hold words that it learned.
            also=lambda session: self._requests.forget(profile.user_id, profile.key, session=session),
        )
