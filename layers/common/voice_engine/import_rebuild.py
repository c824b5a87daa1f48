"""The learner's part of an import: what was set aside is copied, each voice's log is told, and the voices are there.

Each step moves the import's row on in its own transaction, so a learner that dies at any moment, or two at once, do
nothing twice. Until the voices are there nothing of it can be learned or shown as a profile; a rebuild that cannot be
finished takes back all that was copied.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace

from pymongo.errors import DocumentTooLarge, DuplicateKeyError, PyMongoError

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import Erasing, Unavailable
from voice_engine.import_admission import incarnation
from voice_engine.lease import Leases
from voice_engine.log_steps import MustStop, tell_in_steps
from voice_engine.profile_key import profile_key
from voice_engine.profiles import forget_cached
from voice_engine.store.account import Account
from voice_engine.store.commits import Commits
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.erasures import Erasures
from voice_engine.store.events import Events
from voice_engine.store.imported import Conflict, Imported, Lot
from voice_engine.store.imports import Import, ImportedVoice, Imports, Overtaken
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.voice.log import Event, Telling, tell
from voice_engine.voice.score import evolution_score

logger = logging.getLogger(__name__)

_LIMIT = 20  # imports that one run looks at
_BATCH = 20  # documents of one transaction; the largest are about 0.7 MB
_ALL = "~"  # as the last row that was copied: there is none behind it
# Sorted, as the rows that are set aside are: how far it was copied is told by the last of them.
_LOTS: tuple[Lot, ...] = ("archetype", "content", "edit", "event")


class Expired(Exception):
    """A part of what was set aside is gone: the pages came too slowly."""


class Unwhole(Exception):
    """The log was told, and is shorter than the profile says."""


class ImportRebuild:
    def __init__(
        self,
        database: Database,
        account: Account,
        imports: Imports,
        imported: Imported,
        erasures: Erasures,
        profiles: Profiles,
        events: Events,
        commits: Commits,
        leases: Leases,
        cache: ReadThroughCache,
        *,
        clock: Clock,
    ) -> None:
        self._database = database
        self._account = account
        self._imports = imports
        self._imported = imported
        self._erasures = erasures
        self._profiles = profiles
        self._events = events
        self._commits = commits
        self._leases = leases
        self._cache = cache
        self._clock = clock

    @answering()
    def run(self, time_left: Callable[[], float]) -> int:
        """Go on with the imports whose pages are all there, while there is time; how many came to their end."""
        ended = 0
        for waiting in self._imports.rebuilding(_LIMIT):
            if time_left() <= 0:
                break
            with self._leases.hold(profile_key(waiting.user_id)) as lease:
                if lease is not None:
                    ended += self._worked(waiting, lambda: time_left() <= 0 or lease.lost)
        return ended

    def _worked(self, waiting: Import, must_stop: MustStop) -> bool:
        """True when the import came to its end, good or bad."""
        try:
            return self._advanced(waiting, must_stop)
        except (Overtaken, Erasing):
            # Somebody else goes on with it, or it is to be no more.
            return False
        except (DocumentTooLarge, Conflict) as error:
            return self._failed(waiting, error, must_stop)
        except (Unavailable, PyMongoError):
            # MongoDB's failure is not the import's.
            raise
        except Exception as error:  # noqa: BLE001 - whatever a file makes the rules raise is that file's failure
            return self._failed(waiting, error, must_stop)

    def _advanced(self, one: Import, must_stop: MustStop) -> bool:
        if one.phase == "copying":
            self._hold(one)
            copied = self._copied(one, _LOTS, must_stop)
            if copied is None:
                return False
            if not self._imported.pending_are_free(copied):
                raise Conflict
            one = self._imports.move(copied, replace(copied, phase="telling", copied=""))
        if one.phase == "telling":
            for voice in one.voices:
                told = self._told(one, voice, must_stop)
                if told is None:
                    return False
                one = told
            one = self._finished(one)
        if one.phase == "failing":
            return self._taken_back(one, must_stop)
        settled = self._copied(one, ("pending",), must_stop)
        if settled is None:
            return False
        self._imported.forget(settled)
        self._imports.move(settled, replace(settled, status="done", updated_at=self._clock()))
        return True

    def _hold(self, one: Import) -> None:
        """Let nothing expire from here on. Raises Expired where something has, before any of it is copied."""
        if one.copied:
            return
        self._imported.hold(one)
        if self._imported.count(one) != one.items - len(one.voices):
            raise Expired

    def _copied(self, one: Import, lots: tuple[Lot, ...], must_stop: MustStop) -> Import | None:
        """The import with these lots copied; None when there was no time for all."""
        for lot in lots:
            while batch := self._imported.batch(one, lot, after=one.copied, limit=_BATCH):
                if must_stop():
                    return None
                moved = replace(one, copied=batch[-1][0])
                documents = [document for _, document in batch]

                def work(session: Session, lot: Lot = lot, before: Import = one, after: Import = moved) -> Import:
                    self._imported.put(lot, documents, session=session)  # noqa: B023 - used at once
                    return self._moved(before, after, session)

                one = self._database.transaction(work)
        return one

    def _moved(self, before: Import, after: Import, session: Session) -> Import:
        self._erasures.check(before.user_id, None, session=session)
        return self._imports.move(before, after, session=session)

    def _told(self, one: Import, voice: ImportedVoice, must_stop: MustStop) -> Import | None:
        """The import with the rest of the log of one voice told; None when there was no time for all of it."""

        def keep(telling: Telling) -> None:
            nonlocal one
            one = self._kept(one, voice, telling)

        begun = self._imported.telling(one, voice.voice)
        rest = self._events.of(profile_key(one.user_id, voice.voice), after=begun.as_written.version)
        telling = tell_in_steps(begun, rest, tell, keep=keep, must_stop=must_stop)
        if telling is None:
            return None
        if telling.as_written.version != voice.version:
            raise Unwhole
        keep(telling)
        return one

    def _kept(self, one: Import, voice: ImportedVoice, telling: Telling) -> Import:
        def work(session: Session) -> Import:
            self._imported.keep_telling(one, voice.voice, telling, session=session)
            return self._moved(one, one, session)

        return self._database.transaction(work)

    def _finished(self, one: Import) -> Import:
        """All voices there at once, with the snapshots that can be gone back to. Raises Conflict."""
        told = [list(self._versions(one, voice)) for voice in one.voices]
        profiles = [versions[-1][0] for versions in told]

        def work(session: Session) -> Import:
            for versions in told:
                self._commits.insert_told(versions, session=session)
            return self._moved(one, replace(one, phase="settling", copied=""), session)

        try:
            settling = self._database.transaction(work)
        except DuplicateKeyError:
            raise Conflict from None
        for profile in profiles:
            forget_cached(self._cache, self._profiles, profile.key, profile.incarnation, profile.version)
        return settling

    def _versions(self, one: Import, voice: ImportedVoice) -> Iterator[tuple[Profile, Event]]:
        """The newest versions of a voice, oldest first, each with the event that led to it."""
        told = self._imported.telling(one, voice.voice).as_written
        key, after = profile_key(one.user_id, voice.voice), told.version - len(told.states)
        rows = self._account.log(one.user_id, voice.voice, after=after, until=told.version, limit=len(told.states))
        for row, event, state in zip(rows, self._events.of(key, after=after), told.states, strict=True):
            is_newest = row.version == voice.version
            profile = Profile(
                key=key,
                user_id=one.user_id,
                voice=voice.voice,
                incarnation=incarnation(one, voice.voice),
                version=row.version,
                state=state,
                score=evolution_score(state),
                updated_at=voice.updated_at if is_newest else row.at,
                learned_at=voice.learned_at,
            )
            yield profile, event

    def _failed(self, waiting: Import, error: Exception, must_stop: MustStop) -> bool:
        """Nothing stays of it but why."""
        found = self._imports.find(waiting.user_id)
        if found is None or found.id != waiting.id or found.status != "rebuilding":
            return False
        logger.error("an import cannot be finished", extra={"reason": _reason(error)})
        copied = found.copied if found.phase in ("copying", "failing") else _ALL
        failing = replace(found, phase="failing", copied=copied, reason=_reason(error), updated_at=self._clock())
        try:
            return self._taken_back(self._imports.move(found, failing), must_stop)
        except Overtaken:
            return False

    def _taken_back(self, one: Import, must_stop: MustStop) -> bool:
        for lot, last in _copied_rows(one):
            after = ""
            while batch := self._imported.ids(one, lot, after=after, until=last, limit=1000):
                if must_stop():
                    return False
                ids, after = [id_ for _, id_ in batch], batch[-1][0]

                def work(session: Session, lot: Lot = lot) -> None:
                    self._imported.take_back(one, lot, ids, session=session)  # noqa: B023 - used at once

                self._database.transaction(work)
        self._imported.forget(one)
        self._imports.move(one, replace(one, status="failed", updated_at=self._clock()))
        return True


def _copied_rows(one: Import) -> Iterator[tuple[Lot, str]]:
    """The lots that were copied, each with the last of its rows that was. What was not copied is not the import's: an
    archetype in its place may be the person's own."""
    if not one.copied:
        return
    broken_off = None if one.copied == _ALL else one.copied.split(":")[1]
    for lot in _LOTS:
        if lot == broken_off:
            yield lot, one.copied
            return
        yield lot, f"{one.id}:{lot}:~"


def _reason(error: Exception) -> str:
    """The kind of error alone: a message may quote a text."""
    name = type(error).__name__
    return name[0].lower() + name[1:]
