"""Rules of words that cannot hold together: found beforehand, so that every text comes to rest under the others."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from voice_engine.voice.repair.wording import Wording

MAX_GROWTH = 200  # words that one rule may lead to through those that its words feed


def consistent(wordings: Sequence[Wording]) -> tuple[list[Wording], list[Wording]]:
    """The rules that can hold together, and those left out. Earlier ones take precedence.

    Left out is a rule without words; a second one for the same words (those with conditions aside); one that puts in
    what is banned; and one with which rules would go round in circles (`a` to `b` and `b` to `a`) or let one word grow
    to more than MAX_GROWTH.
    """
    feeds = _Feeds()
    banned = {item.keys for item in wordings if not item.after}
    kept: list[Wording] = []
    left_out: list[Wording] = []
    known: set[tuple[tuple[str, ...], bool, bool]] = set()
    for wording in wordings:
        slot = (wording.keys, not wording.after, wording.acronym)
        doubled = slot in known and wording.condition is None
        if not wording.keys or doubled or (wording.after and not _adds(feeds, wording, banned)):
            left_out.append(wording)
            continue
        known.add(slot)
        kept.append(wording)
    return kept, left_out


def _adds(feeds: _Feeds, new: Wording, banned: Iterable[tuple[str, ...]]) -> bool:
    """Adds a replacement to those that hold together, if it does."""
    if any(_within(ban, new.after_keys) for ban in banned):
        return False
    if new.surrounds and any(_overlap(new.after_keys, ban) for ban in banned if ban != new.keys):
        return False
    return feeds.add(new)


class _Feeds:
    """Which replacement feeds which: puts in words that the other one, alone or with what stands around, replaces."""

    def __init__(self) -> None:
        self._rules: list[Wording] = []
        self._feeds: list[list[int]] = []
        self._by_before: defaultdict[str, set[int]] = defaultdict(set)
        self._by_after: defaultdict[str, set[int]] = defaultdict(set)

    def add(self, new: Wording) -> bool:
        """Adds a rule unless it closes a circle or lets words grow without measure."""
        if new.recases:
            return True
        number = len(self._rules)
        fed = [other for other in self._sharing(self._by_before, new.after_keys) if self._feed(new, self._rules[other])]
        feeding = [other for other in self._sharing(self._by_after, new.keys) if self._feed(self._rules[other], new)]
        # What surrounds its own words knows them by what it put around them: nothing may change that.
        fragile = [new] if fed else []
        fragile += [self._rules[other] for other in feeding]
        if any(rule.surrounds for rule in fragile) or _feeds_itself(new):
            return False
        self._rules.append(new)
        self._feeds.append(fed)
        for other in feeding:
            self._feeds[other].append(number)
        if (fed or feeding) and (self._circles(number) or max(self._growth()) > MAX_GROWTH):
            self._rules.pop()
            self._feeds.pop()
            for other in feeding:
                self._feeds[other].pop()
            return False
        for key in new.keys:
            self._by_before[key].add(number)
        for key in new.after_keys:
            self._by_after[key].add(number)
        return True

    def _sharing(self, index: defaultdict[str, set[int]], keys: Iterable[str]) -> list[int]:
        return sorted({number for key in keys if key in index for number in index[key]})

    def _feed(self, source: Wording, target: Wording) -> bool:
        return _overlap(source.after_keys, target.keys)

    def _circles(self, start: int) -> bool:
        """Whether a rule feeds itself through others, one of which does not shorten."""
        seen: set[tuple[int, bool]] = set()
        waiting = [(start, not self._rules[start].shortens)]
        while waiting:
            number, grows = waiting.pop()
            for fed in self._feeds[number]:
                state = (fed, grows or not self._rules[fed].shortens)
                if fed == start and state[1]:
                    return True
                if state not in seen:
                    seen.add(state)
                    waiting.append(state)
        return False

    def _growth(self) -> list[int]:
        """For each rule the words that it may lead to, at most."""
        growth = [max(1, len(rule.after_keys)) for rule in self._rules]
        for _ in self._rules:
            before = list(growth)
            for number, fed in enumerate(self._feeds):
                most = max((growth[other] for other in fed if other != number), default=1)
                growth[number] = min(MAX_GROWTH + 1, max(1, len(self._rules[number].after_keys)) * most)
            if growth == before:
                break
        return growth


def _feeds_itself(rule: Wording) -> bool:
    if rule.shortens:
        return False
    return any(at not in rule.places() for at in _overlaps(rule.after_keys, rule.keys))


def _within(inner: tuple[str, ...], outer: tuple[str, ...]) -> bool:
    return any(outer[at : at + len(inner)] == inner for at in range(len(outer) - len(inner) + 1))


def _overlap(made: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    return any(True for _ in _overlaps(made, wanted))


def _overlaps(made: tuple[str, ...], wanted: tuple[str, ...]) -> Iterable[int]:
    """At which places of `made` the words of `wanted` could begin, before its first word included."""
    for shift in range(1 - len(wanted), len(made)):
        start, end = max(0, shift), min(len(made), shift + len(wanted))
        if made[start:end] == wanted[start - shift : end - shift]:
            yield shift
