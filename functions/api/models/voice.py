"""A voice put to use, on the wire."""

from typing import Annotated, Self

from pydantic import Field

from models.content import Platform, Text
from models.wire import Wire
from voice_engine.voice.apply import Applied
from voice_engine.voice.check import Abstention, Caution
from voice_engine.voice.fingerprint import format_name
from voice_engine.voice_desk import Checked, Reading

type Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]


class ApplyVoice(Wire):
    """`language` (ISO 639) is detected where it is left out; of a short text it is better given."""

    text: Text
    language: Language | None = None


class CheckVoice(Wire):
    """`platform` and `format` as texts of that kind were registered: where too few of them are known, nothing is
    stated. `language` as in ApplyVoice."""

    text: Text
    platform: Platform | None = None
    format: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")] | None = None
    language: Language | None = None

    @property
    def kind(self) -> str | None:
        return self.format if self.platform is None else format_name(self.platform, self.format)


class ChangeView(Wire):
    """`before`, at `offset` of the text sent, became `after`. Offset and length count Unicode code points."""

    offset: int
    length: int
    before: str
    after: str
    rule: str
    why: str


class SuggestionView(Wire):
    """As a change, but not made, and at `offset` of the text answered. `probability`: that the writer would make it."""

    offset: int
    length: int
    before: str
    after: str
    rule: str
    why: str
    probability: float


class UnmetView(Wire):
    """What was set by hand and could not be made true: the result goes against it, or it could never hold. `subject`
    are the words that it names, if any. Told are values that rule something out (`bannedPhrases`, `substitutions`, a
    mark or emoji used nowhere, no bullet points, all or no contractions); the others say how to write, and no single
    text goes against them."""

    rule: str
    subject: str
    why: str


class AppliedView(Wire):
    """The text with what was set by hand made true, as far as its sentences read on. A banned phrase goes with what
    only led up to it (`I am thrilled to share that`); where a sentence would be broken without it, it stays and is in
    `unmet`."""

    text: str
    changes: list[ChangeView]
    suggestions: list[SuggestionView]
    unmet: list[UnmetView]
    language: str | None
    profile_version: int

    @classmethod
    def of(cls, applied: Applied, reading: Reading) -> Self:
        return cls(
            text=applied.text,
            changes=[
                ChangeView(
                    offset=change.offset,
                    length=change.length,
                    before=change.before,
                    after=change.after,
                    rule=change.rule,
                    why=change.why,
                )
                for change in applied.changes
            ],
            suggestions=[
                SuggestionView(
                    offset=hint.offset,
                    length=hint.length,
                    before=hint.before,
                    after=hint.after,
                    rule=hint.rule,
                    why=hint.why,
                    probability=hint.probability,
                )
                for hint in applied.suggestions
            ],
            unmet=[UnmetView(rule=unmet.rule, subject=unmet.subject, why=unmet.why) for unmet in applied.unmet],
            language=reading.language,
            profile_version=reading.version,
        )


class FindingView(Wire):
    """What stands at `offset`, and nothing around it, goes against `rule`: the phrase, the mark, the emoji, the marker
    of a list item. `suggestion` is what `apply` puts in its place, empty to leave it out; it mends the spaces, commas
    and capitals around as well. Null: without it the sentence would not read on, and `apply` leaves it. `probability`
    null: it was set by hand, and is no guess."""

    offset: int
    length: int
    rule: str
    why: str
    suggestion: str | None
    probability: float | None


class CheckView(Wire):
    """`probability`: that this person wrote it, were it as likely another's; null with an `abstention` that tells why
    nothing is said. `score` orders texts: over 50 is nearer to this person than to others, null where nothing is known
    and where the text is too short to say anything. `knownTexts`: how many of the person's texts that rests on.
    `caution` tells where a score says less: with `light edits` half of the newest of them are drafts hardly changed,
    and one that nobody touched scores about as high."""

    score: int | None
    probability: float | None
    abstention: Abstention | None
    caution: Caution | None
    known_texts: int
    words: int
    findings: list[FindingView]
    language: str | None
    profile_version: int

    @classmethod
    def of(cls, checked: Checked) -> Self:
        fit, reading = checked.fit, checked.reading
        return cls(
            score=fit.score,
            probability=fit.probability,
            abstention=fit.abstention,
            caution=checked.caution,
            known_texts=fit.known,
            words=fit.words,
            findings=[
                FindingView(
                    offset=finding.offset,
                    length=finding.length,
                    rule=finding.rule,
                    why=finding.why,
                    suggestion=finding.suggestion,
                    probability=finding.probability,
                )
                for finding in checked.findings
            ],
            language=reading.language,
            profile_version=reading.version,
        )
