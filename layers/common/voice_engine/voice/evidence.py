"""What a writer's newest edits say about one trait: votes, an estimate, and whether it may move."""

from __future__ import annotations

from dataclasses import dataclass

from voice_engine.voice.traits import MILLION, Level, Switch

LEAST_VOTES = 3
VOTERS = 10  # the newest drafts that vote
REMEMBERED = 24  # the newest drafts that are kept one by one; older ones as sums
PRIOR_DRAFTS = 2  # drafts of 200 words that the neutral value stands for at the start; it fades as drafts do

# A draft weighs 255/256 of the one after it: habits are steady, and what a draft is about is noise. Where a habit
# does change, `broke` forgets faster than any fading.
KEPT, OF = 255, 256
FADING = tuple(MILLION * KEPT**age // OF**age for age in range(REMEMBERED + 1))
PRIOR_FADING = tuple(MILLION * 15**age // 16**age for age in range(REMEMBERED + 1))

BREAK = 4  # standard errors between the newest mean change and the older one that mean another habit


@dataclass(frozen=True, slots=True)
class Measure:
    """One trait in one draft and in what the writer made of it, in millionths."""

    draft: int
    edited: int
    touched: bool

    @property
    def change(self) -> int:
        return self.edited - self.draft


@dataclass(frozen=True, slots=True)
class Observation:
    """One draft as the writer left it, all saves of it together: the first base against the newest text.

    content_id, edit_ids: the draft and its newest saves, oldest first. number: of the newest save, counted over
    all edits of the profile. sample: more than SAMPLE_SHARE was changed, so it says how the writer writes, not
    what they change. words: of the edited text. draft, edited, touched: one entry a trait in the order of the
    table: its measure in both texts (millionths, None where a text cannot tell), and whether the writer changed
    what it counts.
    """

    content_id: str
    edit_ids: tuple[str, ...]
    number: int
    sample: bool
    words: int
    draft: tuple[int | None, ...]
    edited: tuple[int | None, ...]
    touched: tuple[bool, ...]

    def measure(self, position: int) -> Measure | None:
        """One trait of it, or None where one of the texts cannot tell."""
        draft, edited = self.draft[position], self.edited[position]
        if draft is None or edited is None:
            return None
        return Measure(draft, edited, self.touched[position])


@dataclass(frozen=True, slots=True)
class Seen:
    """One observation reduced to one trait. weight: in millionths, 1 for 200 words just now."""

    edit_id: str
    sample: bool
    number: int
    weight: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Votes:
    """Of the newest drafts, how many moved the trait up, down, or left it. `edits` are those that moved it."""

    up: int = 0
    down: int = 0
    hold: int = 0
    edits: tuple[str, ...] = ()

    @property
    def all(self) -> int:
        return self.up + self.down + self.hold


def seen(observations: tuple[Observation, ...], position: int) -> tuple[Seen, ...]:
    """What the observations, oldest first, say about the trait at a position of the table."""
    found: list[Seen] = []
    for age, observation in enumerate(reversed(observations)):
        measure = observation.measure(position)
        if measure is not None:
            weight = FADING[age] * _size_weight(observation.words) // MILLION
            found.append(Seen(observation.edit_ids[-1], observation.sample, observation.number, weight, measure))
    return tuple(reversed(found))


def _size_weight(words: int) -> int:
    """1.0 at 200 words, at most 1.3: a long text says more, but its writer is one writer."""
    return 1_300_000 * words // (words + 60)


def direction(trait: Level | Switch, measure: Measure) -> int:
    """Which way an edit moved a trait: 1, -1, or 0 where it left it."""
    if not measure.touched:
        return 0
    if isinstance(trait, Switch):
        return trait.on(measure.edited) - trait.on(measure.draft)
    if abs(measure.change) < trait.deadband:
        return 0
    return 1 if measure.change > 0 else -1


def votes(trait: Level | Switch, history: tuple[Seen, ...], since: int = 0) -> Votes:
    """The votes of the newest VOTERS drafts that were saved after edit number `since`. Samples do not vote."""
    voters = [item for item in history if not item.sample and item.number > since][-VOTERS:]
    ways = [direction(trait, item.measure) for item in voters]
    edits = tuple(item.edit_id for item, way in zip(voters, ways, strict=True) if way)
    return Votes(ways.count(1), ways.count(-1), ways.count(0), edits)


def passes(one_way: int, other_way: int, agreeing: int, everyone: int) -> bool:
    """The gate: at least LEAST_VOTES one way, twice as many as the other way, and half of all."""
    return one_way >= LEAST_VOTES and one_way >= 2 * other_way and 2 * (one_way + agreeing) >= everyone


@dataclass(frozen=True, slots=True)
class Past:
    """Weighted sums over drafts. weight: in millionths. draft, edited, change: weight times value; changes are
    clipped."""

    weight: int = 0
    draft: int = 0
    edited: int = 0
    change: int = 0


def aged(past: Past, trait: Level, history: tuple[Seen, ...], leaving: Measure | None, words: int) -> Past:
    """The sums after one more draft, with the observation that it pushed out, if any."""
    faded = Past(*(value * KEPT // OF for value in (past.weight, past.draft, past.edited, past.change)))
    if leaving is None:
        return faded
    weight = FADING[REMEMBERED] * _size_weight(words) // MILLION
    change = weight * _clipped(trait, leaving.change, _middle(history))
    return _joined(faded, Past(weight, weight * leaving.draft, weight * leaving.edited, change))


def moves(trait: Level, history: tuple[Seen, ...]) -> bool:
    """Whether the newest draft may move the level: the gate is open, and it voted that way itself. A gate that closes
    holds the value: once the writer is content votes are chance, and a return to neutral would begin it all
    again."""
    cast = votes(trait, history)
    newest = 0 if history[-1].sample else direction(trait, history[-1].measure)
    if newest > 0:
        return passes(cast.up, cast.down, 0, cast.all)
    return newest < 0 and passes(cast.down, cast.up, 0, cast.all)


def broke(trait: Level, history: tuple[Seen, ...], past: Past) -> bool:
    """Whether the writer changed: the mean change over the newest VOTERS lies apart from that over all older drafts
    by more than BREAK standard errors. The deviation is the mean of the population's (clip / 2) and the writer's
    own."""
    newest, older = history[-VOTERS:], history[:-VOTERS]
    recent = _sums(trait, newest)
    before = _joined(past, _sums(trait, older))
    if recent.weight < LEAST_VOTES * MILLION or before.weight < LEAST_VOTES * MILLION:
        return False
    gap = recent.change // recent.weight - before.change // before.weight
    deviation = (trait.clip // 2 + _deviation(newest)) // 2
    return gap * gap * recent.weight > BREAK * BREAK * deviation * deviation * MILLION


def _deviation(history: tuple[Seen, ...]) -> int:
    """A robust standard deviation of the changes: 5/4 of the mean distance from their median, as it is for a normal
    distribution."""
    middle = _middle(history)
    distances = [abs(item.measure.change - middle) for item in history if not item.sample]
    return 5 * sum(distances) // (4 * len(distances)) if distances else 0


def estimated(trait: Level, history: tuple[Seen, ...], past: Past, drafts: int) -> int:
    """The level that the writer writes at: a typical draft, plus the mean change shrunk by n / (n + kappa).

    The change is paired (edited - draft), for draft and edit share the noise of their content, and each change is
    clipped around the median. A draft is shrunk towards neutral while few are known (`drafts`). The result never
    leaves the range between the mean draft and the mean edited text: in a closed loop it cannot overshoot. A
    sample counts half, as its distance from a typical draft.
    """
    paired = _joined(past, _sums(trait, history))
    if not paired.weight:
        return trait.neutral
    draft = paired.draft // paired.weight
    prior = PRIOR_DRAFTS * (PRIOR_FADING[drafts] if drafts < REMEMBERED else 0)
    typical = (prior * trait.neutral + paired.weight * draft) // (prior + paired.weight)
    weight, total = paired.weight, paired.change
    middle = _middle(history)
    for item in history:
        if item.sample:
            weight += item.weight // 2
            total += item.weight // 2 * _clipped(trait, item.measure.edited - typical, middle)
    change = total // weight
    shrunk = change * weight // (weight + trait.kappa * MILLION)
    low, high = sorted((draft, paired.edited // paired.weight))
    return trait.bounded(min(high, max(low, typical + shrunk)))


def _sums(trait: Level, history: tuple[Seen, ...]) -> Past:
    middle = _middle(history)
    paired = [item for item in history if not item.sample]
    return Past(
        sum(item.weight for item in paired),
        sum(item.weight * item.measure.draft for item in paired),
        sum(item.weight * item.measure.edited for item in paired),
        sum(item.weight * _clipped(trait, item.measure.change, middle) for item in paired),
    )


def _joined(one: Past, other: Past) -> Past:
    return Past(
        one.weight + other.weight,
        one.draft + other.draft,
        one.edited + other.edited,
        one.change + other.change,
    )


def _clipped(trait: Level, change: int, middle: int) -> int:
    return min(middle + trait.clip, max(middle - trait.clip, change))


def _middle(history: tuple[Seen, ...]) -> int:
    """The median change of the newest VOTERS that were paired."""
    ordered = sorted([item.measure.change for item in history if not item.sample][-VOTERS:])
    if not ordered:
        return 0
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


def moved_switch(trait: Switch, history: tuple[Seen, ...], value: int | None, since: int) -> int | None:
    """The switch after the newest draft. Votes count from its last flip on (edit number `since`), so that it can
    flip back as soon as three say so. Texts left as they were agree with the side that they are on."""
    cast = votes(trait, history, since)
    newest = 0 if history[-1].sample else direction(trait, history[-1].measure)
    held = [
        trait.on(item.measure.edited)
        for item in history
        if not item.sample and item.number > since and direction(trait, item.measure) == 0
    ][-VOTERS:]
    if newest > 0 and passes(cast.up, cast.down, min(cast.hold, held.count(True)), cast.all):
        return MILLION
    if newest < 0 and passes(cast.down, cast.up, min(cast.hold, held.count(False)), cast.all):
        return 0
    return value
