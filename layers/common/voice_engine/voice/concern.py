"""What an event was about, in ids and paths: never in words of the writer."""

from __future__ import annotations

from dataclasses import dataclass

from voice_engine.voice import lists
from voice_engine.voice.log import (
    ArchetypeApplied,
    EditsLearned,
    EditsUnlearned,
    Event,
    OverrideRemoved,
    PhraseForgotten,
    RolledBack,
    SampleAdded,
    ValuesSet,
    VoiceStarted,
)


@dataclass(frozen=True, slots=True)
class Concern:
    """fields: paths that were set, unlocked or given. edits, samples: ids of what was learned or, of edits, unlearned.
    archetype: the slug of the one applied. restored: the version gone back to. What an event has nothing of is empty or
    None."""

    fields: tuple[str, ...] = ()
    edits: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    archetype: str | None = None
    restored: int | None = None


def concern(event: Event) -> Concern:
    """What `event` was about. Nothing, of one that says all by its kind."""
    match event:
        case ValuesSet(values) | VoiceStarted(values):
            return Concern(fields=tuple(values))
        case EditsLearned(edits):
            return Concern(edits=tuple(edit.id for edit in edits))
        case EditsUnlearned(edit_ids):
            return Concern(edits=edit_ids)
        case PhraseForgotten():
            return Concern(fields=lists.PATHS)
        case OverrideRemoved(path):
            return Concern(fields=(path,))
        case SampleAdded(sample):
            return Concern(samples=(sample.id,))
        case ArchetypeApplied(archetype, values):
            return Concern(fields=tuple(values), archetype=archetype)
        case RolledBack(version):
            return Concern(restored=version)
        case _:
            return Concern()
