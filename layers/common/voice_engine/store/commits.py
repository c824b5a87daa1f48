"""The one transaction that moves a profile to its next version: profile, edits, log row and snapshot, or nothing."""

from collections.abc import Callable, Sequence

from pymongo.errors import DuplicateKeyError

from voice_engine.store.database import Database, Session
from voice_engine.store.edits import Edits
from voice_engine.store.erasures import Erasures
from voice_engine.store.event_forms import kind
from voice_engine.store.events import Events
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.versions import Versions
from voice_engine.voice.concern import concern
from voice_engine.voice.log import RESTORABLE, EditsLearned, EditsUnlearned, Event, ProfileReset, Relearned, knew


class Superseded(Exception):
    """Somebody else moved the profile first. Nothing was written; read it again and redo."""


class EditsGone(Exception):
    """An edit to be marked is not as it was: erased, taken back, or marked by another learner. Nothing was written."""


class Commits:
    def __init__(
        self, database: Database, profiles: Profiles, edits: Edits, events: Events, versions: Versions
    ) -> None:
        self._database = database
        self._profiles = profiles
        self._edits = edits
        self._events = events
        self._versions = versions
        self._erasures = Erasures(database)

    def commit(self, profile: Profile, event: Event, *, also: Callable[[Session], None] | None = None) -> None:
        """Store `profile`, the state that `event` leads to. Its version is one more than the one it came from.

        The pair (incarnation, version) fences the write: raises Superseded when the stored profile is another one than
        `profile` was made from, EditsGone when an edit that `event` learns or unlearns cannot be marked so. `also`
        writes what is to be there if, and only if, this is.
        """

        def work(session: Session) -> None:
            if profile.version == 1:
                self._profiles.insert(profile, session=session)
            elif not self._profiles.replace(profile, session=session):
                raise Superseded
            if isinstance(event, EditsLearned) and not self._edits.mark_learned(
                event.edits, profile.version, session=session
            ):
                raise EditsGone
            if isinstance(event, ProfileReset):
                self._edits.ignore_waiting(profile.key, "reset", session=session)
            if isinstance(event, EditsUnlearned):
                self._unlearn(event, profile, session)
            if isinstance(event, Relearned):
                self._profiles.rebuilt(profile.key, session=session)
            self._events.append(event, profile, session=session)
            self._versions.keep(profile, kind(event), concern(event), session=session)
            if also is not None:
                also(session)

        try:
            self._database.transaction(work)
        except DuplicateKeyError:
            raise Superseded from None

    def insert_told(self, versions: Sequence[tuple[Profile, Event]], *, session: Session) -> None:
        """Store a profile whose log is there already, by its newest versions, the oldest first, each with the event
        that led to it. Raises pymongo's DuplicateKeyError when the key has a profile."""
        newest, _ = versions[-1]
        self._profiles.insert(newest, session=session)
        for profile, event in versions:
            self._versions.keep(profile, kind(event), concern(event), session=session)

    def check_open(self, user_id: str, key: str) -> None:
        """Raises Erasing where a commit would."""
        self._erasures.check(user_id, key)

    def confirm(self, profile: Profile | None, also: Callable[[Session], None]) -> None:
        """Write `also` if `profile` is still the newest, and nothing else of it. Raises Superseded when it is not."""

        def work(session: Session) -> None:
            if profile is not None and not self._profiles.touch_version(profile, session=session):
                raise Superseded
            also(session)

        self._database.transaction(work)

    def _unlearn(self, event: EditsUnlearned, profile: Profile, session: Session) -> None:
        """Nothing is left of the edits, nor of the snapshots that knew them."""
        learned = self._edits.mark_unlearned(event.edits, profile.version, session=session)
        if learned is None:
            raise EditsGone
        returns = self._events.returns(profile.key, after=min(learned), session=session)
        kept = range(profile.version - RESTORABLE, profile.version)
        gone = [version for version in kept if knew(version, learned, returns)]
        self._versions.purge(profile.key, gone, session=session)
