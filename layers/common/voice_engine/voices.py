"""A person's voices: the default one, which is there from the start, and those that are made beside it."""

from collections.abc import Sequence

from voice_engine.cache import ReadThroughCache
from voice_engine.clock import Clock
from voice_engine.errors import AlreadyExists, LimitReached
from voice_engine.profile_key import DEFAULT_VOICE, MOST_VOICES, ProfileId
from voice_engine.profiles import forget_cached, next_version
from voice_engine.store.commits import Commits, Superseded
from voice_engine.store.database import Session, answering
from voice_engine.store.profiles import Profiles, VoiceSummary
from voice_engine.store.requests import Keep
from voice_engine.voice.log import VoiceStarted
from voice_engine.voice.profile import neutral, prior


class Voices:
    def __init__(self, profiles: Profiles, commits: Commits, cache: ReadThroughCache, *, clock: Clock) -> None:
        self._profiles = profiles
        self._commits = commits
        self._cache = cache
        self._clock = clock

    @answering()
    def of(self, user_id: str) -> tuple[VoiceSummary | None, Sequence[VoiceSummary]]:
        """The default voice, None while it has no profile, and the others by their slugs."""
        found = self._profiles.voices(user_id)
        default = next((voice for voice in found if voice.slug == DEFAULT_VOICE), None)
        return default, [voice for voice in found if voice.slug != DEFAULT_VOICE]

    @answering()
    def start(self, profile: ProfileId, *, keep: Keep[VoiceSummary] | None = None) -> VoiceSummary:
        """Make a voice that is what the default voice is now, and from here on learns from its own edits alone.

        Raises AlreadyExists, also for the default voice, and LimitReached.
        """
        if profile.is_default:
            raise AlreadyExists("voice", profile.voice)
        default = self._profiles.find(ProfileId(profile.user_id).key)
        event = VoiceStarted(prior(default.state if default else neutral()))
        made = next_version(None, profile.key, profile.user_id, event, self._clock)
        summary = VoiceSummary(made.voice, made.version, made.score.total, made.state.learning, made.updated_at, None)

        def also(session: Session) -> None:
            self._check_room(profile, session)
            if keep is not None:
                keep(summary, session)

        try:
            self._commits.commit(made, event, also=also)
        except Superseded:
            raise AlreadyExists("voice", profile.voice) from None
        forget_cached(self._cache, self._profiles, made.key, made.incarnation, made.version)
        return summary

    def _check_room(self, profile: ProfileId, session: Session) -> None:
        """Raises LimitReached where the voice that was just inserted is one too many."""
        made = {voice.slug for voice in self._profiles.voices(profile.user_id, session=session)}
        others = sorted(made - {DEFAULT_VOICE, profile.voice})
        # The default voice counts, whether it has a profile or not.
        if len(others) + 2 > MOST_VOICES:
            raise LimitReached("voice", MOST_VOICES)
        if others:
            # Two that are made at once do not see each other: both write here, so one of them comes after the other.
            self._profiles.touch(ProfileId(profile.user_id, others[0]).key, session=session)
