"""A person's voice put to use on a text, without a model. Nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.profile_key import ProfileId
from voice_engine.profiles import find_voice
from voice_engine.store.database import answering
from voice_engine.store.profiles import Profiles
from voice_engine.voice.apply import Applied, apply
from voice_engine.voice.check import Caution, Finding, Fit, caution, findings, fit
from voice_engine.voice.hints import hints
from voice_engine.voice.profile import ProfileState, neutral


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language a text was read (None: not known), and by which version of the profile (0: there is none
    yet)."""

    language: str | None
    version: int


@dataclass(frozen=True, slots=True)
class Checked:
    """A text held against a voice; `caution` is to be borne in mind with the fit."""

    fit: Fit
    caution: Caution | None
    findings: tuple[Finding, ...]
    reading: Reading


class VoiceDesk:
    def __init__(self, profiles: Profiles, *, detect_language: Callable[[str], str | None]) -> None:
        self._profiles = profiles
        self._detect_language = detect_language

    @answering()
    def apply(self, profile: ProfileId, text: str, *, language: str | None) -> tuple[Applied, Reading]:
        """Makes what the person set by hand true of a text. `language` is detected where it is not given."""
        state, reading = self._read(profile, text, language)
        return apply(text, state.overrides, hints(state), language=reading.language), reading

    @answering()
    def check(self, profile: ProfileId, text: str, *, text_format: str | None, language: str | None) -> Checked:
        """How well a text fits the person's voice, and what in it goes against what was set by hand or learned."""
        state, reading = self._read(profile, text, language)
        found = findings(text, state.overrides, hints(state), language=reading.language)
        near = fit(state.learned.fingerprint, text, text_format=text_format)
        return Checked(near, caution(state.learned), found, reading)

    def _read(self, profile: ProfileId, text: str, language: str | None) -> tuple[ProfileState, Reading]:
        """Raises NotFound for a voice that was never made."""
        found = find_voice(self._profiles, profile)
        read_as = language or self._detect_language(text)
        if found is None:
            return neutral(), Reading(read_as, 0)
        return found.state, Reading(read_as, found.version)
