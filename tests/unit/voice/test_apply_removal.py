"""What goes when words are taken out of a sentence, and what stays and is told because it would not read on."""

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from voice_engine.voice.apply import Applied, Hints, apply
from voice_engine.voice.check import findings
from voice_engine.voice.fields import Substitution, Values
from voice_engine.voice.ngrams import key

TRAITS = "writingTraits."


def without(sample: str, *bans: str, language: str | None = "en") -> Applied:
    return apply(sample, {"bannedPhrases": bans}, language=language)


def subjects(applied: Applied) -> list[str]:
    return [unmet.subject for unmet in applied.unmet]


@pytest.mark.parametrize(
    ("sample", "ban", "result"),
    [
        ("I am thrilled to share that we moved.", "thrilled to share", "We moved."),
        ("I’m so very thrilled to share that we moved.", "thrilled to share", "We moved."),
        ("We won. Today, I am thrilled to share that we moved.", "thrilled to share", "We won. Today, we moved."),
        ("We are excited to announce that Tom won.", "excited to announce", "Tom won."),
        ("We are excited to announce that Tom won.", "excited to announce that", "Tom won."),
        ("It is important to note that cats sleep.", "important to note", "Cats sleep."),
        ("It’s worth noting that cats sleep.", "worth noting", "Cats sleep."),
        ("It goes without saying that cats sleep.", "it goes without saying that", "Cats sleep."),
        ("It rains, and it is worth noting that cats sleep.", "worth noting", "It rains, and cats sleep."),
        ("(Honestly, we won.)", "honestly", "(We won.)"),
        ("[Honestly, we won.]", "honestly", "[We won.]"),
        ("{Honestly, we won.}", "honestly", "{We won.}"),
        ("(It rained.) (Honestly, we won.)", "honestly", "(It rained.) (We won.)"),
        ("Honestly - we won.", "honestly", "We won."),
        ("We won - honestly.", "honestly", "We won."),
        ("We - honestly - won.", "honestly", "We won."),
        ("very good, very cheap and very, very nice.", "very", "good, cheap and nice."),
        ("It works seamlessly with it.", "seamlessly", "It works with it."),
        ("We offer robust tools.", "robust", "We offer tools."),
        ("An incredibly robust tool.", "robust", "A tool."),
        ("At the end of the day we won.", "at the end of the day", "We won."),
        ("We won, thank you!", "thank you", "We won!"),
        ("The team, at the end of the day, won.", "at the end of the day", "The team won."),
        ("A great and innovative company.", "innovative", "A great company."),
        ("A great, innovative company.", "innovative", "A great company."),
        ("We sell tools and innovative bread.", "innovative", "We sell tools and bread."),
        ("He came and, honestly, left.", "honestly", "He came and left."),
    ],
)
def test_words_go_with_what_only_led_up_to_them(sample: str, ban: str, result: str) -> None:
    applied = without(sample, ban)
    assert (applied.text, applied.unmet) == (result, ())


@pytest.mark.parametrize(
    ("sample", "ban"),
    [
        ("I will call if you can; thank you!", "thank"),
        ("It is a testament to patience that we can use such help.", "testament to patience"),
        ("She met a game-changer in Rome.", "game-changer"),
        ("He is a game-changer.", "game-changer"),
        ("This is a robust.", "robust"),
        ("We delve into it.", "delve into"),
        ("People leverage data.", "leverage"),
        ("The landscape changes daily.", "landscape"),
        ("I am thrilled to share our menu.", "thrilled to share"),
        ("It is unlikely that we move.", "unlikely"),
        ("I doubt that we won.", "i doubt"),
        ("It is not true that we lie.", "it is not true"),
        ("We hardly know.", "hardly"),
        ("He nearly died.", "nearly"),
        ("Under no circumstances we agree.", "under no circumstances"),
        ("I am not thrilled to share that we moved.", "thrilled to share"),
        ("It is robust and scales well.", "robust"),
        ("In addition to tools, we sell bread.", "in addition"),
        ("Though we won, we left.", "though"),
        ("It is so seamlessly done that we won.", "seamlessly done"),
        ("He works as seamlessly as you.", "seamlessly"),
        ("We want one thing: synergy.", "synergy"),
        ("It is a\nrobust.", "robust"),
        ("However good it is, we stay.", "however"),
        ("Thank you very much.", "very"),
        ("We sell bread, innovative tools.", "innovative"),
    ],
)
def test_words_stay_and_are_told_where_the_sentence_would_not_read_on(sample: str, ban: str) -> None:
    applied = without(sample, ban)
    assert (applied.text, subjects(applied)) == (sample, [ban])
    (found,) = findings(sample, {"bannedPhrases": (ban,)}, Hints(), language="en")
    assert sample[found.offset : found.offset + found.length].casefold() == ban
    assert found.suggestion is None
    gone = apply(sample, {"substitutions": (Substitution(ban, ""),)}, language="en")
    assert (gone.text, subjects(gone)) == (sample, [ban])


@pytest.mark.parametrize(
    ("sample", "ban", "language"),
    [
        ("En el mundo actual, en el que vivimos, cabe.", "mundo actual", "es"),
        ("Cabe destacar que abrimos.", "cabe destacar", "es"),
        ("¿Sin duda es mejor?", "sin duda", "es"),
        ("Le développement est durable.", "développement", "fr"),
        ("Es ist nachhaltig gebaut.", "nachhaltig", "de"),
        ("Это, действительно, хорошо.", "действительно", "ru"),
        ("Это действительно хорошо.", "действительно", "ru"),
        ("今日はとても良い", "とても", "ja"),
        ("We utilize really good tools.", "really", None),
    ],
)
def test_where_grammar_is_not_known_words_inside_a_sentence_stay(sample: str, ban: str, language: str | None) -> None:
    applied = without(sample, ban, language=language)
    assert (applied.text, subjects(applied)) == (sample, [ban])


def test_what_stays_of_a_phrase_that_goes_elsewhere_is_told_once() -> None:
    applied = without("Robust tools. It is robust. This is robust, truly.", "robust")
    assert applied.text == "Tools. It is robust. This is robust, truly."
    assert subjects(applied) == ["robust"]


def test_contractions_that_stay_are_told() -> None:
    applied = apply("Isn't it? It's been good. I'd go.", {f"{TRAITS}contractionShare": 0}, language="en")
    assert applied.text == "Isn't it? It has been good. I'd go."
    assert [unmet.rule for unmet in applied.unmet] == [f"{TRAITS}contractionShare"]
    met = apply("I don't. Anna's here.", {f"{TRAITS}contractionShare": 0}, language="en")
    assert (met.text, met.unmet) == ("I do not. Anna's here.", ())


def test_commas_stay_and_are_told() -> None:
    values: Values = {f"{TRAITS}commasPer100Words": 0}
    assert [unmet.rule for unmet in apply("Well, yes.", values).unmet] == [f"{TRAITS}commasPer100Words"]
    assert apply("Yes. 1,000 of them.", values).unmet == ()


LEFT = ["I", "We", "It", "Tom", "people", "am", "is", "has", "will", "a", "an", "the", "our", "to", "of", "in", "not"]
RIGHT = ["that", "to", "in", "of", "apple", "tool", "tools", "you", "works", "good", "enough", "and", "or"]
MARKS = [".", ",", "!", "?", ";", ":", "(", ")", "—", " - ", "¿", "¡", "\n", "\n\n", "very", "quickly"]
BANS = ["honestly", "robust", "thrilled to share", "worth noting", "delve into", "at the end of the day", "thank"]
parts = st.lists(st.sampled_from([*LEFT, *RIGHT, *MARKS, *BANS, *BANS]), max_size=16)
spelled = st.sampled_from(["Robust", "Honestly", "We", "It"])
sentences = st.builds(
    lambda first, rest: " ".join([first, *rest]).replace(" ,", ",").replace(" .", "."), spelled, parts
)

BROKEN = {
    "an opening mark before a comma": regex.compile(r"[(\[{¿¡] ?[,;:]"),
    "two spaces": regex.compile(r"(?<=\S)  +(?=\S)"),
    "an article before a preposition": regex.compile(r"(?i)\b(?:a|an|the|our) (?:of|in|to|that)\b"),
    "an article at the end": regex.compile(r"(?im)\b(?:a|an|the|our)(?= *[.,!?;:()—-]| +(?:and|or)\b|\s*$)"),
    "an empty exclamation": regex.compile(r"[¿¡] ?[?!]"),
}


@pytest.mark.parametrize("kind", BROKEN)
@given(sample=sentences, language=st.sampled_from(["en", "en", "es", None]))
@example(sample="(honestly, we won)", language="en")
@example(sample="Our robust in robust, robust", language="en")
def test_taking_words_out_breaks_nothing_that_was_whole(kind: str, sample: str, language: str | None) -> None:
    done = without(sample, *BANS, language=language).text
    assert len(BROKEN[kind].findall(done)) <= len(BROKEN[kind].findall(sample))


SMALL_START = regex.compile(r"(?:^|[.!?] +|\n)[ (—,-]*\p{Ll}")
plainly = st.lists(st.sampled_from([*LEFT, *RIGHT, *MARKS[:4], "(honestly", "—", "\n", *BANS]), max_size=16).map(
    " ".join
)


@given(
    st.builds(lambda first, rest: f"{first} {rest}".replace(" .", ".").replace(" ,", ","), spelled, plainly),
    st.sampled_from(["en", "en", "es", None]),
)
@example("It works. Robust tools. Honestly, (honestly we won)", "en")
def test_no_sentence_loses_its_capital(sample: str, language: str | None) -> None:
    done = without(sample, *BANS, language=language).text
    assert len(SMALL_START.findall(done)) <= len(SMALL_START.findall(sample))


@given(sentences, st.sampled_from(["en", "es", None]))
def test_taking_out_a_second_time_changes_nothing(sample: str, language: str | None) -> None:
    once = without(sample, *BANS, language=language)
    again = without(once.text, *BANS, language=language)
    assert (again.text, again.unmet) == (once.text, once.unmet)


EMOJI = "🎉👍"
VALUES: Values = {
    "bannedPhrases": tuple(BANS),
    "substitutions": (Substitution("good", "fine"),),
    f"{TRAITS}usesEmojis": False,
    f"{TRAITS}exclamationsPer100Words": 0,
    f"{TRAITS}semicolonsPer100Words": 0,
    f"{TRAITS}dashesPer100Words": 0,
}
AGAINST = {
    "bannedPhrases": lambda span: key(span) in BANS,
    "substitutions": lambda span: key(span) == "good",
    f"{TRAITS}usesEmojis": lambda span: span in EMOJI,
    f"{TRAITS}exclamationsPer100Words": lambda span: set(span) <= {"!", "¡"},
    f"{TRAITS}semicolonsPer100Words": lambda span: span == ";",
    f"{TRAITS}dashesPer100Words": lambda span: span in {"—", "-"},
}


@given(st.lists(st.sampled_from([*LEFT, *RIGHT, *MARKS, *BANS, *EMOJI]), max_size=20).map(" ".join))
def test_a_finding_spans_what_goes_against_its_rule_and_nothing_else(sample: str) -> None:
    found = findings(sample, VALUES, Hints(), language="en")
    end = 0
    for item in found:
        span = sample[item.offset : item.offset + item.length]
        assert item.offset >= end, "in order and apart"
        assert AGAINST[item.rule](span), (item.rule, span)
        end = item.offset + item.length
    named = sum(item.rule == "bannedPhrases" for item in found)
    assert named == len(regex.findall("|".join(rf"\b{ban}\b" for ban in sorted(BANS, key=len)), sample))


def test_a_finding_names_no_word_beside_it() -> None:
    sample = "We won. It is important to note that, honestly, we lost.\n- one\n- two"
    values: Values = {"bannedPhrases": ("honestly",), f"{TRAITS}usesBulletPoints": False}
    found = findings(sample, values, Hints(), language="en")
    assert [sample[item.offset : item.offset + item.length] for item in found] == ["honestly", "-", "-"]
    assert {item.suggestion for item in found} == {""}
