"""How each kind of event lies in its row of the log."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from pydantic import TypeAdapter

from voice_engine.store.database import Document
from voice_engine.voice.fields import Value, Values
from voice_engine.voice.learning import Edit
from voice_engine.voice.log import (
    ArchetypeApplied,
    EditsLearned,
    EditsUnlearned,
    Event,
    LearningSwitched,
    OverrideRemoved,
    PhraseForgotten,
    ProfileReset,
    Relearned,
    RolledBack,
    SampleAdded,
    ValuesSet,
    VoiceStarted,
)
from voice_engine.voice.samples import Sample

UNLEARNED = "editsUnlearned"
RESET = "profileReset"
ROLLED_BACK = "rolledBack"

_SAMPLE = TypeAdapter(Sample)
_VALUE: TypeAdapter[Value] = TypeAdapter(Value)


def kind(event: Event) -> str:
    """The name of what happened, in rows and in answers."""
    return _FORMS[type(event)].kind


def to_document(event: Event) -> Document:
    """What a row holds of `event`. Of learned edits that is their ids alone."""
    form = _FORMS[type(event)]
    return {"kind": form.kind, **form.write(event)}


def renamed(row: Any, rename: Callable[[str], str]) -> Any:
    """A row with another id for each: ids stand under `id`, and under names that end in Ids, whatever the kind."""
    if isinstance(row, dict):
        return {
            name: rename(value)
            if name == "id"
            else [*map(rename, value)]
            if name.endswith("Ids")
            else renamed(value, rename)
            for name, value in row.items()
        }
    return [renamed(entry, rename) for entry in row] if isinstance(row, list | tuple) else row


class Measured(Protocol):
    """Where learned edits come from, by id."""

    def measured(self, ids: Sequence[str]) -> Sequence[Edit]: ...


def from_document(row: Document, edits: Measured) -> Event:
    """The event of a row; learned edits come from `edits`. Raises ValueError for a kind that is not known."""
    if row["kind"] not in _BY_KIND:
        raise ValueError(f"event {row['_id']} is of a kind this version does not know: {row['kind']}")
    return _BY_KIND[row["kind"]].read(row, edits)


@dataclass(frozen=True, slots=True)
class _Form:
    """`write` gives what a row holds beside the kind, `read` makes the event of it."""

    kind: str
    write: Callable[[Any], Document]
    read: Callable[[Document, Measured], Event]


def entries_of(values: Values) -> list[Document]:
    """A list, because a path holds dots."""
    return [{"path": path, "value": _VALUE.dump_python(value)} for path, value in values.items()]


def from_entries(entries: list[Document]) -> Values:
    return {entry["path"]: _VALUE.validate_python(entry["value"]) for entry in entries}


def _learned(row: Document, edits: Measured) -> EditsLearned:
    return EditsLearned(edits=tuple(edits.measured(row["editIds"])), learner_version=row["learnerVersion"])


_FORMS: Mapping[type[Event], _Form] = {
    ValuesSet: _Form(
        "valuesSet",
        lambda event: {"values": entries_of(event.values)},
        lambda row, _: ValuesSet(from_entries(row["values"])),
    ),
    EditsLearned: _Form(
        "editsLearned",
        lambda event: {"editIds": [edit.id for edit in event.edits], "learnerVersion": event.learner_version},
        _learned,
    ),
    PhraseForgotten: _Form(
        "phraseForgotten", lambda event: {"phrase": event.phrase}, lambda row, _: PhraseForgotten(row["phrase"])
    ),
    OverrideRemoved: _Form(
        "overrideRemoved", lambda event: {"path": event.path}, lambda row, _: OverrideRemoved(row["path"])
    ),
    LearningSwitched: _Form(
        "learningSwitched", lambda event: {"on": event.on}, lambda row, _: LearningSwitched(row["on"])
    ),
    SampleAdded: _Form(
        "sampleAdded",
        lambda event: {"sample": _SAMPLE.dump_python(event.sample)},
        lambda row, _: SampleAdded(_SAMPLE.validate_python(row["sample"])),
    ),
    Relearned: _Form(
        "relearned",
        lambda event: {"learnerVersion": event.learner_version},
        lambda row, _: Relearned(row["learnerVersion"]),
    ),
    ArchetypeApplied: _Form(
        "archetypeApplied",
        lambda event: {"archetype": event.archetype, "values": entries_of(event.values)},
        lambda row, _: ArchetypeApplied(row["archetype"], from_entries(row["values"])),
    ),
    VoiceStarted: _Form(
        "voiceStarted",
        lambda event: {"values": entries_of(event.values)},
        lambda row, _: VoiceStarted(from_entries(row["values"])),
    ),
    RolledBack: _Form(
        ROLLED_BACK,
        lambda event: {"restoredVersion": event.version},
        lambda row, _: RolledBack(row["restoredVersion"]),
    ),
    ProfileReset: _Form(RESET, lambda _: {}, lambda *_: ProfileReset()),
    EditsUnlearned: _Form(
        UNLEARNED,
        lambda event: {"editIds": list(event.edits)},
        lambda row, _: EditsUnlearned(tuple(row["editIds"])),
    ),
}
_BY_KIND = {form.kind: form for form in _FORMS.values()}
