"""What was learned from a writer's edits: the state that `learning` folds them into."""

from __future__ import annotations

from dataclasses import dataclass, field

from voice_engine.voice import evidence, samples
from voice_engine.voice.evidence import Past, Seen
from voice_engine.voice.fingerprint import Fingerprint
from voice_engine.voice.observations import Observation
from voice_engine.voice.phrases import PhraseMemory
from voice_engine.voice.samples import OwnText
from voice_engine.voice.substitutions import SubstitutionMemory
from voice_engine.voice.trait_kinds import Level
from voice_engine.voice.traits import TRAITS

LEARNER_VERSION = 2  # raise it with any change of what `learn` makes of the same edits


@dataclass(frozen=True, slots=True)
class LearnedTrait:
    """What was learned of one trait.

    value: millionths (of a switch 0 or 1,000,000; of a choice its place), or None while nothing was. since: number of
    the edit that moved it last. edits: ids of the edits whose votes moved it last, oldest first, at most POINTERS.
    past: of a level, the drafts that are no longer among the observations. start: of a level, number of the first edit
    that counts: when a writer changes, what was before is forgotten. offset: of a relative level, what the drafts
    before its first move, or the first that count, were aiming at, less what they measured. anchor: of a level, what
    the layer below the learned one said when nothing was known of it yet, in millionths; None where it said nothing,
    and drafts aim at neutral; of a choice, its place. refused: whether edits take out the choice that the layer below
    says, and put no other in its place.
    """

    name: str
    value: int | None = None
    since: int = 0
    edits: tuple[str, ...] = ()
    past: Past | None = None
    start: int = 0
    offset: int = 0
    anchor: int | None = None
    refused: bool = False


_NAMES = tuple(trait.name for trait in TRAITS)


@dataclass(frozen=True, slots=True)
class LearnedState:
    """All that was learned from a writer's edits: under 64 KB as BSON whatever the history.

    edits: all that were learned; drafts: how many drafts those belong to that told something. acceptances: saved
    unchanged. samples: texts given to be analysed, and drafts written anew (`samples.is_text`), each once.
    iterations: edits that moved a learned value of
    the profile. observations: the newest drafts, oldest first. own_texts: the newest samples, oldest first.
    traits: one a row of the table of traits, in its order. fingerprint: what tells the writer's texts from the drafts;
    of several saves of one draft the newest stands in it, lest one text count as many.

    A state that was stored before a trait or a field was added is read with that trait or field unknown; of a newer
    one, what this code has no place for is left out.
    """

    learner_version: int = LEARNER_VERSION
    edits: int = 0
    drafts: int = 0
    acceptances: int = 0
    samples: int = 0
    iterations: int = 0
    observations: tuple[Observation, ...] = ()
    own_texts: tuple[OwnText, ...] = ()
    traits: tuple[LearnedTrait, ...] = tuple(LearnedTrait(trait.name) for trait in TRAITS)
    phrases: PhraseMemory = field(default_factory=PhraseMemory)
    substitutions: SubstitutionMemory = field(default_factory=SubstitutionMemory)
    fingerprint: Fingerprint = field(default_factory=Fingerprint)

    def __post_init__(self) -> None:
        if tuple(trait.name for trait in self.traits) != _NAMES:
            found = {trait.name: trait for trait in self.traits}
            object.__setattr__(self, "traits", tuple(found.get(name, LearnedTrait(name)) for name in _NAMES))

    def known(self, position: int) -> int | None:
        """What is known of the trait at a position of the table: what edits taught, else what own texts say, in
        millionths; None where both say nothing."""
        learned = self.traits[position]
        return samples.said(self.own_texts, position, learned.anchor) if learned.value is None else learned.value

    def aim(self, position: int, trait: Level) -> int:
        """What drafts aim at in a level, in millionths: what is known of it, else what they did before."""
        known = self.known(position)
        return self.anchor(position, trait) if known is None else known

    def anchor(self, position: int, trait: Level) -> int:
        """What drafts aim at in a level before anything is known of it, in millionths."""
        anchor = self.traits[position].anchor
        return trait.neutral if anchor is None else anchor

    def improved(self, position: int, trait: Level, history: tuple[Seen, ...], past: Past, offset: int) -> int | None:
        """The level to move to by this history, or None where what holds is as near to the writer's texts."""
        anchor, now = self.anchor(position, trait), self.aim(position, trait)
        return evidence.improved(trait, history, past, drafts=self.drafts, anchor=anchor, offset=offset, now=now)

    def trait(self, name: str) -> LearnedTrait:
        """What was learned of a trait. Raises KeyError for a name that is in no table."""
        for trait in self.traits:
            if trait.name == name:
                return trait
        raise KeyError(name)
