"""The collection `events`: the log of each profile, one row a version, append-only; the profile is the fold over it."""

from collections.abc import Iterator
from typing import assert_never

from pydantic import TypeAdapter
from pymongo import ASCENDING, IndexModel

from voice_engine.ids import new_id
from voice_engine.store.database import Database, Document, Session
from voice_engine.store.edits import Edits
from voice_engine.store.profiles import Profile
from voice_engine.voice.fields import Value
from voice_engine.voice.log import (
    EditsLearned,
    Event,
    LearningSwitched,
    OverrideRemoved,
    PhraseForgotten,
    Relearned,
    SampleAdded,
    ValuesSet,
)
from voice_engine.voice.samples import Sample

NAME = "events"
SCHEMA = 1
INDEXES = (IndexModel([("profile", ASCENDING), ("version", ASCENDING)], unique=True),)

_SAMPLE = TypeAdapter(Sample)
_VALUE: TypeAdapter[Value] = TypeAdapter(Value)


class Events:
    def __init__(self, database: Database, edits: Edits) -> None:
        self._collection = database.collection
        self._edits = edits

    def append(self, event: Event, profile: Profile, *, session: Session) -> None:
        """Add the row that led to `profile`'s version."""
        row = {
            "_id": new_id(),
            "schema": SCHEMA,
            "profile": profile.key,
            "userId": profile.user_id,
            "incarnation": profile.incarnation,
            "version": profile.version,
            "at": profile.updated_at,
            "score": profile.score.total,
            **_to_document(event),
        }
        self._collection(NAME).insert_one(row, session=session)

    def of(self, profile: str) -> Iterator[Event]:
        """The log of one profile, oldest first. Learned edits come with the deltas stored beside them."""
        for row in self._collection(NAME).find({"profile": profile}).sort("version", ASCENDING):
            yield self._from_document(row)

    def _from_document(self, row: Document) -> Event:
        match row["kind"]:
            case "valuesSet":
                return ValuesSet({entry["path"]: _VALUE.validate_python(entry["value"]) for entry in row["values"]})
            case "editsLearned":
                return EditsLearned(
                    edits=tuple(self._edits.measured(row["editIds"])), learner_version=row["learnerVersion"]
                )
            case "phraseForgotten":
                return PhraseForgotten(phrase=row["phrase"])
            case "overrideRemoved":
                return OverrideRemoved(path=row["path"])
            case "learningSwitched":
                return LearningSwitched(on=row["on"])
            case "relearned":
                return Relearned(learner_version=row["learnerVersion"])
            case "sampleAdded":
                return SampleAdded(sample=_SAMPLE.validate_python(row["sample"]))
            case kind:
                raise ValueError(f"event {row['_id']} is of a kind this version does not know: {kind}")


def _to_document(event: Event) -> Document:
    match event:
        case ValuesSet(values=values):
            # A list, because a path holds dots.
            entries = [{"path": path, "value": _VALUE.dump_python(value)} for path, value in values.items()]
            return {"kind": "valuesSet", "values": entries}
        case EditsLearned(edits=edits, learner_version=learner_version):
            return {"kind": "editsLearned", "editIds": [edit.id for edit in edits], "learnerVersion": learner_version}
        case PhraseForgotten(phrase=phrase):
            return {"kind": "phraseForgotten", "phrase": phrase}
        case OverrideRemoved(path=path):
            return {"kind": "overrideRemoved", "path": path}
        case LearningSwitched(on=on):
            return {"kind": "learningSwitched", "on": on}
        case Relearned(learner_version=learner_version):
            return {"kind": "relearned", "learnerVersion": learner_version}
        case SampleAdded(sample=sample):
            return {"kind": "sampleAdded", "sample": _SAMPLE.dump_python(sample)}
        case _:
            assert_never(event)
