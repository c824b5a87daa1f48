"""A writer who is simulated: drafts by rule that follow a profile, and edits by habits that the service is not told."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bench.eval import drafter
from bench.eval.drafter import PLAIN, STOCK, Style
from bench.eval.loop import Writer, distance, edited_by
from voice_engine.voice import ngrams
from voice_engine.voice.fields import Substitution, Value

SHORT_SENTENCE = 12.0
REFUSED = STOCK[:6]

HABITS = Writer(
    Style(
        sentence_length=SHORT_SENTENCE,
        contracted=1.0,
        plain=frozenset(PLAIN),
        banned=frozenset(ngrams.key(phrase.rstrip(":")) for phrase in REFUSED),
        dashes=0.0,
        short_paragraphs=True,
    ),
    seed=1,
)


@dataclass(frozen=True, slots=True)
class Edited:
    """A draft and what the writer makes of it. changed: words and marks, as a share of those of the draft."""

    draft: str
    text: str

    @property
    def changed(self) -> float:
        return distance(self.draft, self.text)


def write(number: int, profile: dict[str, Any]) -> Edited:
    """Draft `number`, by the drafter as `profile` of the API asks, and the writer's edit of it.

    A number is always about the same things, whatever the profile.
    """
    style = drafter.follow(dict(_values(profile)))
    text = drafter.plan(random.Random(f"draft {number}"), style)
    edited = edited_by(text, HABITS, random.Random(f"edit {number}"))
    return Edited(drafter.render(text, style), edited)


def _values(profile: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Value | None]]:
    """Each field by its dotted path, as the domain has it."""
    for name, value in profile.items():
        path = f"{prefix}{name}"
        if path == "substitutions":
            yield path, tuple(Substitution(pair["from"], pair["to"]) for pair in value)
        elif isinstance(value, Mapping):
            yield from _values(value, f"{path}.")
        else:
            yield path, tuple(value) if isinstance(value, list) else value
