"""Which rules the values of a profile ask for, and one round of them over a text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import regex

from voice_engine.voice import ngrams
from voice_engine.voice.features import CONTRACTION
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
NO_COMMAS = "writingTraits.commasPer100Words"
CONTRACTIONS = "writingTraits.contractionShare"

_COMMAS = frozenset(",，、،")

# What a rate of nothing asks for: the field that holds the rate, the rule, what the marks begin with, and their name.
_MARKS: tuple[tuple[str, Callable[[Cause], Rule], str, str], ...] = (
    ("writingTraits.dashesPer100Words", marks.no_dashes, "—–-", "no dashes"),
    ("writingTraits.exclamationsPer100Words", marks.no_exclamations, "!！¡", "no exclamation marks"),
    ("writingTraits.semicolonsPer100Words", marks.no_semicolons, ";；؛", "no semicolons"),
    ("writingTraits.ellipsesPer100Words", marks.no_ellipses, "….", "no ellipses"),
)


# Why something that goes against a value stays, by the value's path.
_STAYS = {
    BANS: "without these words a sentence of the text would not read on",
    PAIRS: "without these words a sentence of the text would not read on",
    CONTRACTIONS: "in a question the words would change places, and some contractions may stand for two full forms",
    NO_COMMAS: "no rule takes commas out of a sentence",
}
_STAYS_ELSE = "it was not taken out everywhere"
_INSIDE_NUMBER = regex.compile(r"\p{N}")


@dataclass(frozen=True, slots=True)
class Offence:
    """text[start:end] goes against the value that the cause names. subject: the words that the value names, or nothing.
    after: what a repair puts in their place, empty to leave them out; None where none is known."""

    start: int
    end: int
    cause: Cause
    subject: str = ""
    after: str | None = None


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
        self._expands = Cause(CONTRACTIONS, "", "you use no contractions") if _expands(values, language) else None
        self._commas = Cause(NO_COMMAS, "", "you use no commas") if _none(values.get(NO_COMMAS)) else None
        self._marks: dict[str, Rule] = {}
        for path, make, first, name in _MARKS:
            if _none(values.get(path)):
                self._marks |= dict.fromkeys(first, make(Cause(path, "", f"you use {name}")))
        unused = [pair for pair in _pairs(values) if self._unused(pair.after)]
        pairs = [pair for pair in _pairs(values) if pair not in unused]
        wordings, left_out = consistent([*pairs, *_bans(values), *_contractions(values, text, language)])
        self._wording = WordingRules(wordings)
        self._unmet = (*_conflicts([*unused, *left_out]), *_wrong_language(values, language))

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

    def unmet(self, result: str) -> tuple[Unmet, ...]:
        """The values that ask for what cannot be, and those that the result goes against all the same."""
        left = [
            Unmet(offence.cause.path, offence.subject, _STAYS.get(offence.cause.path, _STAYS_ELSE))
            for offence in self.offences(result)
        ]
        return tuple(dict.fromkeys([*self._unmet, *left]))

    def offences(self, text: str) -> list[Offence]:
        """All in a text that goes against the values, in its order, each apart from the others."""
        if not (self.any or self._commas):
            return []
        found = self._markers(text)
        r = Rewriting(text, self._language)
        while r.right:
            size, offence = self._offence(r)
            found += [offence] if offence else []
            r.forward(size)
        return sorted(found, key=lambda item: item.start)

    def _markers(self, text: str) -> list[Offence]:
        """The markers of list items that go against a value. One that is an emoji is told once, as a marker."""
        if self._lists and (found := lists.list_markers(text)):
            return [Offence(start, end, self._lists, after="") for start, end in found]
        if self._emoji:
            edits = lists.no_emoji_markers(text, self._emoji)
            return [Offence(*lists.bare(text, edit.start, edit.end), self._emoji, after=edit.after) for edit in edits]
        return []

    def _offence(self, r: Rewriting) -> tuple[int, Offence | None]:
        """What at a place goes against a value, and how many pieces that is."""
        piece = r.right[-1]
        if piece.key in self._wording.first and (named := self._wording.named(r)):
            size, rule, firing = named
            after = firing.after if firing else None
            return size, Offence(piece.start, r.right[-size].end, rule.cause, rule.before, after)
        if firing := self._mark_rule(r):
            size = 1
            while size < firing.taken and r.right[-1 - size].text[0] in "!！":
                size += 1
            return size, Offence(piece.start, r.right[-size].end, firing.cause, after=_mark(firing.after))
        if self._commas and piece.text in _COMMAS and not _in_number(r):
            return 1, Offence(piece.start, piece.end, self._commas)
        if self._expands and piece.kind == "word" and CONTRACTION.fullmatch(piece.key):
            return 1, Offence(piece.start, piece.end, self._expands)
        return 1, None

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


def _mark(after: str) -> str:
    """Of what is put in place of a mark the new mark; the space and the capital behind it are the sentence's."""
    return "" if after[:1].isalnum() else after[:1].strip()


def _in_number(r: Rewriting) -> bool:
    last, following = r.last, r.behind(1)
    return bool(last and following and _INSIDE_NUMBER.match(last.text[-1]) and _INSIDE_NUMBER.match(following.text[0]))


def _expands(values: Values, language: str | None) -> bool:
    return language == "en" and _none(values.get(CONTRACTIONS))


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
