import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.language import detect

SAID = {
    "en": "The boats came in early, and nobody had to wait for the market to open.",
    "de": "Die Boote kamen früh herein, und niemand musste warten, bis der Markt aufmachte.",
    "fr": "Les bateaux sont rentrés tôt et personne n'a dû attendre l'ouverture du marché.",
    "ru": "Лодки вернулись рано, и никому не пришлось ждать открытия рынка.",
    "ar": "عادت القوارب مبكرا ولم يضطر أحد إلى انتظار فتح السوق.",
    "zh": "船很早就回来了，没有人需要等市场开门。",
    "th": "เรือกลับมาแต่เช้า และไม่มีใครต้องรอให้ตลาดเปิด",
}


@pytest.mark.parametrize("language", SAID)
def test_the_language_of_a_text_is_told(language: str) -> None:
    assert detect(SAID[language]) == language
    assert detect(f"{SAID[language]}\n\n{SAID[language]}") == language


@pytest.mark.parametrize("language", SAID)
def test_capitals_are_no_other_language(language: str) -> None:
    assert detect(SAID[language].upper()) == language


@pytest.mark.parametrize("text", ["", " ", "\n\n", "🙂🙂", "12 345", "…", "?!"])
def test_of_what_cannot_tell_nothing_is_guessed(text: str) -> None:
    assert detect(text) is None


@given(st.text(max_size=80))
def test_it_answers_for_any_text(text: str) -> None:
    found = detect(text)
    assert found is None or (found.isascii() and found.islower() and 2 <= len(found) <= 3)
