"""What is let into an account from a file: nothing of it is believed, and each id gets another one.

An account that was exported comes in as it was; one that somebody made up can harm nobody but who sends it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from voice_engine.errors import Invalid, Violation
from voice_engine.import_items import LEARNED, invalid, rules_of
from voice_engine.learner import BATCH
from voice_engine.profile_key import DEFAULT_VOICE, MOST_VOICES, profile_key
from voice_engine.store.event_forms import renamed
from voice_engine.store.imported import COLLECTIONS, Staged, StagedEdit
from voice_engine.store.imports import Import, ImportedVoice
from voice_engine.store.portable import (
    SECTIONS,
    Item,
    PortableArchetype,
    PortableContent,
    PortableEdit,
    PortableProfile,
    PortableRow,
    Section,
    archetype_document,
    content_document,
    edit_document,
    row_document,
)
from voice_engine.voice.archetypes import MOST_OWN
from voice_engine.voice.log import EditsLearned, EditsUnlearned, Event, PhraseForgotten
from voice_engine.voice.profile import MOST_FORGOTTEN

MOST: Mapping[Section, int] = {
    "profile": MOST_VOICES,
    "edit": 20_000,
    "content": 20_000,
    "archetype": MOST_OWN,
    "event": 50_000,
}
# Of an id: ids sort by these digits, and they are what learning takes of a draft (`packing.content`).
_KEPT_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Known:
    """Edits that came with earlier pages, by their new ids: those that this page's rows name, those of its contents."""

    named: Mapping[str, StagedEdit]
    of_contents: Sequence[StagedEdit]


@dataclass(frozen=True, slots=True)
class Admitted:
    """`places` are those of the items that `staged` were made of."""

    after: Import
    staged: Sequence[Staged]
    places: Sequence[int]


def new_id(of: Import, old: str) -> str:
    """Another id for one of the file, the same for the same one. It sorts as the old one did, and is nobody else's."""
    digest = sha256(f"{of.user_id}\n{of.id}\n{old}".encode()).hexdigest()
    return old[:_KEPT_DIGITS] + digest[: 24 - _KEPT_DIGITS]


def incarnation(of: Import, voice: str) -> str:
    return sha256(f"{of.id}\n{voice}".encode()).hexdigest()[:24]


class Admission:
    """One page of an import, let in item after item."""

    def __init__(self, before: Import, items: Sequence[Item], events: Mapping[int, Event], known: Known) -> None:
        self._before = before
        self._items = items
        self._events = events
        self._voices = {voice.voice: voice for voice in before.voices}
        self._edits = dict(known.named)
        self._revs: dict[str, dict[int, StagedEdit]] = {}
        for edit in known.of_contents:
            self._edits[edit.id] = edit
            self._revs.setdefault(edit.content_id, {})[edit.rev] = edit
        self._counts: Counter[Section] = Counter(dict(before.counts))
        self._section = before.section
        self._unnamed = before.unnamed
        self._ids: set[tuple[str, str]] = set()
        self._slugs: set[str] = set()

    def admitted(self, *, is_last: bool) -> Admitted:
        """Raises Invalid, naming the first item that does not go with those before it."""
        staged: list[Staged] = []
        places: list[int] = []
        for place, item in enumerate(self._items):
            self._in_order(place, item)
            for one in self._staged(place, item):
                if (name := (COLLECTIONS[one.lot], one.document["_id"])) in self._ids:
                    raise invalid(place, "id", "once in an account", "the id of an item before")
                self._ids.add(name)
                staged.append(one)
                places.append(place)
        after = replace(
            self._before,
            section=self._section,
            counts=tuple(self._counts.items()),
            voices=tuple(self._voices.values()),
            unnamed=self._unnamed,
        )
        if is_last:
            self._check_whole()
        return Admitted(after, staged, places)

    def _in_order(self, place: int, item: Item) -> None:
        section = _SECTION_OF[type(item)]
        if SECTIONS.index(section) < SECTIONS.index(self._section):
            raise invalid(place, "kind", f"{self._section} or what comes after it", section)
        self._section = section
        self._counts[section] += 1
        if self._counts[section] > MOST[section]:
            raise invalid(place, "kind", f"at most {MOST[section]} items of kind {section}", "one more")
        voice = DEFAULT_VOICE if isinstance(item, PortableProfile | PortableArchetype) else item.voice
        if voice != DEFAULT_VOICE and voice not in self._voices:
            raise invalid(place, "voice", "a voice that has a profile item", "another one")

    def _staged(self, place: int, item: Item) -> Iterator[Staged]:
        match item:
            case PortableProfile():
                self._profile(place, item)
            case PortableEdit():
                yield self._edit(place, item)
            case PortableContent():
                yield self._content(place, item)
            case PortableArchetype():
                yield self._archetype(place, item)
            case PortableRow():
                yield self._row(place, item)

    def _profile(self, place: int, item: PortableProfile) -> None:
        if item.voice in self._voices:
            raise invalid(place, "voice", "one profile a voice", "a second one")
        voice = ImportedVoice(item.voice, item.version, item.updated_at, item.learned_at)
        self._voices[item.voice] = voice

    def _edit(self, place: int, item: PortableEdit) -> Staged:
        version = self._voices[item.voice].version if item.voice in self._voices else 0
        for name, limit, is_right in rules_of(item, version):
            if not is_right:
                raise invalid(place, name, limit, "otherwise")
        document = edit_document(item, self._before.user_id, self._renamed)
        edit = StagedEdit(
            document["_id"], document["profile"], document["contentId"], item.rev, item.status, item.learned_version
        )
        saves = self._revs.setdefault(edit.content_id, {})
        if item.rev in saves:
            raise invalid(place, "rev", "one edit a rev of a content", str(item.rev))
        saves[item.rev] = self._edits[edit.id] = edit
        if item.status in LEARNED:
            self._unnamed += 1
        return Staged("pending" if item.status == "pending" else "edit", document)

    def _content(self, place: int, item: PortableContent) -> Staged:
        document = content_document(item, self._before.user_id, self._renamed)
        for name, posts in (("draft", item.draft), ("current", item.current)):
            if not posts or (len(posts) > 1 and not item.thread):
                raise invalid(place, name, "one text, or the posts of a thread", f"{len(posts)} texts")
        saves = self._revs.get(document["_id"], {})
        if saves and max(saves) > item.rev:
            raise invalid(place, "rev", f"at least {max(saves)}, that of its newest edit", str(item.rev))
        if any(edit.profile != document["profile"] for edit in saves.values()):
            raise invalid(place, "voice", "the voice of its edits", "another one")
        return Staged("content", document)

    def _archetype(self, place: int, item: PortableArchetype) -> Staged:
        if item.slug in self._slugs:
            raise invalid(place, "slug", "one that no other archetype has", "that of an item before")
        self._slugs.add(item.slug)
        # By their places, of which there are as many as a person may have.
        return Staged("archetype", archetype_document(item, self._before.user_id, self._counts["archetype"] - 1))

    def _row(self, place: int, item: PortableRow) -> Staged:
        event, voice = self._events[place], self._voices.get(item.voice)
        if voice is None or item.version != voice.rows + 1 or item.version > voice.version:
            at_most = voice.version if voice else 0
            rows = voice.rows if voice else 0
            raise invalid(place, "version", f"{rows + 1}, and at most {at_most}", str(item.version))
        if isinstance(event, EditsLearned):
            self._name_learned(place, item, event)
        if isinstance(event, EditsUnlearned):
            list(self._named(place, item.voice, event.edits))
        forgotten = voice.forgotten + isinstance(event, PhraseForgotten)
        if forgotten > MOST_FORGOTTEN:
            raise invalid(place, "event.kind", f"at most {MOST_FORGOTTEN} phrases forgotten", "one more")
        self._voices[item.voice] = replace(voice, rows=item.version, forgotten=forgotten)
        key = incarnation(self._before, item.voice)
        id_ = sha256(f"{key}\n{item.version}".encode()).hexdigest()[:24]
        told = replace(item, event=renamed(item.event, self._renamed))
        return Staged("event", row_document(told, self._before.user_id, id_, key))

    def _name_learned(self, place: int, item: PortableRow, event: EditsLearned) -> None:
        ids = [edit.id for edit in event.edits]
        if not len(set(ids)) == len(ids) <= BATCH:
            raise invalid(place, "event.editIds", f"at most {BATCH} ids, each once", f"{len(ids)} ids")
        for edit in self._named(place, item.voice, ids):
            if edit.status == "unlearned":
                continue
            if edit.status not in LEARNED or edit.learned_version != item.version:
                raise invalid(place, "event.editIds", "edits learned in this version", "another one's")
            self._unnamed -= 1

    def _named(self, place: int, voice: str, ids: Iterable[str]) -> Iterator[StagedEdit]:
        for old in ids:
            edit = self._edits.get(self._renamed(old))
            if edit is None or edit.profile != profile_key(self._before.user_id, voice):
                raise invalid(place, "event.editIds", "edits of this voice that came before", "another id")
            yield edit

    def _check_whole(self) -> None:
        for voice in self._voices.values():
            if voice.rows != voice.version:
                given = f"{voice.rows} rows of the voice {voice.voice}"
                raise Invalid(Violation("items", f"all {voice.version} rows of its log", given))
        if self._unnamed:
            raise Invalid(Violation("items", "a row for each learned edit", f"{self._unnamed} edits without one"))

    def _renamed(self, old: str) -> str:
        return new_id(self._before, old)


_SECTION_OF: Mapping[type, Section] = {
    PortableProfile: "profile",
    PortableEdit: "edit",
    PortableContent: "content",
    PortableArchetype: "archetype",
    PortableRow: "event",
}


def named_edits(events: Iterable[Event]) -> Iterator[str]:
    """The ids, old ones, of edits that rows name."""
    for event in events:
        if isinstance(event, EditsLearned):
            yield from (edit.id for edit in event.edits)
        if isinstance(event, EditsUnlearned):
            yield from event.edits
