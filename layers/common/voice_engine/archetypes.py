"""Archetypes as a person uses them: the presets and their own, and one of them put below a voice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pymongo.errors import DuplicateKeyError

from voice_engine.cache import Entry, ReadThroughCache
from voice_engine.errors import AlreadyExists, Invalid, LimitReached, NotFound, Unavailable, Violation
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import Expected, ProfileDesk, Step, check_made, find_voice
from voice_engine.store.archetypes import LIST, Archetypes, NoRoom, SlugTaken, StoredArchetype
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.profiles import Profile, Profiles
from voice_engine.store.requests import Keep, Requests
from voice_engine.voice.archetypes import MOST_OWN, PRESETS, Archetype, archetype_values, values_of
from voice_engine.voice.fields import FieldError, Value
from voice_engine.voice.log import ArchetypeApplied, apply
from voice_engine.voice.profile import neutral

CACHE_KEY = "archetypes:list"


def answers_about(slug: str) -> str:
    """What names a person's archetype where kept answers tell what they repeat."""
    return f"archetype:{slug}"


# Each round is another request of the same person having taken the place first.
_ROUNDS = MOST_OWN


@dataclass(frozen=True, slots=True)
class Listed:
    """`uses` counts how often it was applied."""

    archetype: Archetype
    uses: int
    is_own: bool


class ArchetypeLibrary:
    def __init__(
        self,
        database: Database,
        archetypes: Archetypes,
        profiles: Profiles,
        desk: ProfileDesk,
        requests: Requests,
        cache: ReadThroughCache,
    ) -> None:
        """`cache` holds the presets alone, without what is counted of them."""
        self._database = database
        self._archetypes = archetypes
        self._profiles = profiles
        self._desk = desk
        self._requests = requests
        self._cache = cache

    @answering()
    def listed(self, profile: ProfileId) -> Sequence[Listed]:
        """The presets, then the person's own by slug: they are the same for all voices. What changes is read from
        MongoDB. Raises NotFound for a voice that was never made."""
        check_made(self._profiles, profile)
        entry, _ = self._cache.read(CACHE_KEY, self._presets)
        uses = self._archetypes.preset_uses()
        presets = [Listed(preset, uses.get(preset.slug, 0), False) for preset in LIST.validate_json(entry.body)]
        return [*presets, *(Listed(own.archetype, own.uses, True) for own in self._archetypes.own(profile.user_id))]

    def _presets(self) -> Entry:
        stored = self._archetypes.presets()
        # Until the database has been brought up to this code, the copy lives for a short time only.
        return Entry(tag="presets", body=LIST.dump_json(stored).decode(), absent=stored != PRESETS)

    @answering()
    def create(
        self,
        profile: ProfileId,
        slug: str,
        name: str,
        description: str,
        given: Mapping[str, Any] | None,
        *,
        keep: Keep[Listed] | None = None,
    ) -> Listed:
        """Make an archetype of one's own of `given` values by path, or without them, of what `profile` shows.

        Raises AlreadyExists, LimitReached, NotFound where there is no such profile or voice, and Invalid for a value
        that an archetype cannot hold.
        """
        values = self._shown(profile) if given is None else _checked(given)
        made = Listed(Archetype(slug, name, description, values), 0, is_own=True)
        for _ in range(_ROUNDS):
            try:
                self._database.transaction(lambda session: self._insert(profile.user_id, made, keep, session))
            except DuplicateKeyError:
                continue
            return made
        raise Unavailable("the archetypes keep changing")

    def _insert(self, owner: str, made: Listed, keep: Keep[Listed] | None, session: Session) -> None:
        try:
            place = self._archetypes.free_places(owner, made.archetype.slug)[0]
        except SlugTaken:
            raise AlreadyExists("archetype", made.archetype.slug) from None
        except NoRoom:
            raise LimitReached("archetype", MOST_OWN) from None
        self._archetypes.insert(owner, made.archetype, place, session=session)
        if keep is not None:
            keep(made, session)

    @answering()
    def remove(self, profile: ProfileId, slug: str) -> None:
        """Voices that it was applied to keep its values. Raises NotFound for all but one of the person's own, and for a
        voice that was never made."""
        check_made(self._profiles, profile)

        def work(session: Session) -> None:
            if not self._archetypes.remove(profile.user_id, slug, session=session):
                raise NotFound("archetype of your own", slug)
            self._requests.forget(profile.user_id, answers_about(slug), session=session)

        self._database.transaction(work)

    def apply(
        self, profile: ProfileId, slug: str | None, *, expected: Expected = None, keep: Keep[Entry] | None = None
    ) -> Entry:
        """Put an archetype below what the voice has learned and what was set by hand, over what the voice started from,
        in place of the one there; None takes that one off. The style response.

        Applied again with nothing new in it, it is not counted again. Raises NotFound.
        """

        def step(before: Profile | None) -> Step | None:
            state = before.state if before else None
            if slug is None:
                applied = state is not None and state.archetype is not None
                return Step(ArchetypeApplied(archetype=None, values={})) if applied else None
            found = self._archetypes.find(profile.user_id, slug)
            if found is None:
                raise NotFound("archetype", slug)
            event = ArchetypeApplied(archetype=slug, values=found.archetype.values)
            after = apply(state or neutral(), event)
            if state is not None and (state.archetype, state.base) == (after.archetype, after.base):
                return None
            return Step(event, also=lambda session: self._count(found, session))

        return self._desk.move(profile, step, expected=expected, keep=keep)

    def _count(self, used: StoredArchetype, session: Session) -> None:
        if not self._archetypes.count_use(used.id, session=session):
            raise NotFound("archetype", used.archetype.slug)

    def _shown(self, profile: ProfileId) -> Mapping[str, Value]:
        found = find_voice(self._profiles, profile)
        if found is None:
            raise NotFound("profile", profile.voice)
        return values_of(found.state)


def _checked(given: Mapping[str, Any]) -> Mapping[str, Value]:
    try:
        return archetype_values(given)
    except FieldError as error:
        raise Invalid(Violation(f"values.{error.path}", error.limit, error.given)) from None
