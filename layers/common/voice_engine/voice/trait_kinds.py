"""What a trait is: a habit that every text can be measured for, as a level, a switch or a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH

MILLION = 1_000_000
LEAST_VOTES = 3  # PATTERN_THRESHOLD: edits one way before a value moves
LEAST_VOTES_OF_A_TYPE = 5  # the same for voiceType and vocabularyLevel, which say more about a writer

Count = Callable[[Features], int]
Gauge = Callable[[Features], int | None]
Touched = Callable[[Features], int | tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Trait:
    """One habit.

    name: its name in the state; path: the field of the profile that shows it, or `""` for one that shows in none and
    serves estimates, explanations and suggestions alone.
    gauge: its value in one text, in millionths, or None where the text cannot tell. touched: the count that an edit
    must have changed to vote at all, so that a shorter text does not pass for fewer commas; of a mean, any that it is
    made of, for it moves with either.
    deadband: a smaller change of the value is no vote. least_votes: votes one way before it moves.
    """

    name: str
    path: str
    gauge: Gauge
    touched: Touched
    deadband: int = 0
    least_votes: int = LEAST_VOTES

    def measure(self, features: Features) -> int | None:
        """The trait's value in one text, in millionths, or None where the text cannot tell."""
        return None if features.unspaced > features.words else self.gauge(features)


@dataclass(frozen=True, slots=True, kw_only=True)
class Level(Trait):
    """A trait with a number. kappa: how many edits of 200 words weigh as much as the prior that the writer changes
    nothing: variance within writers over variance between them. clip: a change further than this from the
    writer's median change counts as this far: two standard deviations within writers, in millionths. digits: shown.
    low, high, start: bounds and neutral value of a level that no number of the profile shows."""

    kappa: int
    clip: int
    digits: int = 2
    low: int = 0
    high: int = 0
    start: float = 0

    def measure(self, features: Features) -> int | None:
        """As any trait's, within its bounds, which keeps every sum of the state within 64 bits."""
        found = Trait.measure(self, features)
        return None if found is None else self.bounded(found)

    @property
    def neutral(self) -> int:
        return round(self._scale[2] * MILLION)

    def bounded(self, value: int) -> int:
        low, high, _ = self._scale
        return min(high * MILLION, max(low * MILLION, value))

    def shown(self, value: int) -> float | str:
        return round(value / MILLION, self.digits)

    def aimed(self, shown: object) -> int | None:
        """What drafts aim at where a profile shows this value, in millionths; None where the trait has no such one."""
        if isinstance(shown, bool) or not isinstance(shown, int | float):
            return None
        return self.bounded(round(shown * MILLION))

    @property
    def _scale(self) -> tuple[int, int, float]:
        if self.high:
            return self.low, self.high, self.start
        field = BY_PATH[self.path]
        assert isinstance(field.neutral, int | float)  # noqa: S101  the table of fields holds numbers here
        return field.low, field.high, field.neutral


@dataclass(frozen=True, slots=True, kw_only=True)
class Relative(Level):
    """A level that shows as a whole number, and that drafts follow in their own way: asked for the same tone, a story
    and a letter measure differently. So it is learned as the way from the drafts that came before its first move,
    added to what those were aiming at."""

    def shown(self, value: int) -> int:
        return (2 * value + MILLION) // (2 * MILLION)


@dataclass(frozen=True, slots=True, kw_only=True)
class Graded(Level):
    """A level that shows as a grade. grades: each with the least value that it begins at, lowest first."""

    grades: tuple[tuple[int, str], ...]

    def shown(self, value: int) -> str:
        return [grade for least, grade in self.grades if value >= least][-1]

    def aimed(self, shown: object) -> int | None:
        """Of the values that show as this grade, the one nearest to neutral."""
        ends = [*(least for least, _ in self.grades[1:]), self.high * MILLION + 1]
        for (least, grade), end in zip(self.grades, ends, strict=True):
            if grade == shown:
                return min(end - 1, max(least, self.neutral))
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch(Trait):
    """A trait that is on or off in a text: on where the measure is at least `limit`, or at most it where `low`."""

    limit: int
    low: bool = False

    def on(self, measured: int) -> bool:
        return measured <= self.limit if self.low else measured >= self.limit

    def shown(self, value: int) -> bool:
        return value > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice(Trait):
    """A trait of which a text shows one of several kinds. The gauge gives the place in `choices`; len(choices) stands
    for a text that shows none of them, which can outvote a choice but is none."""

    choices: tuple[str, ...]

    def shown(self, value: int) -> str:
        return self.choices[value]

    def aimed(self, shown: object) -> int | None:
        """The place of this choice; None where it is none of them."""
        return self.choices.index(shown) if isinstance(shown, str) and shown in self.choices else None


def ratio(top: Count, bottom: Count, *, per: int = 1, least: int = 1) -> Gauge:
    """`per` * top / bottom, where bottom is at least `least`."""

    def gauge(features: Features) -> int | None:
        below = bottom(features)
        return per * MILLION * top(features) // below if below >= least else None

    return gauge


def amount(count: Count) -> Gauge:
    """A count by itself, of any text that holds a word."""
    return lambda features: MILLION * count(features) if features.words else None


def kind_of(part: str, choices: tuple[str, ...]) -> Gauge:
    """Which kind of opening, body or ending (`part`) a text has, as its place in `choices`."""

    def gauge(features: Features) -> int | None:
        if not features.texts or not features.english_words:
            return None
        shown = [index for index, kind in enumerate(choices) if getattr(features, f"{part}_{kind}")]
        return shown[0] if shown else len(choices)

    return gauge
