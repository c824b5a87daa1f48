"""What each item of an import has to be by itself, before it is looked at beside the others.

Nothing of a file is believed: an item is held to what this code would have stored.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, get_args

import regex
from pydantic import BaseModel, ConfigDict, ValidationError, create_model
from pydantic.alias_generators import to_camel

from voice_engine.errors import Invalid, Violation
from voice_engine.learner import ATTEMPTS, DIED
from voice_engine.store.event_forms import entries_of, from_document, from_entries, to_document
from voice_engine.store.portable import Item, PortableArchetype, PortableEdit, PortableRow
from voice_engine.voice import bounds
from voice_engine.voice.archetypes import PRESETS, archetype_values
from voice_engine.voice.delta import Delta, measure
from voice_engine.voice.fields import FieldError
from voice_engine.voice.learning import Edit
from voice_engine.voice.log import Event
from voice_engine.voice.milestones import MILESTONES

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=1)  # clocks differ
# An operator reads the reasons, so none may say what somebody made up.
_REASONS = {
    "failed": regex.compile(rf"[A-Za-z_]\w{{0,79}}|{DIED}"),
    "ignored": regex.compile(r"paused|reset|contentDeleted|textExpired"),
}
LEARNED = ("learned", "unlearning")
_TOLD = 10
_SCORE = 100


def read_events(items: Sequence[Item], now: datetime) -> Mapping[int, Event]:
    """The events of the rows among `items`, by place, after all was looked at that an item says by itself.

    Raises Invalid, naming the first item that is not right.
    """
    found: dict[int, Event] = {}
    for place, item in enumerate(items):
        if isinstance(item, PortableRow):
            found[place] = _event(place, item.event)
            breaches = list(bounds.of_event(found[place]))
            _refuse_breaches(f"items.{place}.event", breaches)
            _check_then(place, item)
        if isinstance(item, PortableArchetype):
            _check_archetype(place, item)
        if isinstance(item, PortableEdit) and item.delta is not None:
            _refuse_breaches(f"items.{place}.delta", list(bounds.of_delta(item.delta)))
        for name, moment in _moments(item):
            if not _EARLIEST <= moment <= now + _AHEAD:
                raise invalid(place, name, f"a time from {_EARLIEST.year} on that is not to come", moment.isoformat())
    return found


def rules_of(item: PortableEdit, version: int) -> Iterator[tuple[str, str, bool]]:
    """What the parts of an edit say of each other: field, what holds, and whether it does."""
    status, known = item.status, item.learned_version is not None
    learned = status in LEARNED
    yield "learnedVersion", f"a version up to {version}", (item.learned_version or 0) <= version
    yield "learnedVersion", "given for what was learned", known or not learned
    yield "learnedVersion", "null for what was never learned", not known or learned or status == "unlearned"
    yield "unlearnedVersion", "null for what is not unlearned", item.unlearned_version is None or status == "unlearned"
    yield "delta", "given for what was learned, and for nothing else", (item.delta is not None) == learned
    yield "text", "given for what is to be learned", bool(item.text) or status not in ("pending", "failed")
    yield "text", "given with base", bool(item.text) == bool(item.base)
    yield (
        "failedAt",
        "given for what failed, and for nothing else",
        (item.failed_at is not None) == (status == "failed"),
    )
    yield "attempts", f"at most {ATTEMPTS}", item.attempts <= ATTEMPTS
    said = _REASONS.get(status)
    yield (
        "reason",
        "one that is known, of what failed or is ignored",
        said is None or (item.reason is not None and said.fullmatch(item.reason) is not None),
    )


def _moments(item: Item) -> Iterator[tuple[str, datetime]]:
    for name in ("updated_at", "learned_at", "saved_at", "failed_at", "created_at", "at"):
        moment = getattr(item, name, None)
        if isinstance(moment, datetime):
            yield to_camel(name), moment
    if isinstance(item, PortableRow) and isinstance(sample := item.event.get("sample"), dict):
        moment = sample.get("added_at")
        if isinstance(moment, datetime):
            yield "event.sample.added_at", moment


@cache
def _nothing() -> Delta:
    return measure(("",), ("",), None)


class _Unmeasured:
    """A row says of learned edits no more than their ids: what was measured of them came with the edits."""

    def measured(self, ids: Sequence[str]) -> Sequence[Edit]:
        return [Edit(id_, id_, _EARLIEST, _nothing()) for id_ in ids]


def _event(place: int, row: dict[str, Any]) -> Event:
    """The event that a row tells of, if it tells of one and of nothing else."""
    try:
        event = from_document(row, _Unmeasured())
        _strict()[type(event)](event=event)
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        path = ".".join(str(part) for part in first["loc"] if part != "event")
        raise invalid(place, f"event.{path}".rstrip("."), first["msg"], "something else") from None
    except KeyError as error:
        raise invalid(place, f"event.{error.args[0]}", "given", "nothing") from None
    except (ValueError, TypeError, AttributeError) as error:
        raise invalid(place, "event.kind", "of a kind that is known, with what belongs to it", _kind(error)) from None
    told = _as_read(to_document(event))
    for name in sorted({*told, *row}):
        if name not in told:
            raise invalid(place, f"event.{name}", "no such field", "one")
        if told[name] != row.get(name):
            raise invalid(place, f"event.{name}", "as a row holds it", "otherwise")
    return event


def _as_read(value: Any) -> Any:
    """As MongoDB gives it back: it knows no tuples."""
    if isinstance(value, dict):
        return {name: _as_read(part) for name, part in value.items()}
    return [_as_read(part) for part in value] if isinstance(value, list | tuple) else value


def _kind(error: Exception) -> str:
    return f"what is none ({type(error).__name__})"


@cache
def _strict() -> Mapping[type, type[BaseModel]]:
    config = ConfigDict(strict=True, revalidate_instances="always")
    return {kind: create_model(kind.__name__, __config__=config, event=(kind, ...)) for kind in get_args(Event)}


def _check_archetype(place: int, item: PortableArchetype) -> None:
    if item.slug in {preset.slug for preset in PRESETS}:
        raise invalid(place, "slug", "another one than a preset's", "a preset's")
    try:
        held = archetype_values(from_entries(list(item.values)))
    except FieldError as error:
        raise invalid(place, f"values.{error.path}", error.limit, error.given) from None
    except (KeyError, TypeError, ValueError) as error:
        raise invalid(place, "values", "paths, each with a value", _kind(error)) from None
    if _as_read(entries_of(held)) != list(item.values):
        raise invalid(place, "values", "as they are stored: each path and each entry once", "otherwise")


def _check_then(place: int, row: PortableRow) -> None:
    """What a row says of how far the voice had come."""
    if row.components is not None and not all(0 <= part <= _SCORE for part in astuple(row.components)):
        raise invalid(place, "components", f"numbers from 0 to {_SCORE}", "another one")
    names = {milestone.name for milestone in MILESTONES}
    for name, version in row.milestones.items():
        if name not in names or (version is not None and version > row.version):
            raise invalid(place, "milestones", f"milestones that are known, up to version {row.version}", "another one")


def _refuse_breaches(at: str, breaches: Sequence[bounds.Breach]) -> None:
    if breaches:
        told = (
            Violation(f"{at}.{'.'.join(map(to_camel, breach.field.split('.')))}", breach.limit, breach.given)
            for breach in breaches[:_TOLD]
        )
        raise Invalid(*told)


def invalid(place: int, name: str, limit: str, given: str) -> Invalid:
    return Invalid(Violation(f"items.{place}.{name}", limit, given))
