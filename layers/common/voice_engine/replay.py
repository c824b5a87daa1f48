"""The profile told again from its log: what the stored one must equal, bit for bit."""

from voice_engine.store.events import Events
from voice_engine.voice.log import fold
from voice_engine.voice.profile import ProfileState


def replay(events: Events, profile: str) -> ProfileState:
    """The state that the log of `profile` leads to. Needs no text: learned edits keep their measures.

    Raises UnknownLearner, with the rules that it names and those that there are, for a log that rules wrote which this
    code does not have: `relearn` tells it anew by those of today.
    """
    return fold(events.of(profile))
