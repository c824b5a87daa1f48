import bson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import edit_of, ident, learned, phrase_delta, rewrite
from voice_engine.voice import substitutions
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit
from voice_engine.voice.replacements import Replacement
from voice_engine.voice.substitutions import MAX_LISTED, SubstitutionMemory

BODIES = [
    "the wooden hall for our next meeting.",
    "a good map before you leave town.",
    "some fresh bread with the soup tonight.",
    "your own hands while the glue is wet.",
    "cold water on the burn at once.",
]


def swap(number: int, before: str, after: str, *, content: int | None = None) -> Edit:
    body = BODIES[number % len(BODIES)]
    return rewrite(number, f"You should {before} {body}", f"You should {after} {body}", content=content)


def pairs(state: LearnedState) -> list[tuple[str, str]]:
    return [(item.before, item.after) for item in substitutions.learned(state.substitutions)]


def test_two_drafts_teach_a_substitution_and_one_does_not() -> None:
    assert pairs(learned(swap(n, "utilize", "use", content=1) for n in range(4))) == []
    assert pairs(learned(swap(n, "utilize", "use") for n in range(2))) == [("utilize", "use")]


def test_evidence_names_its_edits() -> None:
    (item,) = learned(swap(n, "utilize", "use") for n in range(3)).substitutions.evidence
    assert item.replaced_in == 3
    assert item.edits == (ident(1), ident(2))


def test_there_and_back_is_no_habit() -> None:
    there = [swap(n, "utilize", "use") for n in range(3)]
    back = [swap(10 + n, "use", "utilize") for n in range(3)]
    assert pairs(learned([*there, *back])) == []
    assert pairs(learned([*there, *back, *(swap(20 + n, "utilize", "use") for n in range(4))])) == [("utilize", "use")]


def test_what_is_left_in_weakens_it() -> None:
    there = [swap(n, "utilize", "use") for n in range(2)]
    left = [edit_of(10 + n, phrase_delta(kept=["utilize"])) for n in range(3)]
    before, after = (learned(edits).substitutions.evidence[0] for edits in (there, [*there, *left]))
    assert after.probability < before.probability
    assert pairs(learned([*there, *left])) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [("recieve", "receive"), ("walk", "walked"), ("meet Ada", "meet Bea"), ("take 3 of", "take 4 of"), ("to", "for")],
)
def test_spelling_grammar_names_and_numbers_are_no_substitution(before: str, after: str) -> None:
    assert pairs(learned(swap(n, before, after) for n in range(5))) == []


def test_substitutions_of_other_scripts_are_learned() -> None:
    ends = ["сегодня вечером", "завтра утром", "каждый день"]
    edits = [
        rewrite(n, f"Мы осуществляем доставку {end}.", f"Мы делаем доставку {end}.", language="ru")
        for n, end in enumerate(ends)
    ]
    assert pairs(learned(edits)) == [("осуществляем", "делаем")]


@settings(max_examples=20)
@given(
    st.lists(st.lists(st.tuples(st.text("abc ", max_size=80), st.text("abü", max_size=80)), max_size=30), max_size=40)
)
def test_the_memory_has_an_end_and_survives_the_database(edits: list[list[tuple[str, str]]]) -> None:
    memory = SubstitutionMemory()
    for number, found in enumerate(edits):
        delta = phrase_delta(replaced=[Replacement(before, after) for before, after in found])
        memory = substitutions.update(memory, delta, content_id=ident(number), edit_id=ident(number), number=number)
    stored = bson.encode(TypeAdapter(SubstitutionMemory).dump_python(memory))
    assert len(stored) < 3_500
    assert TypeAdapter(SubstitutionMemory).validate_python(bson.decode(stored)) == memory
    assert len(substitutions.learned(memory)) <= MAX_LISTED
