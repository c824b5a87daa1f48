"""A person's whole account, item after item, as it stood when the export began."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from voice_engine.errors import Stale
from voice_engine.profile_key import DEFAULT_VOICE
from voice_engine.store.account import Account, VoiceStand
from voice_engine.store.database import answering
from voice_engine.store.portable import (
    SECTIONS,
    Item,
    PortableArchetype,
    PortableContent,
    PortableEdit,
    PortableProfile,
    PortableRow,
    Section,
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export goes on: behind the item `after` of a section (an id, or a voice and its version).

    `versions` are those of the voices when the export began, and `stamp` stands for their incarnations.
    """

    stamp: str
    versions: Mapping[str, int]
    section: Section = SECTIONS[0]
    after: str = ""


class Exporter:
    """Sorted by what never changes: all that was there at the start comes exactly once, whatever is written meanwhile.

    The log ends where it ended at the start. So an edit that was learned since comes as the pending one that it was.
    """

    def __init__(self, account: Account) -> None:
        self._account = account

    def items(self, user_id: str, start: Place | None, *, limit: int) -> Iterator[tuple[Item, Place]]:
        """At most `limit` items from `start` on, or from the beginning, each with the place behind it.

        Raises Stale where a voice was erased since the export began: what is left of it would tell no whole.
        """
        with answering():
            stands = self._account.voices(user_id)
            start = start or Place(_stamp(stands), {stand.voice: stand.version for stand in stands})
            kept = [stand for stand in stands if stand.voice in start.versions]
            if _stamp(kept) != start.stamp:
                raise Stale("export", "voices that are there no more", "others: begin again, without a cursor")
            for section in SECTIONS[SECTIONS.index(start.section) :]:
                after = start.after if section == start.section else ""
                for item in self._section(section, user_id, replace(start, after=after), kept, limit):
                    yield item, replace(start, section=section, after=_name(item))
                    limit -= 1

    def _section(
        self, section: Section, user_id: str, place: Place, stands: Sequence[VoiceStand], limit: int
    ) -> Iterator[Item]:
        # The default voice has contents before it has a profile.
        voices = sorted({*place.versions, DEFAULT_VOICE})
        match section:
            case "profile":
                yield from (_profile(stand, place) for stand in stands if stand.voice > place.after)
            case "edit":
                found = self._account.edits(user_id, voices, after=place.after, limit=limit)
                yield from (_as_it_was(edit, place.versions.get(edit.voice, 0)) for edit in found)
            case "content":
                yield from self._account.contents(user_id, voices, after=place.after, limit=limit)
            case "archetype":
                yield from self._account.archetypes(user_id, after=place.after, limit=limit)
            case _:
                yield from self._log(user_id, place, limit)

    def _log(self, user_id: str, place: Place, limit: int) -> Iterator[PortableRow]:
        reached, _, version = place.after.partition(".")
        for voice, until in sorted(place.versions.items()):
            if voice >= reached:
                after = int(version) if voice == reached else 0
                yield from self._account.log(user_id, voice, after=after, until=until, limit=limit)


def _stamp(stands: Sequence[VoiceStand]) -> str:
    told = "\n".join(f"{stand.voice} {stand.incarnation}" for stand in stands)
    return sha256(told.encode()).hexdigest()[:16]


def _profile(stand: VoiceStand, place: Place) -> PortableProfile:
    return PortableProfile(stand.voice, place.versions[stand.voice], stand.updated_at, stand.learned_at)


def _as_it_was(edit: PortableEdit, version: int) -> PortableEdit:
    """The edit as it stood at a version of its profile."""
    if edit.learned_version is None or edit.learned_version <= version:
        return edit
    then = replace(edit, learned_version=None, unlearned_version=None, delta=None, distance=None)
    if edit.status in ("unlearning", "unlearned"):
        return replace(then, status="unlearned")
    if not edit.text:
        return replace(then, status="ignored", reason="contentDeleted")
    return replace(then, status="pending")


def _name(item: Item) -> str:
    """What places read after a section's item."""
    match item:
        case PortableProfile(voice=voice):
            return voice
        case PortableArchetype(slug=slug):
            return slug
        case PortableRow(voice=voice, version=version):
            return f"{voice}.{version}"
        case PortableEdit(id=id_) | PortableContent(id=id_):
            return id_
