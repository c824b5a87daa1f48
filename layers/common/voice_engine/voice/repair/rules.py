"""Which rules the values of a profile ask for, and one round of them over a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from voice_engine.voice import ngrams
from voice_engine.voice.fields import Substitution, Value, Values
from voice_engine.voice.repair import contractions, lists, marks, seam
from voice_engine.voice.repair.consistency import consistent
from voice_engine.voice.repair.draft import Draft
from voice_engine.voice.repair.pieces import Cause
from voice_engine.voice.repair.rewriting import Firing, Rewriting, Rule
from voice_engine.voice.repair.wording import Wording, WordingRules

BANS, PAIRS = "bannedPhrases", "substitutions"
EMOJI, EMOJI_RATE = "writingTraits.usesEmojis", "writingTraits.emojiFrequency"
LISTS = "writingTraits.usesBulletPoints"
CONTRACTIONS = "writingTraits.contractionShare"

# What a rate of nothing asks for: the field that holds the rate, the rule, what the marks begin with, and their name.
_MARKS: tuple[tuple[str, Callable[[Cause], Rule], str, str], ...] = (
    ("writingTraits.dashesPer100Words", marks.no_dashes, "—–-", "no dashes"),
    ("writingTraits.exclamationsPer100Words", marks.no_exclamations, "!！¡", "no exclamation marks"),
    ("writingTraits.semicolonsPer100Words", marks.no_semicolons, ";；؛", "no semicolons"),
    ("writingTraits.ellipsesPer100Words", marks.no_ellipses, "….", "no ellipses"),
)


@dataclass(frozen=True, slots=True)
class Unmet:
    """A value that could not be made true. rule: path of its field. subject: the words that it names, or nothing."""

    rule: str
    subject: str
    why: str


class Rules:
    """The rules that these values ask for. `unmet` tells which values ask for what cannot be."""

    def __init__(self, values: Values, text: str, language: str | None) -> None:
        self._language = language
        self._lists = Cause(LISTS, "", "you use no bullet points") if values.get(LISTS) is False else None
        self._emoji = _emoji(values)
        self._marks: dict[str, Rule] = {}
        for path, make, first, name in _MARKS:
            if _none(values.get(path)):
                self._marks |= dict.fromkeys(first, make(Cause(path, "", f"you use {name}")))
        unused = [pair for pair in _pairs(values) if self._unused(pair.after)]
        pairs = [pair for pair in _pairs(values) if pair not in unused]
        wordings, left_out = consistent([*pairs, *_bans(values), *_contractions(values, text, language)])
        self._wording = WordingRules(wordings)
        self.unmet = (*_conflicts([*unused, *left_out]), *_wrong_language(values, language))

    @property
    def any(self) -> bool:
        return bool(self._lists or self._emoji or self._marks or self._wording.reach)

    def round(self, draft: Draft) -> bool:
        """Every rule once over a text; whether there was anything to do."""
        before = draft.text
        if self._lists:
            draft.edit(lists.no_lists(draft.text, self._lists))
        if self._emoji:
            draft.edit(lists.no_emoji_markers(draft.text, self._emoji))
        rewriting = Rewriting(draft.text, self._language)
        draft.edit(rewriting.run(self._rule, seam.mend, self._wording.reach))
        return draft.text != before and not rewriting.tired

    def _unused(self, text: str) -> bool:
        """Whether a text holds a mark or an emoji that is to be used nowhere."""
        r = Rewriting(text, self._language)
        while r.right:
            if self._mark_rule(r):
                return True
            r.forward(1)
        return False

    def _rule(self, r: Rewriting) -> Firing | None:
        """What is to be done at a place: words first."""
        if r.right[-1].key in self._wording.first and (firing := self._wording(r)):
            return firing
        return self._mark_rule(r)

    def _mark_rule(self, r: Rewriting) -> Firing | None:
        piece = r.right[-1]
        if piece.kind == "emoji":
            return Firing(1, "", self._emoji) if self._emoji else None
        rule = self._marks.get(piece.text[0]) if piece.kind == "mark" else None
        return rule(r) if rule else None


def _none(value: Value | None) -> bool:
    return value is not None and not isinstance(value, bool) and value == 0


def _emoji(values: Values) -> Cause | None:
    if values.get(EMOJI) is False:
        return Cause(EMOJI, "", "you use no emoji")
    if _none(values.get(EMOJI_RATE)) and EMOJI not in values:
        return Cause(EMOJI_RATE, "", "you use no emoji")
    return None


def _pairs(values: Values) -> Iterator[Wording]:
    pairs = values.get(PAIRS, ())
    for pair in pairs if isinstance(pairs, tuple) else ():
        if isinstance(pair, Substitution):
            instead = f"“{pair.after}”" if pair.after.strip() else "nothing"
            why = f"you write {instead} for “{pair.before}”"
            yield Wording.of(pair.before, pair.after, Cause(PAIRS, ngrams.key(pair.before), why))


def _bans(values: Values) -> Iterator[Wording]:
    bans = values.get(BANS, ())
    for ban in bans if isinstance(bans, tuple) else ():
        if isinstance(ban, str):
            yield Wording.of(ban, "", Cause(BANS, ngrams.key(ban), f"you do not write “{ban}”"))


def _contractions(values: Values, text: str, language: str | None) -> list[Wording]:
    share = values.get(CONTRACTIONS)
    if language != "en" or isinstance(share, bool) or share not in (0, 1):
        return []
    if share == 0:
        return contractions.expanding(Cause(CONTRACTIONS, "", "you use no contractions"))
    return contractions.contracting(Cause(CONTRACTIONS, "", "you contract what can be"), "’" if "’" in text else "'")


def _conflicts(left_out: list[Wording]) -> Iterator[Unmet]:
    for wording in left_out:
        if wording.cause.path == PAIRS:
            why = "another value takes these words, rules out what they become, or changes it back"
            yield Unmet(PAIRS, wording.before, why)


def _wrong_language(values: Values, language: str | None) -> Iterator[Unmet]:
    if values.get(CONTRACTIONS) in (0, 1) and language != "en":
        yield Unmet(CONTRACTIONS, "", "contractions are known for English only")
