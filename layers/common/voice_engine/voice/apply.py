"""What a writer set by hand made true of any text, without a model. What was learned is only suggested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from voice_engine.voice.fields import Values
from voice_engine.voice.repair.draft import Draft
from voice_engine.voice.repair.rewriting import Edit
from voice_engine.voice.repair.rules import EMOJI, EMOJI_RATE, Rules, Unmet

MAX_ROUNDS = 12  # of all rules over a text; two are the usual number, the second of which finds nothing to do
EMOJI_FIELDS = {EMOJI, EMOJI_RATE}  # of which one decides the other


@dataclass(frozen=True, slots=True)
class Change:
    """text[offset:offset+length] of the text given, which is `before`, became `after`. In characters (Unicode code
    points). rule: path of the field that was set by hand. why: in words."""

    offset: int
    length: int
    before: str
    after: str
    rule: str
    why: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What learning would change in the result, and does not. `offset` counts in the result's text. probability: that
    the writer would change it, from 0 to 1."""

    offset: int
    length: int
    before: str
    after: str
    rule: str
    why: str
    probability: float


@dataclass(frozen=True, slots=True)
class Hints:
    """What was learned: values by path of field, and how probable they are by path and key of the words (`ngrams.key`;
    empty for a value that names none). What has no probability is not suggested."""

    values: Values = field(default_factory=dict)
    probabilities: Mapping[tuple[str, str], float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """A text of which everything set by hand is true that can be.

    changes: what led to it, in the order of the text and apart from each other: made on the text given, they give
    this one. suggestions: what learning would go on to change. unmet: what was set by hand and could not be made
    true: the text goes against it.
    """

    text: str
    changes: tuple[Change, ...] = ()
    suggestions: tuple[Suggestion, ...] = ()
    unmet: tuple[Unmet, ...] = ()


NO_HINTS = Hints()


def apply(text: str, by_hand: Values, hints: Hints = NO_HINTS, *, language: str | None = None) -> Applied:
    """Makes the values set by hand (by path, `ProfileState.overrides`) true of a text.

    Done: bannedPhrases and substitutions (words go where the sentence reads on without them), usesEmojis false or
    emojiFrequency 0, usesBulletPoints false, 0 dashes, exclamation marks, semicolons or ellipses per 100 words, and, in
    English, contractionShare 0 or 1. What of these the result goes against is in `unmet`, and so is a commasPer100Words
    of 0 in a text with commas. What else can be set by hand says how to write, and no rule makes it true; a question,
    for one, cannot be taken out of a text.

    Quotations, code, links, addresses, handles and tags stay as they are. `language` is an ISO 639-1 code, or None
    where it is not known: then nothing is done that needs one (`a` and `an`, contractions). With nothing set by hand
    the text comes back as it is; applied again, the result stays as it is. No learned value ever changes the text.
    """
    rules = Rules(by_hand, text, language)
    draft = _repaired(text, rules)
    changes = tuple(_change(text, edit) for edit in draft.changes())
    return Applied(draft.text, changes, _suggestions(draft.text, by_hand, hints, language), rules.unmet(draft.text))


def _repaired(text: str, rules: Rules) -> Draft:
    draft = Draft(text)
    for _ in range(MAX_ROUNDS if rules.any else 0):
        if not rules.round(draft):
            break
    return draft


def _change(text: str, edit: Edit) -> Change:
    rule, why = edit.causes[0].path, "; ".join(cause.why for cause in edit.causes)
    return Change(edit.start, edit.end - edit.start, text[edit.start : edit.end], edit.after, rule, why)


def undecided(hints: Hints, by_hand: Values) -> Hints:
    """The hints without those for fields that were set by hand: a person who decided is not asked again."""
    decided = {*by_hand, *(EMOJI_FIELDS if EMOJI_FIELDS & by_hand.keys() else ())}
    return replace(hints, values={path: value for path, value in hints.values.items() if path not in decided})


def _suggestions(text: str, by_hand: Values, hints: Hints, language: str | None) -> tuple[Suggestion, ...]:
    """What the learned values would change, were they set by hand."""
    found: list[Suggestion] = []
    for edit in _repaired(text, Rules(undecided(hints, by_hand).values, text, language)).changes():
        known = [hints.probabilities.get((cause.path, cause.subject)) for cause in edit.causes]
        probability = min((value for value in known if value is not None), default=None)
        if probability is not None:
            change = _change(text, edit)
            found.append(
                Suggestion(
                    change.offset, change.length, change.before, change.after, change.rule, change.why, probability
                )
            )
    return tuple(found)
