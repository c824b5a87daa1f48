"""Words that occur nowhere else, so that a text can be found wherever it went."""

import secrets


class Marks:
    """Each mark is named for where it was put."""

    def __init__(self) -> None:
        self._words: dict[str, str] = {}

    def __call__(self, place: str) -> str:
        return self._words.setdefault(place, f"zq{secrets.token_hex(8)}")

    @property
    def words(self) -> list[str]:
        return list(self._words.values())

    def keep(self, place: str, secret: str) -> str:
        """Make a given text, such as a token, one of the marks."""
        self._words[place] = secret
        return secret

    def found_in(self, text: str) -> list[str]:
        return [place for place, word in self._words.items() if word in text]
