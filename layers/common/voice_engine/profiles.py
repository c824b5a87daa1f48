"""The profile as a person reads and sets it."""

import json
from collections.abc import Mapping
from typing import Any

from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.clock import Clock, iso
from voice_engine.errors import Stale
from voice_engine.ids import new_id
from voice_engine.profile_key import profile_key, voice_of
from voice_engine.store.commits import Commits, Superseded
from voice_engine.store.database import answering
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.voice.learning import LearnedState
from voice_engine.voice.log import Event, ValuesSet, apply
from voice_engine.voice.profile import effective, neutral, set_by_hand
from voice_engine.voice.score import evolution_score

# Raise it whenever the body below changes shape: what older code has cached is then a miss.
BODY_SCHEMA = 1

# Learner and person may move a profile at the same moment; each round is one of them having been first.
_ROUNDS = 20


def tag(profile: Profile) -> str:
    """What names one state of one profile for ever; the ETag's content."""
    return f"{profile.incarnation}.{profile.version}"


def cache_key(profile: str) -> str:
    return f"profile:{profile}"


def next_version(before: Profile | None, key: str, user_id: str, event: Event, clock: Clock) -> Profile:
    """The profile that `event` makes of `before`, or of the neutral profile where there is none yet."""
    state = apply(before.state if before else neutral(), event)
    now = clock()
    return Profile(
        key=key,
        user_id=user_id,
        voice=voice_of(key),
        incarnation=before.incarnation if before else new_id(),
        version=before.version + 1 if before else 1,
        state=state,
        score=evolution_score(state),
        updated_at=now,
        learned_at=before.learned_at if before else None,
    )


class ProfileDesk:
    def __init__(self, profiles: Profiles, commits: Commits, cache: ReadThroughCache, *, clock: Clock) -> None:
        self._profiles = profiles
        self._commits = commits
        self._cache = cache
        self._clock = clock

    @answering()
    def style(self, user_id: str) -> Entry:
        """The style response, from the cache where it can be."""
        key = profile_key(user_id)
        entry, _ = self._cache.read(cache_key(key), lambda: style_entry(self._profiles.find(key)))
        return entry

    @answering()
    def learned(self, user_id: str) -> LearnedState:
        """The evidence behind the profile; none at all where nothing was learned yet."""
        profile = self._profiles.find(profile_key(user_id))
        return (profile.state if profile else neutral()).learned

    @answering()
    def change(self, user_id: str, values: Mapping[str, Any], *, expected: str | None) -> Entry:
        """Set `values`, by dotted path, by hand. Only those that differ from what holds now become overrides.

        Creates the profile where there is none. `expected` is the tag that the caller has seen: raises Stale when
        another state is the newest. Once this returns no read shows an older state.
        """
        key = profile_key(user_id)
        for _ in range(_ROUNDS):
            before = self._profiles.find(key)
            newest = tag(before) if before else ""
            if expected is not None and expected != newest:
                raise Stale("profile", expected, newest or "no profile yet")
            chosen = set_by_hand(before.state if before else neutral(), values)
            if before is not None and not chosen:
                return style_entry(before)
            event = ValuesSet(values=chosen)
            after = next_version(before, key, user_id, event, self._clock)
            try:
                self._commits.commit(after, event)
            except Superseded:
                continue
            self.forget_cached(after)
            return style_entry(after)
        raise Stale("profile", "a version that others keep moving", newest)

    def forget_cached(self, profile: Profile) -> bool:
        """Take the old copy out of the cache; if Redis does not confirm it, the sweep tries again."""
        return forget_cached(self._cache, self._profiles, profile.key, profile.incarnation, profile.version)


def forget_cached(cache: ReadThroughCache, profiles: Profiles, key: str, incarnation: str, version: int) -> bool:
    if not cache.invalidate(cache_key(key)):
        return False
    profiles.clean(key, incarnation, version)
    return True


def style_entry(profile: Profile | None) -> Entry:
    """The body of GET /api/profile/style, ready to send."""
    if profile is None:
        body: dict[str, Any] = {"profile": None, "evolutionScore": 0, "hasProfile": False, "version": 0}
        return Entry(tag="", body=json.dumps(body), absent=True)
    body = {
        "profile": effective(profile.state) | {"lastUpdated": iso(profile.updated_at)},
        "evolutionScore": profile.score.total,
        "hasProfile": True,
        "version": profile.version,
    }
    return Entry(tag=tag(profile), body=json.dumps(body, ensure_ascii=False, separators=(",", ":")))
