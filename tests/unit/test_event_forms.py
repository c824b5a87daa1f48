"""Every kind of event lies in its row of the log and comes out of it as it was."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any, get_args

import bson
import pytest
from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.voice.test_log import SAMPLES, VALUES
from voice_engine.store.database import Database
from voice_engine.store.edits import Edits
from voice_engine.store.event_forms import from_document, kind, to_document
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

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
VERSION = st.integers(1, 2**31)
EVENTS: Mapping[type, st.SearchStrategy[Any]] = {
    ValuesSet: st.builds(ValuesSet, VALUES),
    PhraseForgotten: st.builds(PhraseForgotten, TEXT),
    OverrideRemoved: st.builds(OverrideRemoved, TEXT),
    LearningSwitched: st.builds(LearningSwitched, st.booleans()),
    SampleAdded: SAMPLES,
    Relearned: st.builds(Relearned, VERSION),
    ArchetypeApplied: st.builds(ArchetypeApplied, st.none() | TEXT, VALUES),
    VoiceStarted: st.builds(VoiceStarted, VALUES),
    RolledBack: st.builds(RolledBack, VERSION),
    ProfileReset: st.just(ProfileReset()),
    EditsUnlearned: st.builds(EditsUnlearned, st.lists(TEXT, max_size=3).map(tuple)),
}
# Its edits lie beside the row, in a collection of their own: the tests of the store have it.
ELSEWHERE = {EditsLearned}


def never() -> str:
    raise AssertionError("none of these events needs the database")


# As the store reads times.
UTC_TIMES: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True, tzinfo=UTC)
EDITS = Edits(Database(never, "none", timeout_seconds=1))


def through_the_database(event: Event) -> Event:
    return from_document(bson.decode(bson.encode(to_document(event)), UTC_TIMES), EDITS)


def test_every_kind_of_event_is_tried() -> None:
    assert {*EVENTS, *ELSEWHERE} == set(get_args(Event))


@given(data=st.data())
@pytest.mark.parametrize("of", EVENTS)
def test_an_event_comes_out_of_its_row_as_it_was(of: type, data: st.DataObject) -> None:
    event = data.draw(EVENTS[of])
    assert through_the_database(event) == event


@given(st.fixed_dictionaries(dict(EVENTS)))
def test_no_two_kinds_share_a_name(events: dict[type, Event]) -> None:
    names = {kind(event) for event in [*events.values(), EditsLearned((), 1)]}
    assert len(names) == len(get_args(Event))
