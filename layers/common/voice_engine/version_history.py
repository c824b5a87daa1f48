"""The versions of a profile, and the ways back: to one of them, or to the start."""

from collections.abc import Sequence

from voice_engine.cache import Entry
from voice_engine.errors import NotFound
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import Expected, ProfileDesk, Step, find_voice
from voice_engine.store.database import answering
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.requests import Keep
from voice_engine.store.versions import Version, Versions
from voice_engine.voice.log import ProfileReset, RolledBack, apply
from voice_engine.voice.profile import neutral, restored


class VersionHistory:
    def __init__(self, desk: ProfileDesk, profiles: Profiles, versions: Versions, edits: Edits) -> None:
        self._desk = desk
        self._profiles = profiles
        self._versions = versions
        self._edits = edits

    @answering()
    def newest(self, profile: ProfileId) -> Sequence[Version]:
        """What can be gone back to, the newest first. Raises NotFound for a voice that was never made."""
        find_voice(self._profiles, profile)
        return self._versions.newest(profile.key)

    def roll_back(
        self, profile: ProfileId, version_id: str, *, expected: Expected = None, keep: Keep[Entry] | None = None
    ) -> Entry:
        """Make all that held at a version hold again, but for the pause, as a new version; the style response.

        An id names one state for ever, so whatever is learned meanwhile, no other one is restored. Nothing is written
        where nothing would change. Raises NotFound for a version of another profile, or one that is no longer kept.
        """

        def step(before: Profile | None) -> Step | None:
            snapshot = self._versions.find(profile.key, version_id)
            # The profile of an earlier life may still be being erased.
            if snapshot is None or before is None or snapshot.incarnation != before.incarnation:
                raise NotFound("version", version_id)
            state = restored(before.state, snapshot.state)
            return None if state == before.state else Step(RolledBack(version=snapshot.version), state)

        return self._desk.move(profile, step, expected=expected, keep=keep)

    def reset(self, profile: ProfileId, *, expected: Expected = None, keep: Keep[Entry] | None = None) -> Entry:
        """Start over: a neutral profile, with learning paused or not as before. A rollback undoes it.

        Edits that wait to be learned never are: they are of what was before.
        """
        event = ProfileReset()

        def step(before: Profile | None) -> Step | None:
            state = before.state if before else neutral()
            changes = apply(state, event) != state
            return Step(event) if changes or self._edits.oldest_pending(profile.key) else None

        return self._desk.move(profile, step, expected=expected, keep=keep)
