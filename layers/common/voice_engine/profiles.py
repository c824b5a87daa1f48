"""The profile as a person reads and sets it."""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.clock import Clock, iso
from voice_engine.errors import Invalid, LimitReached, NotFound, Stale, Unavailable, Violation
from voice_engine.ids import new_id
from voice_engine.profile_key import ProfileId, voice_of
from voice_engine.store.commits import Commits, Superseded
from voice_engine.store.database import Session, answering
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.requests import Keep
from voice_engine.store.versions import version_id
from voice_engine.voice.fields import BY_PATH, FieldError
from voice_engine.voice.log import (
    Event,
    LearningSwitched,
    OverrideRemoved,
    PhraseForgotten,
    SampleAdded,
    ValuesSet,
    apply,
)
from voice_engine.voice.profile import MOST_FORGOTTEN, ProfileState, as_it_holds, effective, neutral, set_by_hand
from voice_engine.voice.samples import remembers, sample
from voice_engine.voice.score import evolution_score

# Raise it whenever the body below changes shape: what older code has cached is then a miss.
BODY_SCHEMA = 1

# As an expected tag: whichever state is the newest, as long as there is one.
ANY = "*"

# Tags, one of which must be that of the newest state where a change is to be made; None where any will do.
type Expected = Collection[str] | None

# Learner and person may move a profile at the same moment; each round is one of them having been first.
_ROUNDS = 20


def tag(profile: Profile) -> str:
    """What names one state of one profile for ever: the ETag's content, and the id of a version."""
    return version_id(profile.incarnation, profile.version)


def cache_key(profile: str) -> str:
    return f"profile:{profile}"


def evolution_key(profile: str) -> str:
    """Where the cache keeps what `analytics` tells of the profile; it is dropped with it."""
    return f"evolution:{profile}"


def cache_keys(profile: str) -> tuple[str, ...]:
    """Every key under which something of this profile may be cached."""
    return cache_key(profile), evolution_key(profile)


def next_version(
    before: Profile | None, key: str, user_id: str, event: Event, clock: Clock, *, state: ProfileState | None = None
) -> Profile:
    """The profile that `event` makes of `before`, or of the neutral profile where there is none yet.

    `state` is what it leads to, where that is not for `before` and the event alone to say.
    """
    if state is None:
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


# The event that moves a state; None where it needs none. It is asked with None where there is no profile yet.
type EventFor = Callable[[ProfileState | None], Event | None]


@dataclass(frozen=True, slots=True)
class Step:
    """What moves a profile: an event, and the state that it leads to where the event alone cannot say. `also` writes
    what goes with it in the same transaction."""

    event: Event
    state: ProfileState | None = None
    also: Callable[[Session], None] | None = None


# The same for a whole profile.
type StepFor = Callable[[Profile | None], Step | None]


class ProfileDesk:
    def __init__(self, profiles: Profiles, commits: Commits, cache: ReadThroughCache, *, clock: Clock) -> None:
        self._profiles = profiles
        self._commits = commits
        self._cache = cache
        self._clock = clock

    @answering()
    def style(self, profile: ProfileId) -> Entry:
        """The style response, from the cache where it can be. Raises NotFound for a voice that was never made."""
        entry, _ = self._cache.read(cache_key(profile.key), lambda: style_entry(self._profiles.find(profile.key)))
        if entry.absent and not profile.is_default:
            raise NotFound("voice", profile.voice)
        return entry

    @answering()
    def change(self, profile: ProfileId, values: Mapping[str, Any], *, expected: Expected = None) -> Entry:
        """Set `values`, by dotted path, by hand. Only those that differ from what holds now become overrides.

        Creates the default voice's profile where there is none. Raises Stale where the newest state is none of the
        `expected` ones, as all that changes a profile does. Once this returns no read shows an older state,
        unless Redis fails at this very moment: then the sweep drops the old copy within a minute.
        """

        def event(state: ProfileState | None) -> Event | None:
            chosen = _chosen(state or neutral(), values)
            return ValuesSet(values=chosen) if chosen or state is None else None

        return self._move(profile, event, expected=expected)

    @answering()
    def lock(self, profile: ProfileId, path: str, *, expected: Expected = None) -> Entry:
        """Set one field by hand to what holds now, a learned value too: it stays so, and a learned list becomes a rule.

        Creates the default voice's profile where there is none. Raises NotFound for a path that no person can set.
        """
        if path not in BY_PATH or not BY_PATH[path].settable:
            raise NotFound("field", path)

        def event(state: ProfileState | None) -> Event | None:
            held = as_it_holds(state or neutral(), path)
            return ValuesSet(values=held) if held else None

        return self._move(profile, event, expected=expected)

    @answering()
    def unlock(self, profile: ProfileId, path: str, *, expected: Expected = None) -> Entry:
        """Take back what was set by hand for one field, so that what was learned shows again. Raises NotFound."""
        if path not in BY_PATH:
            raise NotFound("field", path)

        def event(state: ProfileState | None) -> Event | None:
            return OverrideRemoved(path=path) if state and path in state.overrides else None

        return self._move(profile, event, expected=expected)

    @answering()
    def forget_phrase(self, profile: ProfileId, phrase: str, *, expected: Expected = None) -> Entry:
        """Take a phrase out of every list; learning never brings it back. Raises LimitReached."""
        forgotten = PhraseForgotten(phrase=phrase)

        def event(state: ProfileState | None) -> Event | None:
            after = apply(state or neutral(), forgotten)
            if after == state:
                return None
            if len(after.tombstones) > MOST_FORGOTTEN:
                raise LimitReached("forgotten phrase", MOST_FORGOTTEN, of="voice")
            return forgotten

        return self._move(profile, event, expected=expected)

    @answering()
    def switch_learning(self, profile: ProfileId, *, on: bool, expected: Expected = None) -> Entry:
        """Pause learning or go on with it. What is saved while it is paused is never learned."""

        def event(state: ProfileState | None) -> Event | None:
            return LearningSwitched(on=on) if (state or neutral()).learning is not on else None

        return self._move(profile, event, expected=expected)

    @answering()
    def add_sample(
        self,
        profile: ProfileId,
        text: str,
        language: str | None,
        *,
        expected: Expected = None,
        keep: Keep[Entry] | None = None,
    ) -> Entry:
        """Learn from a text that the person wrote without a draft. What was learned and set by hand stays. A text that
        is remembered already moves nothing."""
        own = sample(new_id(), self._clock(), text, language)

        def event(state: ProfileState | None) -> Event | None:
            known = state is not None and remembers(state.learned.own_texts, own.features, own.post)
            return None if known else SampleAdded(sample=own)

        return self._move(profile, event, expected=expected, keep=keep)

    def _move(
        self,
        profile: ProfileId,
        event_for: EventFor,
        *,
        expected: Expected = None,
        keep: Keep[Entry] | None = None,
    ) -> Entry:
        def step(before: Profile | None) -> Step | None:
            event = event_for(before.state if before else None)
            return Step(event) if event else None

        return self.move(profile, step, expected=expected, keep=keep)

    @answering()
    def move(
        self,
        profile: ProfileId,
        step_for: StepFor,
        *,
        expected: Expected = None,
        keep: Keep[Entry] | None = None,
    ) -> Entry:
        """Commit the step that `step_for` makes of the newest state, and drop the cached copy.

        Where it makes none, nothing is written and the newest state is answered. It is asked anew whenever somebody
        else was first. `keep` is told of the answer in the transaction of the commit. Raises Stale, Erasing, also where
        nothing is to be changed, and NotFound for a voice that was never made.
        """
        key = profile.key
        for _ in range(_ROUNDS):
            before = find_voice(self._profiles, profile)
            newest = tag(before) if before else ""
            if expected is not None and (not newest or not {newest, ANY} & set(expected)):
                raise Stale("profile", " or ".join(expected) or "no state", newest or "no profile yet")
            step = step_for(before)
            if step is None:
                self._commits.check_open(profile.user_id, key)
                entry = style_entry(before)
                try:
                    self._keep_unchanged(before, entry, keep)
                except Superseded:
                    continue
                return entry
            after = next_version(before, key, profile.user_id, step.event, self._clock, state=step.state)
            entry = style_entry(after)
            try:
                self._commits.commit(after, step.event, also=partial(_write_along, step, keep, entry))
            except Superseded:
                continue
            forget_cached(self._cache, self._profiles, key, after.incarnation, after.version)
            return entry
        raise Unavailable("the profile keeps moving")

    def _keep_unchanged(self, profile: Profile | None, entry: Entry, keep: Keep[Entry] | None) -> None:
        """An answer that is kept is that of the newest state, so that it can be deleted with what that holds."""
        if keep is not None:
            self._commits.confirm(profile, partial(keep, entry))


def _write_along(step: Step, keep: Keep[Entry] | None, entry: Entry, session: Session) -> None:
    if step.also is not None:
        step.also(session)
    if keep is not None:
        keep(entry, session)


def find_voice(profiles: Profiles, profile: ProfileId) -> Profile | None:
    """The stored profile; None while the default voice has none. Raises NotFound for a voice that was never made."""
    found = profiles.find(profile.key)
    if found is None and not profile.is_default:
        raise NotFound("voice", profile.voice)
    return found


def check_made(profiles: Profiles, profile: ProfileId) -> None:
    """Raises NotFound for a voice that was never made; the default one is there from the start."""
    if not profile.is_default and not profiles.exists(profile.key):
        raise NotFound("voice", profile.voice)


def _chosen(state: ProfileState, values: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return set_by_hand(state, values)
    except FieldError as error:
        raise Invalid(Violation(error.path, error.limit, error.given)) from None


def forget_cached(cache: ReadThroughCache, profiles: Profiles, key: str, incarnation: str, version: int) -> bool:
    """Take the old copy out of the cache, then the mark off the profile; False where Redis did not confirm it, and the
    sweep is to try again."""
    if not cache.invalidate(*cache_keys(key)):
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
