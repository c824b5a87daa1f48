"""What each learned value rests on, on the wire."""

from typing import Self

from models.wire import Wire
from voice_engine.voice.explain import evidence_summary, phrase_summary
from voice_engine.voice.learning import LearnedState


class Votes(Wire):
    """Newest drafts in which the writer raised the trait, lowered it, or left it as it was."""

    up: int
    down: int
    hold: int


class TraitView(Wire):
    """`path` is the field that shows the trait; `value` null means that it has not moved, and `reason` tells why.

    `needed` counts the votes one way that are still missing.
    """

    trait: str
    path: str
    value: float | bool | None
    votes: Votes
    edit_ids: list[str]
    reason: str
    needed: int


class PhraseView(Wire):
    """A phrase in the list that `path` names, with the number of distinct contents behind it."""

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int
    edit_ids: list[str]


class ExplanationView(Wire):
    traits: list[TraitView]
    phrases: list[PhraseView]

    @classmethod
    def of(cls, learned: LearnedState) -> Self:
        return cls(
            traits=[
                TraitView(
                    trait=trait.trait,
                    path=trait.path,
                    value=trait.value,
                    votes=Votes(up=trait.up, down=trait.down, hold=trait.hold),
                    edit_ids=list(trait.edits),
                    reason=trait.reason,
                    needed=trait.needed,
                )
                for trait in evidence_summary(learned)
            ],
            phrases=[
                PhraseView(
                    path=phrase.path,
                    phrase=phrase.phrase,
                    removed_in=phrase.removed_in,
                    kept_in=phrase.kept_in,
                    added_in=phrase.added_in,
                    edit_ids=list(phrase.edits),
                )
                for phrase in phrase_summary(learned)
            ],
        )
