"""What a person might do next, each told from the evidence that it follows from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from voice_engine.voice import lists, overlaps
from voice_engine.voice.check import WHOLE_EVIDENCE
from voice_engine.voice.evidence import VOTERS, passes
from voice_engine.voice.explain import TraitSummary, evidence_summary
from voice_engine.voice.profile import ProfileState, values
from voice_engine.voice.repair.removal import goes_anywhere
from voice_engine.voice.score import FULL_SAMPLES, owned_texts
from voice_engine.voice.traits import TRAITS, Choice

MOST = 12
MOST_OF_A_KIND = 4
BAN_DRAFTS = 3  # drafts that a phrase was removed from before a ban by hand is suggested
BAN_SHARE = (3, 4)  # of the drafts that had it

Kind = Literal["resumeLearning", "unlockField", "editAlike", "decideByHand", "banByHand", "addTexts", "addSamples"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What to do, and what says so.

    text: a sentence. path: the field that it is about, or `""`. phrase: the phrase, if it is about one. found, of: the
    evidence in numbers, such as 2 of 3 edits; both 0 where it is no count. edits: ids of the edits that it rests on.
    """

    kind: Kind
    text: str
    path: str = ""
    phrase: str | None = None
    found: int = 0
    of: int = 0
    edits: tuple[str, ...] = ()


def suggestions(state: ProfileState) -> tuple[Suggestion, ...]:
    """At most MOST suggestions, and MOST_OF_A_KIND of a kind; none that the state's evidence does not bear out."""
    traits = evidence_summary(state)
    each = (
        _resume(state),
        _unlock(state, traits),
        _edit_alike(state, traits),
        _decide(traits),
        _ban(state),
        _add_texts(state),
        _add_samples(state),
    )
    return tuple(islice((item for some in each for item in islice(some, MOST_OF_A_KIND)), MOST))


def _resume(state: ProfileState) -> Iterator[Suggestion]:
    if not state.learning:
        text = "Learning from edits is paused: an edit that you save now is never learned. Go on with it."
        yield Suggestion("resumeLearning", text)


def _unlock(state: ProfileState, traits: tuple[TraitSummary, ...]) -> Iterator[Suggestion]:
    """Fields set by hand that the writer's own edits keep pulling away from."""
    held = values(state)
    for item in traits:
        lead, all_votes = max(item.up, item.down), item.up + item.down + item.hold
        apart = item.reason == "locked by hand" and item.learned is not None and item.learned != held[item.path]
        if apart and passes(lead, min(item.up, item.down), 0, all_votes):
            text = f"You set {item.path} by hand, yet {lead} of your newest {all_votes} edits move it: unlock it."
            yield Suggestion("unlockField", text, item.path, found=lead, of=all_votes, edits=item.edits)


def _edit_alike(state: ProfileState, traits: tuple[TraitSummary, ...]) -> Iterator[Suggestion]:
    """Fields that one more vote moves. Of a choice the leading kind may be "none of them", which shows in no field."""
    for trait, item in zip(TRAITS, traits, strict=True):
        lead, against = max(item.up, item.down), min(item.up, item.down)
        all_votes = lead + against + item.hold
        open_field = item.reason == "too few votes" and item.path and not isinstance(trait, Choice) and state.learning
        if open_field and all_votes < VOTERS and passes(lead + 1, against, 0, all_votes + 1, trait.least_votes):
            text = f"{lead} of the {trait.least_votes} edits that {item.path} needs agree: one more like them moves it."
            yield Suggestion("editAlike", text, item.path, found=lead, of=trait.least_votes, edits=item.edits)


def _decide(traits: tuple[TraitSummary, ...]) -> Iterator[Suggestion]:
    for item in traits:
        if item.path and item.reason == "votes conflict":
            lead, against = max(item.up, item.down), min(item.up, item.down)
            text = f"{lead} edits moved {item.path} one way and {against} another: set it by hand if you prefer one."
            yield Suggestion("decideByHand", text, item.path, found=lead, of=lead + against, edits=item.edits)


def _ban(state: ProfileState) -> Iterator[Suggestion]:
    by_hand = state.overrides.get("bannedPhrases", ())
    banned = [item for item in by_hand if isinstance(item, str)] if isinstance(by_hand, tuple) else []
    top, bottom = BAN_SHARE
    for item in lists.shown(state.learned, state.overrides, state.tombstones).banned:
        drafts = item.removed_in + item.kept_in
        surely = item.removed_in >= BAN_DRAFTS and bottom * item.removed_in >= top * drafts
        # A phrase that is more than an aside or an adjective leaves a hole: a rule could take it out of few sentences.
        if surely and goes_anywhere(item.key) and not overlaps.meets((item.surface,), banned):
            text = (
                f"Of the newest {drafts} drafts with “{item.surface}”, {item.removed_in} lost it: banned by hand, it "
                "goes wherever the sentence reads on without it."
            )
            yield Suggestion("banByHand", text, "bannedPhrases", item.surface, item.removed_in, drafts, item.edits)


def _add_texts(state: ProfileState) -> Iterator[Suggestion]:
    known = state.learned.fingerprint.known
    if known < WHOLE_EVIDENCE:
        text = f"The check knows {known} of the {WHOLE_EVIDENCE} texts of yours that it needs: add texts."
        yield Suggestion("addTexts", text, found=known, of=WHOLE_EVIDENCE)


def _add_samples(state: ProfileState) -> Iterator[Suggestion]:
    owned = owned_texts(state)
    if owned < FULL_SAMPLES:
        text = f"The score counts {owned} of {FULL_SAMPLES} texts of your own: add samples."
        yield Suggestion("addSamples", text, "samplePosts", found=owned, of=FULL_SAMPLES)
