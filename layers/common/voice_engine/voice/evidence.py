"""What a writer's newest edits say about one trait: votes, an estimate, and whether it may move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from voice_engine.voice.observations import Measure, Observation
from voice_engine.voice.trait_kinds import LEAST_VOTES, MILLION, Choice, Level, Relative, Switch, Trait

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
class Seen:
    """One observation reduced to one trait. weight: in millionths, 1 for 200 words just now."""

    edit_id: str
    sample: bool
    number: int
    weight: int
    measure: Measure


@dataclass(frozen=True, slots=True)
class Votes:
    """Of the newest drafts, how many moved the trait up, down, or left it: of a switch, on or off; of a choice, to
    the one that most were moved to, or to another. `edits` are those that moved it. `none`: of a choice, whether most
    were moved to none of its kinds."""

    up: int = 0
    down: int = 0
    hold: int = 0
    edits: tuple[str, ...] = ()
    none: bool = False

    @property
    def all(self) -> int:
        return self.up + self.down + self.hold


def seen(observations: tuple[Observation, ...], position: int) -> tuple[Seen, ...]:
    """What the observations, oldest first, say about the trait at a position of the table."""
    found: list[Seen] = []
    for age, observation in enumerate(reversed(observations)):
        measure = observation.measure(position)
        if measure is not None:
            weight = FADING[age] * size_weight(observation.words) // MILLION
            found.append(Seen(observation.edit_ids[-1], observation.sample, observation.number, weight, measure))
    return tuple(reversed(found))


def size_weight(words: int) -> int:
    """1.0 at 200 words, at most 1.3: a long text says more, but its writer is one writer."""
    return 1_300_000 * words // (words + 60)


def way(trait: Trait, measure: Measure) -> int:
    """Which way an edit moved a trait: 1 or -1, 0 where it left it. Of a choice, 1 more than the place of the one that
    it moved the text to."""
    if not measure.touched:
        return 0
    if isinstance(trait, Choice):
        return 0 if measure.edited == measure.draft else measure.edited + 1
    if isinstance(trait, Switch):
        return trait.on(measure.edited) - trait.on(measure.draft)
    if abs(measure.change) < trait.deadband:
        return 0
    return 1 if measure.change > 0 else -1


def votes(trait: Trait, history: tuple[Seen, ...], since: int = 0) -> Votes:
    """The votes of the newest VOTERS drafts that were saved after edit number `since`. Samples do not vote."""
    ways = [(item.edit_id, way(trait, item.measure)) for item in voters(history, since)]
    edits = tuple(edit_id for edit_id, taken in ways if taken)
    cast = Counter(taken for _, taken in ways)
    hold = cast.pop(0, 0)
    if not isinstance(trait, Choice):
        return Votes(cast[1], cast.total() - cast[1], hold, edits)
    [(leading, up)] = cast.most_common(1) or [(0, 0)]
    return Votes(up, cast.total() - up, hold, edits, none=leading > len(trait.choices))


def voters(history: tuple[Seen, ...], since: int = 0) -> list[Seen]:
    """The newest VOTERS drafts that were saved after edit number `since`, samples left out."""
    return [item for item in history if not item.sample and item.number > since][-VOTERS:]


def passes(one_way: int, other_way: int, agreeing: int, everyone: int, least: int = LEAST_VOTES) -> bool:
    """The gate: at least `least` votes one way, twice as many as the other way, and half of all."""
    return one_way >= least and one_way >= 2 * other_way and 2 * (one_way + agreeing) >= everyone


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
    weight = FADING[REMEMBERED] * size_weight(words) // MILLION
    change = weight * _clipped(trait, leaving.change, _middle(history))
    return _joined(faded, Past(weight, weight * leaving.draft, weight * leaving.edited, change))


def moves(trait: Level, history: tuple[Seen, ...]) -> bool:
    """Whether the newest draft may move the level: the gate is open, and it voted that way itself. A gate that closes
    holds the value: once the writer is content votes are chance, and a return to neutral would begin it all
    again."""
    cast = votes(trait, history)
    newest = 0 if history[-1].sample else way(trait, history[-1].measure)
    one, other = (cast.up, cast.down) if newest > 0 else (cast.down, cast.up)
    return newest != 0 and passes(one, other, 0, cast.all, trait.least_votes)


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


def estimated(trait: Level, history: tuple[Seen, ...], past: Past, drafts: int, aim: int) -> int:
    """The level that the writer writes at: a typical draft, plus the mean change shrunk by n / (n + kappa).

    The change is paired (edited - draft), for draft and edit share the noise of their content, and each change is
    clipped around the median. A draft is shrunk towards what drafts aim at before anything is learned (`aim`) while
    few are known (`drafts`), but not where it is only compared with itself (`Relative`). The result never leaves the
    range between the mean draft and the mean edited text: in a closed loop it cannot overshoot. A sample counts half,
    as its distance from a typical draft.
    """
    paired = _joined(past, _sums(trait, history))
    if not paired.weight:
        return aim
    draft = paired.draft // paired.weight
    known = isinstance(trait, Relative) or drafts >= REMEMBERED
    prior = 0 if known else PRIOR_DRAFTS * PRIOR_FADING[drafts]
    typical = (prior * aim + paired.weight * draft) // (prior + paired.weight)
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


def improved(
    trait: Level, history: tuple[Seen, ...], past: Past, *, drafts: int, anchor: int, offset: int, now: int
) -> int | None:
    """The level to move to (`estimated`, with the `offset` of a relative one), or None where what holds `now` lies as
    near to the writer's texts.

    An estimate lies between the drafts and those. In a closed loop, where drafts are what holds now, it is always
    nearer. But who takes every exclamation mark out of drafts that do not follow the profile wants the none that a
    neutral profile has, not fewer than in the drafts.
    """
    value = trait.bounded(estimated(trait, history, past, drafts, anchor) + offset)
    paired = _joined(past, _sums(trait, history))
    if not paired.weight:
        return value
    written = (paired.draft + paired.change) // paired.weight + offset
    return value if abs(value - written) < abs(now - written) else None


def weight(trait: Level, history: tuple[Seen, ...], past: Past) -> int:
    """How many paired drafts of 200 words a level rests on, in millionths."""
    return _joined(past, _sums(trait, history)).weight


def distance_to_aim(trait: Level, history: tuple[Seen, ...], past: Past, aims: Mapping[int, int], aim: int) -> int:
    """What drafts were aiming at, less what they measured: the mean over those that were paired. aims: by the number
    of the observation; `aim` for those that are not among them, as for the `past`."""
    paired = _joined(past, _sums(trait, history))
    if not paired.weight:
        return 0
    aimed = sum(item.weight * (aims.get(item.number, aim) - aim) for item in history if not item.sample)
    return aim + aimed // paired.weight - paired.draft // paired.weight


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
    return median([item.measure.change for item in history if not item.sample][-VOTERS:])


def median(numbers: Sequence[int]) -> int:
    """The middle one, or the whole number below the mean of the two; 0 of none."""
    ordered = sorted(numbers)
    if not ordered:
        return 0
    return (ordered[(len(ordered) - 1) // 2] + ordered[len(ordered) // 2]) // 2


def moved(trait: Switch | Choice, history: tuple[Seen, ...], value: int | None, since: int) -> int | None:
    """The switch or choice after the newest draft. Votes count from its last flip on (edit number `since`), so that
    it can flip back as soon as enough say so. Texts left as they were agree with the side that they are on. A choice
    that is voted out for none is None again."""
    if history[-1].sample:
        return value
    cast = voters(history, since)
    ways = [way(trait, item.measure) for item in cast]
    newest = way(trait, history[-1].measure)
    one_way = ways.count(newest)
    other_way = len(ways) - ways.count(0) - one_way
    agreeing = sum(taken == 0 and side(trait, item.measure) == newest for taken, item in zip(ways, cast, strict=True))
    if newest == 0 or not passes(one_way, other_way, agreeing, len(cast), trait.least_votes):
        return value
    if isinstance(trait, Switch):
        return MILLION if newest > 0 else 0
    return newest - 1 if newest <= len(trait.choices) else None


def taken_out(trait: Choice, history: tuple[Seen, ...], choice: int) -> bool:
    """Whether the writer takes this choice out and puts no other in its place: in as many of the newest drafts as it
    takes to move the trait, and in twice as many as they left it in or brought it into."""
    cast = voters(history, 0)
    gone = sum(item.measure.draft == choice and way(trait, item.measure) > len(trait.choices) for item in cast)
    return gone >= trait.least_votes and gone >= 2 * sum(item.measure.edited == choice for item in cast)


def side(trait: Switch | Choice, measure: Measure) -> int:
    """The vote that a text would be if an edit had brought it to where it is."""
    if isinstance(trait, Choice):
        return measure.edited + 1
    return 1 if trait.on(measure.edited) else -1
