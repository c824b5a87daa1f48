"""The same text in another form of Unicode, or with the quotation marks that an editor makes of typed ones, is the
same text: measured alike, no edit, and found by the same rules."""

from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.unit.voice.writers import edit_of, learned, rewrite
from voice_engine.language import detect
from voice_engine.voice import features, fingerprint, ngrams, substitutions
from voice_engine.voice.apply import Hints, apply
from voice_engine.voice.check import findings
from voice_engine.voice.delta import distance, measure
from voice_engine.voice.fields import Substitution
from voice_engine.voice.samples import excerpt
from voice_engine.voice.text import composed

GERMAN = (
    "Während wir über die Brücke gehen, hören wir natürlich die Möwen. Das Frühstück war süß, später fährt der Zug."
)
WORDS = [
    "Während",
    "natürlich",
    "don't",
    "café",
    "naïve",
    '5"',
    "'tis",
    '"yes',
    'no"',
    "(«",
    "Å",
    "2.5",
    "한국어",
    "日本",
]
JOINS = [" ", ", ", ". ", "! ", "? ", "; ", " - ", "\n", "\n\n", '" ', ' "', "' ", " '"]
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(JOINS)), max_size=25).map(
        lambda parts: "".join(word + join for word, join in parts)
    ),
)
FORMS = st.sampled_from(["NFC", "NFD"])
LANGUAGES = st.sampled_from(["en", "de", None])


def typographic(text: str) -> str:
    """As an editor does while it is typed: marks open after a space, a bracket or nothing, and close elsewhere."""
    made: list[str] = []
    for before, mark in zip(" " + text, text, strict=False):
        opens = before.isspace() or before in "([{«"
        made.append({"'": "‘" if opens else "’", '"': "“" if opens else "”"}.get(mark, mark))
    return "".join(made)


@given(TEXTS, FORMS, LANGUAGES)
@example(GERMAN, "NFD", "de")
def test_a_text_saved_in_another_form_of_unicode_is_an_acceptance(text: str, form: str, language: str | None) -> None:
    saved = measure((text,), (normalize(form, text),), language)
    assert saved.unchanged
    assert saved == measure((text,), (text,), language)
    assert distance((text,), (normalize(form, text),)) == 0


@given(TEXTS, TEXTS, FORMS, FORMS, LANGUAGES)
def test_every_form_of_unicode_measures_the_same(
    draft: str, edited: str, one: str, other: str, language: str | None
) -> None:
    assert features.count(normalize("NFD", draft), language) == features.count(normalize("NFC", draft), language)
    assert fingerprint.digest(normalize("NFD", draft)) == fingerprint.digest(normalize("NFC", draft))
    assert excerpt(normalize("NFD", draft), language) == excerpt(normalize("NFC", draft), language)
    plain = measure((normalize("NFC", draft),), (normalize("NFC", edited),), language)
    assert measure((normalize(one, draft),), (normalize(other, edited),), language) == plain


def test_a_language_is_told_in_every_form_of_unicode() -> None:
    assert detect(normalize("NFD", GERMAN)) == detect(GERMAN) == "de"


def test_saves_in_another_form_of_unicode_teach_no_words() -> None:
    drafts = [f"{GERMAN} Und das war Tag {number}." for number in range(4)]
    state = learned(
        rewrite(number, draft, normalize("NFD", draft), language="de") for number, draft in enumerate(drafts)
    )
    assert state.acceptances == 4
    assert substitutions.learned(state.substitutions) == ()
    assert state.phrases.evidence == ()


@given(TEXTS, LANGUAGES)
@example('"Don\'t," she said. "It\'s late."', "en")
@example("He left. \"Stay where you are.\" He left. 'Stay where you are.' He left.", "en")
def test_what_an_editor_makes_of_quotation_marks_is_no_edit(text: str, language: str | None) -> None:
    saved = measure((text,), (typographic(text),), language)
    assert saved.unchanged
    assert saved.changed == 0
    assert saved == measure((text,), (text,), language)
    assert learned([edit_of(1, saved)]).acceptances == 1


def test_beside_what_an_editor_does_the_writers_own_edit_is_seen() -> None:
    draft = "\"Don't go,\" she said. I said that we'd utilize the map. \"It's late, and we don't know the way.\""
    own = draft.replace("utilize", "use")
    saved, plain = measure((draft,), (typographic(own),), "en"), measure((draft,), (own,), "en")
    assert saved.changed == plain.changed
    assert [(pair.before, pair.after) for pair in saved.replaced] == [("utilize", "use")]
    assert saved.removed == plain.removed
    assert saved.structure == plain.structure


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("of_rule", ["NFC", "NFD"])
def test_a_rule_finds_its_words_in_every_form_of_unicode(form: str, of_rule: str) -> None:
    text = normalize(form, "Für uns ist das schön. Natürlich! Später wird es schöner.")
    by_hand = {
        "bannedPhrases": (normalize(of_rule, "natürlich"),),
        "substitutions": (Substitution(normalize(of_rule, "später"), "bald"),),
    }
    applied = apply(text, by_hand, language="de")
    assert normalize("NFC", applied.text) == "Für uns ist das schön. Bald wird es schöner."
    for change in applied.changes:
        assert text[change.offset : change.offset + change.length] == change.before
    found = findings(text, by_hand, Hints(), language="de")
    places = [normalize("NFC", text[item.offset : item.offset + item.length]) for item in found]
    assert [place.strip(" !") for place in places] == ["Natürlich", "Später"]
    assert apply(applied.text, by_hand, language="de").changes == ()


@given(TEXTS)
def test_a_key_is_the_same_in_every_form_of_unicode(text: str) -> None:
    assert ngrams.key(normalize("NFD", text)) == ngrams.key(normalize("NFC", text))


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_words_that_stand_as_the_rule_has_them_stay_in_their_form(form: str) -> None:
    text = normalize(form, "Wir gehen ins CAFÉ am Markt.")
    assert apply(text, {"substitutions": (Substitution("café", "CAFÉ"),)}, language="de").text == text


@pytest.mark.parametrize("marks", [1, 30, 31, 25_000])
def test_marks_that_are_stacked_higher_than_any_script_does_are_not_put_in_order(marks: int) -> None:
    """To order a run of them takes the square of its length: seconds, for a text of 50,000 characters."""
    text = f"é{'a' + chr(0x301) * (marks - marks // 2) + chr(0x323) * (marks // 2)}"
    assert composed(text) == (normalize("NFC", text) if marks <= 30 else text)
    assert measure((text,), (f"{text} more",), None).changed > 0
