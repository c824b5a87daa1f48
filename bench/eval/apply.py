"""Whether repairs bring drafts nearer to what writers make of them, and leave alone what nobody asked to change.

With nothing set by hand a repaired draft is the draft, whatever was learned: measured on real edits with each writer's
own learned state. Simulated writers set their rules by hand: their edits are rendered from the same plan as the draft
in their own style, by other code than that which repairs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.distance import Levenshtein

from bench.eval import drafter
from bench.eval.bootstrap import interval, share
from bench.eval.data import MESSAGES, PROSE, Data, Row
from bench.eval.drafter import PLAIN, STOCK, Style
from bench.eval.loop import noisy
from bench.eval.result import Result, Target
from voice_engine.voice import apply, ngrams
from voice_engine.voice.fields import Substitution, Value
from voice_engine.voice.profile import learned_values, neutral

WRITERS = 20
DRAFTS = 5
# A draft full of what people set rules against.
MACHINE = Style(contracted=0.5, dashes=1.5, exclamations=1.0, emoji=1.0)


@dataclass(frozen=True, slots=True)
class Repair:
    """Distances in words and marks, Levenshtein's: to what the writer made, from the draft and from the repaired draft.
    deleted: how many of the first are words that only had to go."""

    group: str
    writer: str
    raw: int
    repaired: int
    deleted: int


def evaluate(data: Data) -> list[Result]:
    simulated = [repair for seed in range(WRITERS) for repair in _simulated(seed)]
    beside: dict[str, float | str] = {
        "simulated": _ratio(simulated),
        "simulated_worse_share": _worse(simulated),
    }
    ends = interval(_by_writer(simulated), share)
    if ends:
        beside |= {"simulated_low": ends[0], "simulated_high": ends[1]}
    real = [repair for group in (PROSE, MESSAGES) for repair in _real(data, group)]
    if not real:
        return [Result("apply.ratio", None, beside=beside), Result("apply.worse_share", None)]
    for group in (PROSE, MESSAGES):
        if some := [repair for repair in real if repair.group == group]:
            beside[f"oracle_of_deletions.{group}"] = 1 - sum(item.deleted for item in some) / sum(
                item.raw for item in some
            )
    ratio, worse = _ratio(real), _worse(real)
    people = len({(repair.group, repair.writer) for repair in real})
    return [
        Result(
            "apply.ratio",
            ratio,
            interval=interval(_by_writer(real), share),
            baselines={"raw_draft": 1.0},
            beside=beside,
            target=Target(
                "exactly 1 with nothing set by hand; below 1 for simulated writers",
                ratio == 1 and _ratio(simulated) < 1,
            ),
            people=people,
        ),
        Result("apply.worse_share", worse, target=Target("exactly 0", worse == 0), people=people),
    ]


def _real(data: Data, group: str) -> Iterator[Repair]:
    for writer, rows in (data.prose if group == PROSE else data.messages).items():
        yield from _of_writer(data, group, writer, rows)


def _of_writer(data: Data, group: str, writer: str, rows: Sequence[Row]) -> Iterator[Repair]:
    for row, state in data.befores(rows):
        profile = replace(neutral(), learned=state)
        hints = apply.Hints(learned_values(profile))
        applied = apply.apply(row.draft, profile.overrides, hints, language=data.delta(row).language)
        yield _repair(group, writer, row.draft, applied.text, row.edited)


def _simulated(seed: int) -> Iterator[Repair]:
    chance = random.Random(f"rules {seed}")
    style, overrides = _rules(chance)
    for _ in range(DRAFTS):
        text = drafter.plan(chance, MACHINE)
        draft = drafter.render(text, MACHINE)
        wanted = noisy(drafter.render(text, style), chance)
        yield _repair("simulated", str(seed), draft, apply.apply(draft, overrides, language="en").text, wanted)


def _rules(chance: random.Random) -> tuple[Style, Mapping[str, Value]]:
    """A style that differs from the draft's in some things, and the same things set by hand."""
    stock = tuple(phrase.rstrip(":") for phrase in chance.sample(STOCK, chance.randint(1, 5)))
    plain = chance.sample(sorted(PLAIN), chance.randint(1, 6))
    style = replace(MACHINE, banned=frozenset(map(ngrams.key, stock)), plain=frozenset(plain))
    overrides: dict[str, Value] = {
        "bannedPhrases": stock,
        "substitutions": tuple(Substitution(word, PLAIN[word]) for word in plain),
    }
    for path, (value, changed) in _SWITCHED.items():
        if chance.random() < 0.5:
            style = changed(style)
            overrides[path] = value
    return style, overrides


_SWITCHED: Mapping[str, tuple[Value, Callable[[Style], Style]]] = {
    "writingTraits.dashesPer100Words": (0.0, lambda style: replace(style, dashes=0.0)),
    "writingTraits.exclamationsPer100Words": (0.0, lambda style: replace(style, exclamations=0.0)),
    "writingTraits.usesEmojis": (False, lambda style: replace(style, emoji=0.0)),
    "writingTraits.contractionShare": (0.0, lambda style: replace(style, contracted=0.0)),
}


def _repair(group: str, writer: str, draft: str, repaired: str, edited: str) -> Repair:
    before, middle, after = (_words(text) for text in (draft, repaired, edited))
    steps = Levenshtein.editops(before, after)
    deleted = sum(step.tag == "delete" for step in steps)
    # A draft that the repair left is as far from the edit as it was: no tokens need comparing for that.
    distance = len(steps) if repaired == draft else Levenshtein.distance(middle, after)
    return Repair(group, writer, len(steps), distance, deleted)


def _words(text: str) -> list[str]:
    return [token.surface for token in ngrams.tokens(text)]


def _ratio(repairs: Sequence[Repair]) -> float:
    return sum(item.repaired for item in repairs) / sum(item.raw for item in repairs)


def _worse(repairs: Sequence[Repair]) -> float:
    return sum(item.repaired > item.raw for item in repairs) / len(repairs)


def _by_writer(repairs: Sequence[Repair]) -> list[tuple[float, float]]:
    found: dict[tuple[str, str], list[Repair]] = {}
    for item in repairs:
        found.setdefault((item.group, item.writer), []).append(item)
    return [(sum(item.repaired for item in some), sum(item.raw for item in some)) for some in found.values()]
