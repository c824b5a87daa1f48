"""Learning from texts that a person wrote without a draft."""

from collections.abc import Callable

from voice_engine.cache import Entry
from voice_engine.errors import Invalid, Violation
from voice_engine.file_text import UnreadableFile, file_text
from voice_engine.profile_key import ProfileId
from voice_engine.profiles import Expected, ProfileDesk
from voice_engine.store.requests import Keep
from voice_engine.voice import samples, visible

# Below these a text says too little of how somebody writes; a file's text has headers and page numbers in it.
TEXT_CHARACTERS = 300
FILE_CHARACTERS = 500


class Analysis:
    def __init__(self, profiles: ProfileDesk, *, detect_language: Callable[[str], str | None]) -> None:
        self._profiles = profiles
        self._detect_language = detect_language

    def of_text(
        self, profile: ProfileId, text: str, *, expected: Expected = None, keep: Keep[Entry] | None = None
    ) -> Entry:
        """The style response after learning from `text`. Raises Invalid when it is too short."""
        _check_size("text", text, TEXT_CHARACTERS)
        return self._add(profile, text, expected, keep)

    def of_file(
        self,
        profile: ProfileId,
        name: str,
        content: bytes,
        *,
        expected: Expected = None,
        keep: Keep[Entry] | None = None,
    ) -> Entry:
        """The same for the text of a file. Raises Invalid when it cannot be read or holds too little text."""
        try:
            text = file_text(name, content)
        except UnreadableFile as error:
            raise Invalid(Violation("file", str(error), f"{len(content)} bytes")) from None
        _check_size("file", text, FILE_CHARACTERS)
        return self._add(profile, text, expected, keep)

    def _add(self, profile: ProfileId, text: str, expected: Expected, keep: Keep[Entry] | None) -> Entry:
        return self._profiles.add_sample(profile, text, self._detect_language(text), expected=expected, keep=keep)


def _check_size(field: str, text: str, least: int) -> None:
    # Visible characters: a scanned page is an empty text with many line ends.
    if len(text) < least or 2 * visible.count(text) < least:
        raise Invalid(Violation(field, f"at least {least} characters of text", f"{len(text)} characters"))
    words = samples.words_of(text)
    if words < samples.LEAST_WORDS:
        raise Invalid(Violation(field, f"at least {samples.LEAST_WORDS} words", f"{words} words"))
