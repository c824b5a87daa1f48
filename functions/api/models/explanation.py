"""What each learned value rests on, on the wire."""

from typing import Annotated, Any, Self

from pydantic import Field

from models.style import SubstitutionPair
from models.wire import Moment, Wire
from voice_engine.explanation import Explanation
from voice_engine.voice.explain import Expectation
from voice_engine.voice.origins import Source
from voice_engine.voice.profile import plain


class EditView(Wire):
    """An edit behind a value; `savedAt` null: it is gone."""

    id: str
    saved_at: Moment | None


class FieldView(Wire):
    """What a field of the profile holds, and the layers that it comes from, topmost first; of a list there can be
    several. `manual`: set by hand, so learning leaves it alone. `learned`: by edits. `ownTexts`: told by texts of the
    person's own. `archetype`: the one applied. `inherited`: the voice that this one started from. `neutral`: where
    everybody starts."""

    path: str
    value: bool | int | float | str | list[str] | list[SubstitutionPair] | None
    sources: list[Source]
    why: str


class Votes(Wire):
    """Newest drafts in which the writer raised the trait, lowered it, or left it as it was; of a trait with several
    kinds, brought in the leading one, another one, or neither."""

    up: int
    down: int
    hold: int


class PredictionView(Wire):
    """What the writer is expected to do to the next drafts, if they are like those so far, in the trait's unit: the
    mean `change` with its standard `deviation`, and the `level` where it leaves them with that of its own. `drafts`:
    how many of theirs it rests on."""

    change: float
    deviation: float
    level: float
    level_deviation: float
    drafts: int


class TraitView(Wire):
    """`path` is the field that shows the trait, empty where none does. `value` is what that field holds, and `learned`
    what edits or own texts taught; null: nothing yet. They differ where a value was set by hand. Where no field shows
    the trait they are the same.

    `needed` counts the votes one way that are still missing. `edits` taught the value, or voted so far; `sampleIds`
    are texts of the person's own that tell it. `confidence` goes from 0 to 1, `certainty` says it in a word, and
    `deviation` is the standard deviation of a number. `reason` and `why` tell why it stands where it does.
    `prediction` null: this trait is not predicted, or no draft of the writer told it yet.
    """

    trait: str
    path: str
    value: bool | int | float | str | None
    learned: bool | int | float | str | None
    votes: Votes
    needed: int
    edits: list[EditView]
    sample_ids: list[str]
    confidence: float
    certainty: str
    deviation: float | None
    reason: str
    why: str
    prediction: PredictionView | None


class PhraseView(Wire):
    """A phrase in the list that `path` names, or on its way there.

    `removedIn`, `keptIn`, `addedIn`: contents that lost it, kept it, were given it, of about the newest 16 that told
    something of it; older ones fade. `probability` is that of its removal from the next draft that has it, null for a
    phrase that is brought in. `machinePhrase`: machines are known to overuse it, whoever writes; this says nothing of
    the person, nor of whether it is in a list of theirs, which `reason` tells. `needed` counts the contents still
    missing.
    """

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int
    probability: float | None
    machine_phrase: bool
    edits: list[EditView]
    needed: int
    reason: str
    why: str


class SubstitutionView(Wire):
    """Words and what is put in their place.

    `replacedIn`, `keptIn`, `reversedIn`: contents in which that was done, the words were left, or it was turned round,
    of about the newest 16 that told something of it; older ones fade. The rest as of a phrase.
    """

    from_: Annotated[str, Field(alias="from")]
    to: str
    replaced_in: int
    kept_in: int
    reversed_in: int
    probability: float
    edits: list[EditView]
    needed: int
    reason: str
    why: str


class ExplanationView(Wire):
    """`learning` false: the person has paused it. `windowEndsAt`: when the edits that wait are learned. `fields` are
    all that a person can set by hand; the rest is the evidence behind what is learned."""

    learning: bool
    window_ends_at: Moment | None
    fields: list[FieldView]
    traits: list[TraitView]
    phrases: list[PhraseView]
    substitutions: list[SubstitutionView]

    @classmethod
    def of(cls, told: Explanation) -> Self:
        holds: dict[str, Any] = {field.path: plain(field.value) for field in told.fields}
        return cls(
            learning=told.is_learning,
            window_ends_at=told.window_ends_at,
            fields=[
                FieldView(path=field.path, value=holds[field.path], sources=list(field.sources), why=field.why)
                for field in told.fields
            ],
            traits=[
                TraitView(
                    trait=trait.trait,
                    path=trait.path,
                    value=holds.get(trait.path, trait.learned),
                    learned=trait.learned,
                    votes=Votes(up=trait.up, down=trait.down, hold=trait.hold),
                    needed=trait.needed,
                    edits=_edits(trait.edits, told),
                    sample_ids=list(trait.samples),
                    confidence=trait.confidence,
                    certainty=trait.certainty,
                    deviation=trait.deviation,
                    reason=trait.reason,
                    why=trait.why,
                    prediction=_prediction(trait.expected),
                )
                for trait in told.traits
            ],
            phrases=[
                PhraseView(
                    path=phrase.path,
                    phrase=phrase.phrase,
                    removed_in=phrase.removed_in,
                    kept_in=phrase.kept_in,
                    added_in=phrase.added_in,
                    probability=phrase.probability,
                    machine_phrase=phrase.machine_phrase,
                    edits=_edits(phrase.edits, told),
                    needed=phrase.needed,
                    reason=phrase.reason,
                    why=phrase.why,
                )
                for phrase in told.phrases
            ],
            substitutions=[
                SubstitutionView(
                    from_=pair.before,
                    to=pair.after,
                    replaced_in=pair.replaced_in,
                    kept_in=pair.kept_in,
                    reversed_in=pair.reversed_in,
                    probability=pair.probability,
                    edits=_edits(pair.edits, told),
                    needed=pair.needed,
                    reason=pair.reason,
                    why=pair.why,
                )
                for pair in told.substitutions
            ],
        )


def _prediction(told: Expectation | None) -> PredictionView | None:
    if told is None:
        return None
    return PredictionView(
        change=told.change,
        deviation=told.deviation,
        level=told.level,
        level_deviation=told.level_deviation,
        drafts=told.drafts,
    )


def _edits(ids: tuple[str, ...], told: Explanation) -> list[EditView]:
    return [EditView(id=id_, saved_at=told.saved_at.get(id_)) for id_ in ids]
