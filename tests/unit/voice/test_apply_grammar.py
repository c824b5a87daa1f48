"""The text around what was taken out or replaced reads on."""

import pytest

from voice_engine.voice.apply import Applied, apply
from voice_engine.voice.fields import Substitution, Values

TRAITS = "writingTraits."


def without(sample: str, *bans: str, language: str | None = "en") -> str:
    return apply(sample, {"bannedPhrases": bans}, language=language).text


def replaced(sample: str, *pairs: tuple[str, str], language: str | None = "en") -> str:
    return apply(sample, {"substitutions": tuple(Substitution(*pair) for pair in pairs)}, language=language).text


def set_to(sample: str, name: str, value: bool | int, language: str | None = "en") -> str:
    return apply(sample, {f"{TRAITS}{name}": value}, language=language).text


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("However, we go.", "We go."),
        ("It is, however, good.", "It is good."),
        ("We go, however.", "We go."),
        ("It went well; however, we stay.", "It went well; we stay."),
        ("We stay — however — here.", "We stay here."),
        ("Well (however) we go.", "Well we go."),
        ("We go. However. We stay.", "We go. We stay."),
        ("**However**, we go.", "We go."),
        ("- However\n- stay", "- stay"),
        ("- However, stay", "- Stay"),
        ("One.\n\nHowever.\n\nTwo.", "One.\n\nTwo."),
        ("# However\n\nTwo.", "Two."),
        ("However", ""),
        ("HOWEVER, we go", "We go"),
        ("howevermuch, however-much, however's", "howevermuch, however-much, however's"),
        ("however, iPhones sell. However, iPhones sell.", "iPhones sell. iPhones sell."),
    ],
)
def test_a_banned_aside_leaves_no_trace(sample: str, result: str) -> None:
    assert without(sample, "however") == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("A robust tool and a robust apple.", "A tool and an apple."),
        ("Fast, robust, and cheap.", "Fast, and cheap."),
        ("Robust and cheap.", "Cheap."),
        ("Fast and robust.", "Fast."),
        ("Fast and robust and cheap.", "Fast and cheap."),
        ("the robust the end", "the end"),
        ("robust/fast or fast/robust", "fast or fast"),
        ("A very robust, cheap tool.", "A cheap tool."),
        ("It is robust and cheap.", "It is cheap."),
    ],
)
def test_what_stood_beside_a_banned_word_fits_together(sample: str, result: str) -> None:
    assert without(sample, "robust") == result


def test_kinds_of_apostrophe_and_space_are_one() -> None:
    assert without("Let’s go, LET'S  GO, now, letʼs go", "let's go") == "Now"
    assert without("don't stop", "don’t stop") == ""


@pytest.mark.parametrize(
    ("sample", "ban", "language", "result"),
    [
        ("总而言之，这很好。总而言之！", "总而言之", "zh", "这很好。"),
        ("本当に、今日は良い", "本当に", "ja", "今日は良い"),
        ("Действительно, это хорошо.", "Действительно", "ru", "Это хорошо."),
        ("حقا، هذا جيد", "حقا", "ar", "هذا جيد"),
        ("Bonjour ! C'est absolument génial !", "absolument", "fr", "Bonjour ! C'est génial !"),
        ("Es ist gut und wirklich.", "wirklich", "de", "Es ist gut."),
        ("Va a ser an a, x.", "x", "es", "Va a ser an a."),
        ("¡Sin duda, es así!", "sin duda", "es", "¡Es así!"),
        ("¿Sin duda, es mejor?", "sin duda", "es", "¿Es mejor?"),
        ("Hola. ¡Sin duda! Adiós.", "sin duda", "es", "Hola. Adiós."),
        ("Es, realmente, bueno.", "realmente", "es", "Es bueno."),
        ("Habla claramente de todo.", "claramente", "es", "Habla de todo."),
    ],
)
def test_every_script_and_no_grammar_of_another_language(sample: str, ban: str, language: str, result: str) -> None:
    assert without(sample, ban, language=language) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("utilize Utilize UTILIZE", "use Use USE"),
        ("utilizes, utilized, re-utilize", "utilizes, utilized, re-utilize"),
        ("Github and GITHUB, github", "GitHub and GitHub, GitHub"),
        ("In order to utilize it, go.", "To use it, go."),
        ("an amazing day, An amazing, a unique hour", "a great day, A great, an unusual hour"),
        ("a great, really great", "a great, really great"),
    ],
)
def test_a_replacement_takes_case_and_article(sample: str, result: str) -> None:
    pairs = [
        ("utilize", "use"),
        ("github", "GitHub"),
        ("in order to", "to"),
        ("amazing", "great"),
        ("unique", "unusual"),
    ]
    assert replaced(sample, *pairs) == result


def test_an_acronym_is_not_the_word_of_the_same_letters() -> None:
    pairs = [("US", "American"), ("IT", "tech")]
    assert replaced("Give us it, the US team. IT is it.", *pairs) == "Give us it, the American team. Tech is it."
    assert replaced("It is IT, we use it.", ("it", "this"), ("IT", "tech")) == "This is tech, we use this."


@pytest.mark.parametrize(("sample", "result"), [("AN HOUR, An hour", "A MINUTE, A minute"), ("A DAY", "AN EVENING")])
def test_an_article_takes_the_case_of_the_one_before(sample: str, result: str) -> None:
    assert replaced(sample, ("hour", "minute"), ("day", "evening")) == result


def test_words_are_found_over_the_break_of_a_line_inside_a_sentence() -> None:
    assert replaced("We delve\ninto it.\n\nDelve\n\ninto", ("delve into", "see")) == "We see it.\n\nDelve\n\ninto"
    assert without("Tom is, of\ncourse, right.", "of course") == "Tom is right."
    assert replaced("- delve\n- into\nDelve\nInto", ("delve into", "see")) == "- delve\n- into\nDelve\nInto"


def test_the_longest_goes_first_and_a_replacement_is_not_replaced() -> None:
    assert replaced("make use of it, use it", ("use", "employ"), ("make use of", "take")) == "take it, employ it"
    assert replaced("great, really great", ("great", "really great")) == "really great, really great"


def test_a_ban_gives_way_to_a_replacement_of_the_same_words_alone() -> None:
    pair = (Substitution("utilize", "use"), Substitution("best", "very good"))
    values: Values = {"substitutions": pair, "bannedPhrases": ("utilize", "very", "utilize synergies")}
    applied = apply("We utilize it and utilize synergies. The best.", values, language="en")
    assert applied.text == "We use it. The best."
    assert [(unmet.rule, unmet.subject) for unmet in applied.unmet] == [("substitutions", "best")]


def test_pairs_that_undo_each_other_are_told() -> None:
    values: Values = {"substitutions": (Substitution("a", "b"), Substitution("b", "c"), Substitution("c", "a"))}
    applied = apply("a b c", values, language="en")
    assert applied.text == "c c c"
    assert [unmet.subject for unmet in applied.unmet] == ["c"]


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("Great news 🎉! So 👨‍👩‍👧‍👦🇩🇪 good.", "Great news! So good."),
        ("🚀 Launch\n🔥\nDone ✅", "Launch\nDone"),
        ("a☕b 21️⃣", "a b 2"),
        ("✅ one\n✅ two", "- one\n- two"),
        ("👉 Read on", "Read on"),
        ("✓ and © stay", "✓ and © stay"),
    ],
)
def test_no_emoji(sample: str, result: str) -> None:
    assert set_to(sample, "usesEmojis", value=False) == result
    assert set_to(sample, "emojiFrequency", 0) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("We offer:\n- speed\n- low cost,\n- Good care!", "We offer:\nSpeed. Low cost. Good care!"),
        ("1. open\n2. close\n\nBye", "Open. Close.\n\nBye"),
        ("- one\n\n- two", "One.\n\nTwo."),
        ("First: 1. open it 2. close it", "First: Open it. Close it."),
        ("- see https://x.y/a\n- iOS", "See https://x.y/a\niOS."),
        ("- [x] **done**\n- [ ] to do", "**done**. To do."),
        ("- 你好\n- 再见", "你好。 再见。"),
        ("- one alone", "- one alone"),
        ("* * *", "* * *"),
    ],
)
def test_no_lists(sample: str, result: str) -> None:
    assert set_to(sample, "usesBulletPoints", value=False) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("It is simple — you write, we learn.", "It is simple. You write, we learn."),
        ("The tool — which we love — works.", "The tool, which we love, works."),
        ("It—you know—works -- mostly - yes", "It, you know, works, mostly, yes"),
        ("10–20 pages, Paris–London, well-known, --flag", "10–20 pages, Paris-London, well-known, --flag"),
        ("$5–$10, 5%–10%, 9am–5pm, 10—20, 10 – 20", "$5–$10, 5%–10%, 9am–5pm, 10–20, 10 – 20"),
        ("— Anna\nThe end —", "Anna\nThe end."),
        ("# Voices — a guide", "# Voices: a guide"),
        ("今日は——良い", "今日は，良い"),
    ],
)
def test_no_dashes(sample: str, result: str) -> None:
    assert set_to(sample, "dashesPer100Words", 0) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("Wow! Really?! Yes!!! (good!)", "Wow. Really? Yes. (good)"),
        ("¡Hola! ！", "Hola."),
        ("好！", "好。"),
        ("a != b, Y!J", "a != b, Y!J"),
    ],
)
def test_no_exclamations(sample: str, result: str) -> None:
    assert set_to(sample, "exclamationsPer100Words", 0).removesuffix("。" if "¡" in sample else "") == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("It rains; we stay.", "It rains. We stay."),
        ("It rains; but we go.", "It rains, but we go."),
        ("a, b; c, d; and e", "a, b, c, d, and e"),
        ("Hi ;) x;y &amp; z;", "Hi ;) x;y &amp; z."),
        ("雨；走", "雨。走"),
        ("مطر؛ نبقى", "مطر، نبقى"),
    ],
)
def test_no_semicolons(sample: str, result: str) -> None:
    assert set_to(sample, "semicolonsPer100Words", 0) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("Well... maybe. So… Yes, wait...what . . . ok…", "Well, maybe. So. Yes, wait, what, ok."),
        ("...and then? What...?", "and then? What?"),
        ("He said […] that (...) it", "He said […] that (...) it"),
        ("Pages 1...5 and so on...", "Pages 1...5 and so on."),
    ],
)
def test_no_ellipses(sample: str, result: str) -> None:
    assert set_to(sample, "ellipsesPer100Words", 0) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("I don't know, we can’t and won't.", "I do not know, we cannot and will not."),
        ("It's fine, I'm here. They've left; let's go.", "It is fine, I am here. They have left; let us go."),
        (
            "Don't you? It's been long. He's called. I'd go. Anna's",
            "Don't you? It has been long. He's called. I'd go. Anna's",
        ),
    ],
)
def test_no_contractions(sample: str, result: str) -> None:
    assert set_to(sample, "contractionShare", 0) == result


@pytest.mark.parametrize(
    ("sample", "result"),
    [
        ("I do not know. You are good. I am not.", "I don't know. You're good. I am not."),
        ("They cannot, will not. It is here: we’re", "They can’t, won’t. It’s here: we’re"),
        (
            "as you are. what they are now. Let us know. I have two.",
            "as you are. what they are now. Let us know. I have two.",
        ),
        ("I have been, you would like", "I've been, you'd like"),
    ],
)
def test_every_contraction(sample: str, result: str) -> None:
    assert set_to(sample, "contractionShare", 1) == result


def test_contractions_of_another_language_are_told_as_unmet() -> None:
    applied = apply("Geht's? I don't.", {f"{TRAITS}contractionShare": 0}, language="de")
    assert applied.text == "Geht's? I don't."
    assert [unmet.rule for unmet in applied.unmet] == [f"{TRAITS}contractionShare"]


def test_a_change_names_its_field_and_its_reason() -> None:
    values: Values = {"bannedPhrases": ("of course",), "substitutions": (Substitution("utilize", "use"),)}
    applied = apply("Of course, we utilize it.", values, language="en")
    assert isinstance(applied, Applied)
    assert [(change.before, change.after, change.rule) for change in applied.changes] == [
        ("Of course, we", "We", "bannedPhrases"),
        ("utilize", "use", "substitutions"),
    ]
    assert "of course" in applied.changes[0].why
    assert "utilize" in applied.changes[1].why
