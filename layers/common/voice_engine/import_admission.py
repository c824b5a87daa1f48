"""What is let into an account from a file: nothing of it is believed, and each id gets another one.

An account that was exported comes in as it was; one that somebody made up can harm nobody but who sends it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.alias_generators import to_camel

from voice_engine.errors import Invalid, Violation
from voice_engine.learner import BATCH
from voice_engine.profile_key import DEFAULT_VOICE, profile_key
from voice_engine.store.event_forms import entries_of, from_document, from_entries, renamed, to_document
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
from voice_engine.voice import bounds
from voice_engine.voice.archetypes import MOST_OWN, PRESETS, archetype_values
from voice_engine.voice.delta import Delta, measure
from voice_engine.voice.fields import FieldError
from voice_engine.voice.learning import Edit
from voice_engine.voice.log import EditsLearned, EditsUnlearned, Event, PhraseForgotten
from voice_engine.voice.milestones import MILESTONES
from voice_engine.voice.profile import MOST_FORGOTTEN

VOICES = 10
MOST: Mapping[Section, int] = {
    "profile": VOICES,
    "edit": 20_000,
    "content": 20_000,
    "archetype": MOST_OWN,
    "event": 50_000,
}
_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks differ
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


def read_events(items: Sequence[Item], now: datetime) -> Mapping[int, Event]:
    """The events of the rows among `items`, by place, after all was looked at that an item says by itself.

    Raises Invalid, naming the first item that is not right.
    """
    found: dict[int, Event] = {}
    for place, item in enumerate(items):
        if isinstance(item, PortableRow):
            found[place] = _event(place, item.event)
            breaches = list(bounds.of_event(found[place]))
            _refuse_breaches(f"items.{place}.event", breaches)
            _check_then(place, item)
        if isinstance(item, PortableArchetype):
            _check_archetype(place, item)
        if isinstance(item, PortableEdit) and item.delta is not None:
            _refuse_breaches(f"items.{place}.delta", list(bounds.of_delta(item.delta)))
        for name, moment in _moments(item):
            if not _EARLIEST <= moment <= now + _AHEAD:
                raise _invalid(place, name, f"a time from {_EARLIEST.year} on that is not to come", moment.isoformat())
    return found


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
                    raise _invalid(place, "id", "once in an account", "the id of an item before")
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
            raise _invalid(place, "kind", f"{self._section} or what comes after it", section)
        self._section = section
        self._counts[section] += 1
        if self._counts[section] > MOST[section]:
            raise _invalid(place, "kind", f"at most {MOST[section]} items of kind {section}", "one more")
        voice = DEFAULT_VOICE if isinstance(item, PortableProfile | PortableArchetype) else item.voice
        if voice != DEFAULT_VOICE and voice not in self._voices:
            raise _invalid(place, "voice", "a voice that has a profile item", "another one")

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
            raise _invalid(place, "voice", "one profile a voice", "a second one")
        voice = ImportedVoice(item.voice, item.version, item.updated_at, item.learned_at)
        self._voices[item.voice] = voice

    def _edit(self, place: int, item: PortableEdit) -> Staged:
        version = self._voices[item.voice].version if item.voice in self._voices else 0
        for name, limit, is_right in _rules_of(item, version):
            if not is_right:
                raise _invalid(place, name, limit, "otherwise")
        document = edit_document(item, self._before.user_id, self._renamed)
        edit = StagedEdit(
            document["_id"], document["profile"], document["contentId"], item.rev, item.status, item.learned_version
        )
        saves = self._revs.setdefault(edit.content_id, {})
        if item.rev in saves:
            raise _invalid(place, "rev", "one edit a rev of a content", str(item.rev))
        saves[item.rev] = self._edits[edit.id] = edit
        if item.status in _LEARNED:
            self._unnamed += 1
        return Staged("pending" if item.status == "pending" else "edit", document)

    def _content(self, place: int, item: PortableContent) -> Staged:
        document = content_document(item, self._before.user_id, self._renamed)
        for name, posts in (("draft", item.draft), ("current", item.current)):
            if not posts or (len(posts) > 1 and not item.thread):
                raise _invalid(place, name, "one text, or the posts of a thread", f"{len(posts)} texts")
        saves = self._revs.get(document["_id"], {})
        if saves and max(saves) > item.rev:
            raise _invalid(place, "rev", f"at least {max(saves)}, that of its newest edit", str(item.rev))
        if any(edit.profile != document["profile"] for edit in saves.values()):
            raise _invalid(place, "voice", "the voice of its edits", "another one")
        return Staged("content", document)

    def _archetype(self, place: int, item: PortableArchetype) -> Staged:
        if item.slug in self._slugs:
            raise _invalid(place, "slug", "one that no other archetype has", "that of an item before")
        self._slugs.add(item.slug)
        # By their places, of which there are as many as a person may have.
        return Staged("archetype", archetype_document(item, self._before.user_id, self._counts["archetype"] - 1))

    def _row(self, place: int, item: PortableRow) -> Staged:
        event, voice = self._events[place], self._voices.get(item.voice)
        if voice is None or item.version != voice.rows + 1 or item.version > voice.version:
            at_most = voice.version if voice else 0
            rows = voice.rows if voice else 0
            raise _invalid(place, "version", f"{rows + 1}, and at most {at_most}", str(item.version))
        if isinstance(event, EditsLearned):
            self._name_learned(place, item, event)
        if isinstance(event, EditsUnlearned):
            list(self._named(place, item.voice, event.edits))
        forgotten = voice.forgotten + isinstance(event, PhraseForgotten)
        if forgotten > MOST_FORGOTTEN:
            raise _invalid(place, "event.kind", f"at most {MOST_FORGOTTEN} phrases forgotten", "one more")
        self._voices[item.voice] = replace(voice, rows=item.version, forgotten=forgotten)
        key = incarnation(self._before, item.voice)
        id_ = sha256(f"{key}\n{item.version}".encode()).hexdigest()[:24]
        told = replace(item, event=renamed(item.event, self._renamed))
        return Staged("event", row_document(told, self._before.user_id, id_, key))

    def _name_learned(self, place: int, item: PortableRow, event: EditsLearned) -> None:
        ids = [edit.id for edit in event.edits]
        if not len(set(ids)) == len(ids) <= BATCH:
            raise _invalid(place, "event.editIds", f"at most {BATCH} ids, each once", f"{len(ids)} ids")
        for edit in self._named(place, item.voice, ids):
            if edit.status == "unlearned":
                continue
            if edit.status not in _LEARNED or edit.learned_version != item.version:
                raise _invalid(place, "event.editIds", "edits learned in this version", "another one's")
            self._unnamed -= 1

    def _named(self, place: int, voice: str, ids: Iterable[str]) -> Iterator[StagedEdit]:
        for old in ids:
            edit = self._edits.get(self._renamed(old))
            if edit is None or edit.profile != profile_key(self._before.user_id, voice):
                raise _invalid(place, "event.editIds", "edits of this voice that came before", "another id")
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


_LEARNED = ("learned", "unlearning")
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


def _rules_of(item: PortableEdit, version: int) -> Iterator[tuple[str, str, bool]]:
    """What the parts of an edit say of each other: field, what holds, and whether it does."""
    status, known = item.status, item.learned_version is not None
    learned = status in _LEARNED
    yield "learnedVersion", f"a version up to {version}", (item.learned_version or 0) <= version
    yield "learnedVersion", "given for what was learned", known or not learned
    yield "learnedVersion", "null for what was never learned", not known or learned or status == "unlearned"
    yield "unlearnedVersion", "null for what is not unlearned", item.unlearned_version is None or status == "unlearned"
    yield "delta", "given for what was learned, and for nothing else", (item.delta is not None) == learned
    yield "text", "given for what is to be learned", bool(item.text) or status != "pending"
    yield "text", "given with base", bool(item.text) == bool(item.base)
    yield (
        "failedAt",
        "given for what failed, and for nothing else",
        (item.failed_at is not None) == (status == "failed"),
    )
    yield (
        "reason",
        "given for what failed or is ignored",
        item.reason is not None or status not in ("failed", "ignored"),
    )


def _moments(item: Item) -> Iterator[tuple[str, datetime]]:
    for name in ("updated_at", "learned_at", "saved_at", "failed_at", "created_at", "at"):
        moment = getattr(item, name, None)
        if isinstance(moment, datetime):
            yield to_camel(name), moment
    if isinstance(item, PortableRow) and isinstance(sample := item.event.get("sample"), dict):
        moment = sample.get("added_at")
        if isinstance(moment, datetime):
            yield "event.sample.added_at", moment


@cache
def _nothing() -> Delta:
    return measure(("",), ("",), None)


class _Unmeasured:
    """A row says of learned edits no more than their ids: what was measured of them came with the edits."""

    def measured(self, ids: Sequence[str]) -> Sequence[Edit]:
        return [Edit(id_, id_, _EARLIEST, _nothing()) for id_ in ids]


def _event(place: int, row: dict[str, Any]) -> Event:
    """The event that a row tells of, if it tells of one and of nothing else."""
    try:
        event = from_document(row, _Unmeasured())
        _strict()[type(event)](event=event)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"] if part != "event")
        raise _invalid(place, f"event.{path}".rstrip("."), first["msg"], "something else") from None
    except KeyError as error:
        raise _invalid(place, f"event.{error.args[0]}", "given", "nothing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise _invalid(place, "event.kind", "of a kind that is known, with what belongs to it", _kind(error)) from None
    told = _as_read(to_document(event))
    for name in sorted({*told, *row}):
        if name not in told:
            raise _invalid(place, f"event.{name}", "no such field", "one")
        if told[name] != row.get(name):
            raise _invalid(place, f"event.{name}", "as a row holds it", "otherwise")
    return event


def _as_read(value: Any) -> Any:
    """As MongoDB gives it back: it knows no tuples."""
    if isinstance(value, dict):
        return {name: _as_read(part) for name, part in value.items()}
    return [_as_read(part) for part in value] if isinstance(value, list | tuple) else value


def _kind(error: Exception) -> str:
    return f"what is none ({type(error).__name__})"


@cache
def _strict() -> Mapping[type, type[BaseModel]]:
    config = ConfigDict(strict=True, revalidate_instances="always")
    return {kind: create_model(kind.__name__, __config__=config, event=(kind, ...)) for kind in get_args(Event)}


def _check_archetype(place: int, item: PortableArchetype) -> None:
    if item.slug in {preset.slug for preset in PRESETS}:
        raise _invalid(place, "slug", "another one than a preset's", "a preset's")
    try:
        held = archetype_values(from_entries(list(item.values)))
    except FieldError as error:
        raise _invalid(place, f"values.{error.path}", error.limit, error.given) from None
    except (KeyError, TypeError, ValueError) as error:
        raise _invalid(place, "values", "paths, each with a value", _kind(error)) from None
    if _as_read(entries_of(held)) != list(item.values):
        raise _invalid(place, "values", "as they are stored: each path and each entry once", "otherwise")


def _check_then(place: int, row: PortableRow) -> None:
    """What a row says of how far the voice had come."""
    if row.components is not None and not all(0 <= part <= _SCORE for part in astuple(row.components)):
        raise _invalid(place, "components", f"numbers from 0 to {_SCORE}", "another one")
    names = {milestone.name for milestone in MILESTONES}
    for name, version in row.milestones.items():
        if name not in names or (version is not None and version > row.version):
            raise _invalid(
                place, "milestones", f"milestones that are known, up to version {row.version}", "another one"
            )


def _refuse_breaches(at: str, breaches: Sequence[bounds.Breach]) -> None:
    if breaches:
        told = (
            Violation(f"{at}.{'.'.join(map(to_camel, breach.field.split('.')))}", breach.limit, breach.given)
            for breach in breaches[:_TOLD]
        )
        raise Invalid(*told)


_TOLD = 10
_SCORE = 100


def _invalid(place: int, name: str, limit: str, given: str) -> Invalid:
    return Invalid(Violation(f"items.{place}.{name}", limit, given))
