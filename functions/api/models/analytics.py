"""How far the learning of a voice has come, on the wire."""

from typing import Annotated, Literal, Self

from pydantic import Field

from models.wire import Moment, Wire
from voice_engine.analytics import Analytics, Evolution
from voice_engine.voice.distance import Distances, Told
from voice_engine.voice.progress import Direction
from voice_engine.voice.score import Score
from voice_engine.voice.suggestions import Kind, Suggestion

_MILLION = 1_000_000


class ScoreComponents(Wire):
    """The parts whose sum the score is: `samples`, `completeness` and `consistency` up to 20, `iterations` up to 40."""

    samples: int
    iterations: int
    completeness: int
    consistency: int

    @classmethod
    def of(cls, score: Score) -> Self:
        return cls(
            samples=score.samples,
            iterations=score.iterations,
            completeness=score.completeness,
            consistency=score.consistency,
        )


class StatisticsView(Wire):
    """Saved edits by what has become of them: `learned`, `pending`, `ignored`, `failed`, `unlearned`
    (asked for, or done). Of what the profile rests on:
    `drafts` and how many of them were saved unchanged (`acceptances`), texts of the person's own (`samples`), and edits
    that moved a value (`iterations`). An edit that only mends misspellings says nothing of the writer: its draft is
    one of `editDistance.drafts`, and not of these."""

    learned: int
    pending: int
    ignored: int
    failed: int
    unlearned: int
    drafts: int
    acceptances: int
    samples: int
    iterations: int

    @classmethod
    def of(cls, told: Analytics) -> Self:
        return cls(
            learned=told.saved.get("learned", 0),
            pending=told.saved.get("pending", 0),
            ignored=told.saved.get("ignored", 0),
            failed=told.saved.get("failed", 0),
            unlearned=told.saved.get("unlearning", 0) + told.saved.get("unlearned", 0),
            drafts=told.evolution.drafts,
            acceptances=told.evolution.acceptances,
            samples=told.evolution.samples,
            iterations=told.evolution.iterations,
        )


class ToneView(Wire):
    formality: int
    enthusiasm: int
    directness: int
    humor: int
    emotionality: int


class PhraseUseView(Wire):
    """A learned phrase of the list that `path` names, and the distinct drafts that lost it, kept it, were given it, of
    about the newest 16 that told something of it."""

    path: str
    phrase: str
    removed_in: int
    kept_in: int
    added_in: int


class SubstitutionUseView(Wire):
    """Words and what is put in their place; the counts are drafts, of about the newest 16."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    replaced_in: int
    kept_in: int
    reversed_in: int


class EvidenceView(Wire):
    """What a suggestion follows from: `found` of `of`, both null where it is no count, and the edits behind it."""

    found: int | None
    of: int | None
    edit_ids: list[str]


class SuggestionView(Wire):
    """`path` is the field that it is about, and `phrase` the phrase; null where it is about none."""

    kind: Kind
    text: str
    path: str | None
    phrase: str | None
    evidence: EvidenceView

    @classmethod
    def of(cls, told: Suggestion) -> Self:
        counted = bool(told.of)
        evidence = EvidenceView(
            found=told.found if counted else None, of=told.of if counted else None, edit_ids=list(told.edits)
        )
        return cls(kind=told.kind, text=told.text, path=told.path or None, phrase=told.phrase, evidence=evidence)


class ExpectedView(Wire):
    """What the writer's `drafts` before this one made one expect: four in five lie between `low` and `high`. Without
    any, it is what people do."""

    share: float
    low: float
    high: float
    drafts: int


class DraftDistanceView(Wire):
    """A draft as it was given against what the writer last made of it: the share of words changed, 0 to 1."""

    content_id: str
    edit_id: str
    saved_at: Moment
    changed: float
    expected: ExpectedView

    @classmethod
    def of(cls, told: Told) -> Self:
        return cls(
            content_id=told.draft.content_id,
            edit_id=told.draft.edit_id,
            saved_at=told.draft.saved_at,
            changed=_share(told.draft.distance),
            expected=ExpectedView(
                share=_share(told.expected.expected),
                low=_share(told.expected.low),
                high=_share(told.expected.high),
                drafts=told.expected.edits,
            ),
        )


class ChangeView(Wire):
    """What may be said of the writer's newest drafts (`after`, mean share of words changed) against their first ones
    (`baseline`). `not yet`: `missing` drafts more, before anything is said. `none`: no more than chance makes."""

    direction: Literal["smaller", "larger", "none", "not yet"]
    baseline: float | None
    after: float | None
    missing: int


class EditDistanceView(Wire):
    """`drafts`: the newest 100, oldest first."""

    change: ChangeView
    drafts: list[DraftDistanceView]

    @classmethod
    def of(cls, told: Distances) -> Self:
        found = told.change
        return cls(
            change=ChangeView(
                direction=_DIRECTIONS[found.direction],
                baseline=None if found.before is None else _share(found.before),
                after=None if found.after is None else _share(found.after),
                missing=found.missing,
            ),
            drafts=[DraftDistanceView.of(item) for item in told.drafts],
        )


class AnalyticsView(Wire):
    """`evolutionScore` (0 to 100) is the sum of `scoreComponents`. `version` 0: there is no profile yet."""

    version: int
    evolution_score: int
    score_components: ScoreComponents
    statistics: StatisticsView
    tone: ToneView
    phrases: list[PhraseUseView]
    substitutions: list[SubstitutionUseView]
    suggestions: list[SuggestionView]
    edit_distance: EditDistanceView

    @classmethod
    def of(cls, told: Analytics) -> Self:
        evolution = told.evolution
        return cls(
            version=evolution.version,
            evolution_score=evolution.score.total,
            score_components=ScoreComponents.of(evolution.score),
            statistics=StatisticsView.of(told),
            tone=ToneView(**evolution.tone),
            phrases=_phrases(evolution),
            substitutions=_substitutions(evolution),
            suggestions=[SuggestionView.of(item) for item in evolution.suggestions],
            edit_distance=EditDistanceView.of(evolution.distances),
        )


_DIRECTIONS: dict[Direction, Literal["smaller", "larger", "none", "not yet"]] = {
    "smaller": "smaller",
    "larger": "larger",
    "no change beyond chance": "none",
    "too few edits": "not yet",
}


def _phrases(evolution: Evolution) -> list[PhraseUseView]:
    return [
        PhraseUseView(
            path=item.path,
            phrase=item.phrase,
            removed_in=item.removed_in,
            kept_in=item.kept_in,
            added_in=item.added_in,
        )
        for item in evolution.phrases
    ]


def _substitutions(evolution: Evolution) -> list[SubstitutionUseView]:
    return [
        SubstitutionUseView(
            from_=item.before,
            to=item.after,
            replaced_in=item.replaced_in,
            kept_in=item.kept_in,
            reversed_in=item.reversed_in,
        )
        for item in evolution.substitutions
    ]


def _share(millionths: int) -> float:
    return round(millionths / _MILLION, 4)
