"""What a delta, a sample or a row of a log from outside may hold: no more than this code makes of a text itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields

import regex

from voice_engine.voice.delta import MAX_KEPT, MAX_PHRASES, MAX_REPLACED, MILLION, Delta, PhraseCount
from voice_engine.voice.features import Features
from voice_engine.voice.fields import BY_PATH, FieldError, Values
from voice_engine.voice.log import Event
from voice_engine.voice.ngrams import LENGTHS
from voice_engine.voice.ngrams import MAX_BYTES as PHRASE_BYTES
from voice_engine.voice.replacements import MAX_BYTES as REPLACED_BYTES
from voice_engine.voice.samples import MAX_POST_BYTES, Sample
from voice_engine.voice.stylometry import STYLE, VIEWS
from voice_engine.voice.text_digest import MOST_FEATURES, TextDigest

MOST = 1_000_000  # of anything that is counted in one text
LONGEST_WEIGHTS = 10**15  # squared length of a text's weights in a view
TEXT_CHARACTERS = 200  # of a phrase or a name in a row
_LANGUAGE = regex.compile(r"[a-z]{2,3}")
_ID = regex.compile(r"[0-9a-f]{24}")
_FOUR = 4  # bytes of a hash with its count, and of a hash alone


@dataclass(frozen=True, slots=True)
class Breach:
    """`field` is the path from the thing that was looked at; `given` never quotes a text."""

    field: str
    limit: str
    given: str


def of_delta(delta: Delta) -> Iterator[Breach]:
    """What `delta` holds that `delta.measure` cannot have made."""
    yield from _language(delta.language)
    yield from _within("changed", delta.changed, MILLION)
    yield from _within("moved", delta.moved, MOST)
    yield from _features("draft", delta.draft)
    yield from _features("edited", delta.edited)
    yield from _phrases("removed", delta.removed)
    yield from _phrases("added", delta.added)
    yield from _many("removal_rates", delta.removal_rates, len(LENGTHS), exactly=True)
    for rate in delta.removal_rates:
        yield from _within("removal_rates", rate, MILLION)
    yield from _packed("kept", delta.kept, MAX_KEPT)
    yield from _bytes("sample", delta.sample, MAX_POST_BYTES)
    yield from _many("replaced", delta.replaced, MAX_REPLACED)
    for pair in delta.replaced:
        yield from _bytes("replaced.before", pair.before, REPLACED_BYTES)
        yield from _bytes("replaced.after", pair.after, REPLACED_BYTES)
    for item in fields(delta.structure):
        yield from _within(f"structure.{item.name}", getattr(delta.structure, item.name), MOST)
    yield from _digest("draft_digest", delta.draft_digest)
    yield from _digest("edited_digest", delta.edited_digest)


def of_event(event: Event) -> Iterator[Breach]:
    """What `event` holds that no row can. Told by what its fields hold, so that it goes for every kind."""
    for item in fields(event):
        yield from _value(item.name, getattr(event, item.name))


def _value(name: str, value: object) -> Iterator[Breach]:
    match value:
        case None | bool():
            return
        case int():
            yield from _within(name, value, MOST)
        case str():
            if not value or len(value) > TEXT_CHARACTERS:
                yield Breach(name, f"a text of 1 to {TEXT_CHARACTERS} characters", f"{len(value)} characters")
        case Sample():
            yield from _sample(name, value)
        case tuple():
            yield from (breach for entry in value for breach in _id(name, getattr(entry, "id", entry)))
        case dict():
            yield from _values(name, value)
        case _:
            raise TypeError(f"{name} holds what no bounds are known for: {type(value).__name__}")


def _values(name: str, values: Values) -> Iterator[Breach]:
    for path, value in values.items():
        if path not in BY_PATH:
            yield Breach(name, "paths of fields", f"one of {len(path)} characters that is none")
            continue
        try:
            checked = BY_PATH[path].check(value)
        except FieldError as error:
            yield Breach(f"{name}.{path}", error.limit, error.given)
            continue
        if checked != value:
            yield Breach(f"{name}.{path}", "as it is stored: no entry twice", "entries that are alike")


def _sample(name: str, sample: Sample) -> Iterator[Breach]:
    yield from _id(f"{name}.id", sample.id)
    yield from _language(sample.language)
    yield from _features(f"{name}.features", sample.features)
    yield from _bytes(f"{name}.post", sample.post, MAX_POST_BYTES)
    yield from _digest(f"{name}.digest", sample.digest)


def _id(name: str, value: object) -> Iterator[Breach]:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        yield Breach(name, "an id, 24 hex digits", type(value).__name__)


def _language(value: str | None) -> Iterator[Breach]:
    if value is not None and not _LANGUAGE.fullmatch(value):
        yield Breach("language", "an ISO 639 code", f"{len(value)} characters")


def _features(name: str, found: Features) -> Iterator[Breach]:
    for item in fields(found):
        yield from _within(f"{name}.{item.name}", getattr(found, item.name), MOST)


def _phrases(name: str, found: tuple[PhraseCount, ...]) -> Iterator[Breach]:
    yield from _many(name, found, MAX_PHRASES)
    for phrase in found:
        yield from _bytes(f"{name}.surface", phrase.surface, PHRASE_BYTES)
        yield from _within(f"{name}.count", phrase.count, MOST)


def _digest(name: str, found: TextDigest | None) -> Iterator[Breach]:
    if found is None:
        return
    yield from _within(f"{name}.words", found.words, MOST)
    yield from _many(f"{name}.views", found.views, len(VIEWS), exactly=True)
    yield from _many(f"{name}.lengths", found.lengths, len(VIEWS), exactly=True)
    for view, most in zip(found.views, MOST_FEATURES, strict=False):
        yield from _packed(f"{name}.views", view, most)
    for length in found.lengths:
        yield from _within(f"{name}.lengths", length, LONGEST_WEIGHTS)
    if len(found.style) != 2 * len(STYLE):
        yield Breach(f"{name}.style", f"{2 * len(STYLE)} bytes", f"{len(found.style)} bytes")


def _within(name: str, value: int, most: int) -> Iterator[Breach]:
    if not 0 <= value <= most:
        yield Breach(name, f"a number from 0 to {most}", str(value) if abs(value) < 10**20 else "a longer number")


def _many(name: str, found: tuple[object, ...], most: int, *, exactly: bool = False) -> Iterator[Breach]:
    if len(found) > most or (exactly and len(found) != most):
        yield Breach(name, f"{'exactly' if exactly else 'at most'} {most} entries", f"{len(found)} entries")


def _packed(name: str, found: bytes, most: int) -> Iterator[Breach]:
    if len(found) % _FOUR or len(found) > _FOUR * most:
        yield Breach(name, f"at most {most} entries of {_FOUR} bytes", f"{len(found)} bytes")


def _bytes(name: str, text: str, most: int) -> Iterator[Breach]:
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > most:
        yield Breach(name, f"at most {most} bytes of UTF-8", f"{size} bytes")
