"""The closed loop: simulated writers with hidden habits edit drafts that follow their profile, or a neutral one."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from statistics import fmean

from rapidfuzz.distance import Levenshtein

from bench.eval import drafter
from bench.eval.bootstrap import interval
from bench.eval.data import Data
from bench.eval.drafter import NOUNS, PLAIN, STOCK, Style, Text
from bench.eval.result import Result, Target
from voice_engine.voice import ngrams
from voice_engine.voice.delta import measure
from voice_engine.voice.learning import Edit, learn
from voice_engine.voice.profile import ProfileState, neutral, values

WRITERS = 16
DRAFTS = 30
TOLD = (1, 5, 10, 20)
BY, BELOW = 10, 0.60  # by the 10th draft, 60 % below the arm without learning
NOISE = 0.01  # of words the writer changes for what the text is about, whatever the style
AROUND = 1  # drafts on each side that a told distance is averaged with
OWN_PHRASES = ("long story short", "truth be told", "strange but true", "small confession")


@dataclass(frozen=True, slots=True)
class Writer:
    """A simulated person: a hidden style, and a seed for what they write about."""

    style: Style
    seed: int


def evaluate(_: Data) -> list[Result]:
    """Needs no data: writers, drafts and edits are made here."""
    people = [_writer(seed) for seed in range(WRITERS)]
    learned = [_distances(writer, learning=True) for writer in people]
    unlearned = [_distances(writer, learning=False) for writer in people]
    mean, off = _mean(learned), _mean(unlearned)
    known = _mean([_known_distances(writer) for writer in people])
    ratios = [one / other for one, other in zip(mean, off, strict=True)]
    tenth, later = ratios[BY - 1], max(ratios[BY - 1 :])
    return [
        Result(
            "loop.distance",
            {str(draft): mean[draft - 1] for draft in TOLD},
            interval=interval(list(zip(learned, unlearned, strict=True)), _ratio_at_tenth),
            baselines={
                **{f"unlearned.{draft}": off[draft - 1] for draft in TOLD},
                **{f"habits_known.{draft}": known[draft - 1] for draft in TOLD},
            },
            beside={"of_unlearned_at_10": tenth, "of_unlearned_at_most_after": later, "drafts": DRAFTS},
            target=Target(f"{BELOW:.0%} below unlearned by draft {BY}, and from there on", later <= 1 - BELOW),
            people=WRITERS,
        )
    ]


def _ratio_at_tenth(drawn: Sequence[tuple[list[float], list[float]]]) -> float:
    return _mean([one for one, _ in drawn])[BY - 1] / _mean([other for _, other in drawn])[BY - 1]


def _mean(runs: Sequence[Sequence[float]]) -> list[float]:
    """The distance at each draft over all writers, each with its neighbours."""
    plain = [fmean(run[draft] for run in runs) for draft in range(DRAFTS)]
    return [plain[0], *(fmean(plain[at - AROUND : at + AROUND + 1]) for at in range(1, DRAFTS - 1)), plain[-1]]


def _writer(seed: int) -> Writer:
    """Habits drawn by chance; each person shares some with the drafter."""
    chance = random.Random(f"writer {seed}")
    return Writer(
        Style(
            sentence_length=chance.choice((12.0, 15.0, 20.0, 28.0)),
            contracted=chance.choice((0.0, 1.0, 1.0)),
            plain=frozenset(chance.sample(sorted(PLAIN), chance.randint(2, len(PLAIN)))),
            banned=frozenset(ngrams.key(phrase.rstrip(":")) for phrase in chance.sample(STOCK, chance.randint(3, 8))),
            opening=(chance.choice(OWN_PHRASES),) if chance.random() < 0.5 else (),
            dashes=chance.choice((0.0, 0.3, 1.5)),
            exclamations=chance.choice((0.0, 0.0, 2.0)),
            emoji=chance.choice((0.0, 0.0, 2.0)),
            short_paragraphs=chance.random() < 0.5,
        ),
        seed,
    )


def _distances(writer: Writer, *, learning: bool) -> list[float]:
    """Words changed over words drafted, draft by draft. Both arms are about the same things."""
    state = neutral()
    found: list[float] = []
    for number in range(1, DRAFTS + 1):
        chance = random.Random(f"{writer.seed} {number}")
        style = drafter.follow(values(state))
        text = drafter.plan(chance, style)
        draft = drafter.render(text, style)
        edited = edited_by(text, writer, random.Random(f"{writer.seed} {number} noise"))
        found.append(distance(draft, edited))
        if learning:
            state = _learned(state, writer, number, draft, edited)
    return found


def _known_distances(writer: Writer) -> list[float]:
    """The same for a drafter that knows all the writer's habits: what nobody could learn away."""
    found: list[float] = []
    for number in range(1, DRAFTS + 1):
        text = drafter.plan(random.Random(f"{writer.seed} {number}"), writer.style)
        edited = edited_by(text, writer, random.Random(f"{writer.seed} {number} noise"))
        found.append(distance(drafter.render(text, writer.style), edited))
    return found


def edited_by(text: Text, writer: Writer, chance: random.Random) -> str:
    """What the writer makes of a draft of this text."""
    return noisy(drafter.render(drafter.resplit(text, writer.style.sentence_length), writer.style), chance)


def noisy(text: str, chance: random.Random) -> str:
    """The text with NOISE of its words replaced: what a writer changes for reasons that no profile can know."""
    return "\n\n".join(
        " ".join(_other(word, chance) if chance.random() < NOISE else word for word in paragraph.split(" "))
        for paragraph in text.split("\n\n")
    )


def _other(word: str, chance: random.Random) -> str:
    """Another word in a word's place, with its marks."""
    return chance.choice(NOUNS) + word[len(word.rstrip(".,!")) :]


def distance(draft: str, edited: str) -> float:
    """Levenshtein over words and marks, per word or mark of the draft."""
    left = [token.surface for token in ngrams.tokens(draft)]
    return Levenshtein.distance(left, [token.surface for token in ngrams.tokens(edited)]) / len(left)


def _learned(state: ProfileState, writer: Writer, number: int, draft: str, edited: str) -> ProfileState:
    ident = f"{number:08x}{writer.seed:016x}"
    saved_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    edit = Edit(ident, ident, saved_at, measure((draft,), (edited,), "en"))
    return replace(state, learned=learn(state.learned, edit))
