"""A profile: layers of values, and the effective one that a client sees."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from voice_engine.voice import lists, ngrams, samples
from voice_engine.voice.anchors import anchored
from voice_engine.voice.fields import BY_PATH, FIELDS, FieldError, Substitution, Value, Values
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.traits import TRAITS

USES_EMOJIS = "writingTraits.usesEmojis"
EMOJI_FREQUENCY = "writingTraits.emojiFrequency"
SAMPLE_POSTS = "samplePosts"
MOST_FORGOTTEN = 1_000  # phrases that learning is never to show again
_AS_IT_IS = "what holds now, or left out: it is worked out, not set"
LEAST_EMOJI_FREQUENCY = 0.5  # shown for a writer who uses emoji at all


@dataclass(frozen=True, slots=True)
class ProfileState:
    """The layers of a profile, lowest first: neutral values (the table of fields), `base`, `learned`, `overrides` (set
    by hand). The base is what the voice started from, `inherited`, with the values of `archetype` over it.
    `tombstones` are phrases that learning never shows again. `learning`: whether edits saved from now on are to be
    learned; what the log says was learned stays so."""

    base: Values = field(default_factory=dict)
    archetype: str | None = None
    learned: LearnedState = field(default_factory=LearnedState)
    overrides: Values = field(default_factory=dict)
    tombstones: tuple[str, ...] = ()
    learning: bool = True
    inherited: Values = field(default_factory=dict)


def neutral() -> ProfileState:
    """The profile of a writer of whom nothing is known."""
    return ProfileState()


def effective(state: ProfileState) -> dict[str, object]:
    """The profile that a client sees: nested, camelCase, ready for JSON, one entry a field of the table. The times
    (`lastUpdated`) are the store's to add."""
    return nested(values(state))


def nested(values: Mapping[str, Value | None]) -> dict[str, object]:
    """Values by path as JSON has them: a section of fields is an object."""
    found: dict[str, object] = {}
    for path, value in values.items():
        section, _, name = path.rpartition(".")
        if not section:
            found[path] = plain(value)
            continue
        inner = found.setdefault(section, {})
        assert isinstance(inner, dict)  # noqa: S101  a section of the table is no field of it
        inner[name] = plain(value)
    return found


def values(state: ProfileState) -> dict[str, Value | None]:
    """The effective value of every field, by path."""
    found: dict[str, Value | None] = {item.path: item.neutral for item in FIELDS}
    found.update(state.base)
    found.update(_refused(state))
    found.update(learned_values(state))
    found.update(lists.layered(state.base, state.learned, state.overrides, state.tombstones))
    found.update(state.overrides)
    found["learningIterations"] = state.learned.iterations
    found["profileSource"] = _source(state)
    found["archetypeBase"] = state.archetype
    return found


def learned_values(state: ProfileState) -> dict[str, Value]:
    """What learning gives the fields, before anything set by hand: what edits taught, and where they taught nothing
    yet, what the writer's own texts say. Fields that have learned nothing are absent."""
    found: dict[str, Value] = {}
    for position, trait in enumerate(TRAITS):
        value = state.learned.known(position)
        if trait.path and value is not None:
            found[trait.path] = trait.shown(value)
    if posts := samples.posts(state.learned.own_texts):
        found[SAMPLE_POSTS] = posts
    _agree_on_emoji(found, state.base)
    found.update(lists.shown(state.learned, state.overrides, state.tombstones).values())
    return found


def _refused(state: ProfileState) -> Iterator[tuple[str, Value | None]]:
    """The fields whose value in the base the writer takes out of drafts: neutral again."""
    for trait, learned in zip(TRAITS, state.learned.traits, strict=True):
        if learned.refused and trait.path in state.base:
            yield trait.path, BY_PATH[trait.path].neutral


def with_base(state: ProfileState, base_values: Values, archetype: str | None) -> ProfileState:
    """The profile with other values below what was learned and set by hand: those of an archetype, by its slug, or
    those that a voice starts from. They replace the base that was there; an empty one takes it away.

    Learning aims relative to them from now on. What edits or own texts taught already stays as it is, and so does what
    was set or deleted by hand. base_values: by path, as their fields hold them (`Field.check`); values that are worked
    out, and paths that are no field's, are left out.
    """
    base = {path: value for path, value in base_values.items() if path in BY_PATH and BY_PATH[path].settable}
    return replace(state, base=base, archetype=archetype, learned=anchored(state.learned, base))


def with_archetype(state: ProfileState, archetype_values: Values, archetype: str | None) -> ProfileState:
    """The profile with an archetype in place of the one there, over what the voice started from: where the archetype
    says nothing that still shows, and the lists of both stand. With None and no values, that alone."""
    return with_base(state, lists.stacked(archetype_values, state.inherited), archetype)


def started_from(state: ProfileState, given: Values) -> ProfileState:
    """The profile of a voice that starts from the values of another, by path."""
    started = with_base(state, given, None)
    return replace(started, inherited=started.base)


def prior(state: ProfileState) -> dict[str, Value]:
    """What a voice that starts from this one is given as its base: all that is known of this one, whether it was
    learned, set by hand or its own base. Sample posts stay: they show how this voice alone sounds."""
    known = values(state)
    return {
        field.path: value
        for field in FIELDS
        if field.settable and field.path != SAMPLE_POSTS and (value := known[field.path]) not in (None, field.neutral)
    }


def set_by_hand(state: ProfileState, given: Mapping[str, object]) -> dict[str, Value]:
    """Of the values given by path, those that differ from the effective ones: what becomes an override. A form that
    sends every field back unchanged freezes nothing, those that are worked out among them. Raises FieldError for a path
    or a value that cannot be."""
    current = values(state)
    changed: dict[str, Value] = {}
    for path, value in given.items():
        if path not in BY_PATH:
            raise FieldError(path, "left out: there is no such field", type(value).__name__)
        if not BY_PATH[path].settable:
            if value != current[path]:
                raise FieldError(path, _AS_IT_IS, "another value")
            continue
        checked = BY_PATH[path].check(value)
        if checked != current[path]:
            changed[path] = checked
    return changed


def forget(state: ProfileState, phrase: str) -> ProfileState:
    """Takes a phrase out of every list, those set by hand included, and keeps learning from bringing it back."""
    known = {ngrams.key(item) for item in state.tombstones}
    tombstones = state.tombstones if ngrams.key(phrase) in known else (*state.tombstones, phrase)
    overrides = {
        path: _unlisted(value, ngrams.key(phrase)) if path in lists.PATHS else value
        for path, value in state.overrides.items()
    }
    return replace(state, tombstones=tombstones, overrides=overrides)


def as_it_holds(state: ProfileState, path: str) -> dict[str, Value]:
    """What a field that a person can set holds now, a learned value too, as the values that set it by hand; none where
    they have set it already."""
    return {} if path in state.overrides else {path: BY_PATH[path].check(values(state)[path])}


def unlock(state: ProfileState, path: str) -> ProfileState:
    """Takes back what was set by hand for one field; the layers below show again."""
    return replace(state, overrides={item: value for item, value in state.overrides.items() if item != path})


def restored(state: ProfileState, earlier: ProfileState) -> ProfileState:
    """An earlier state as it is gone back to from this one: whole, but for the pause, which is a consent of now."""
    return replace(earlier, learning=state.learning)


def _unlisted(value: Value, key: str) -> Value:
    """A list of phrases without the one of this key. Of a substitution, the words that it replaces count."""
    if not isinstance(value, tuple):
        return value
    pairs = tuple(item for item in value if isinstance(item, Substitution) and ngrams.key(item.before) != key)
    return pairs or tuple(item for item in value if isinstance(item, str) and ngrams.key(item) != key)


def _agree_on_emoji(found: dict[str, Value], base: Values) -> None:
    """The switch and the frequency tell one story: without emoji there is no frequency, with them there is one, that
    of the layer below where none was learned."""
    if found.get(USES_EMOJIS) is False:
        found[EMOJI_FREQUENCY] = 0.0
    elif found.get(USES_EMOJIS) is True:
        frequency = found.get(EMOJI_FREQUENCY, base.get(EMOJI_FREQUENCY, 0.0))
        assert isinstance(frequency, int | float)  # noqa: S101  as the field holds it
        found[EMOJI_FREQUENCY] = max(frequency, LEAST_EMOJI_FREQUENCY)


def _source(state: ProfileState) -> str:
    learned = bool(learned_values(state))
    if state.overrides:
        return "mixed" if learned else "manual"
    if learned:
        return "learned"
    if state.archetype:
        return "archetype"
    return "inherited" if state.base else "neutral"


def plain(value: Value | None) -> object:
    """A value as JSON has it."""
    if isinstance(value, tuple):
        return [{"from": item.before, "to": item.after} if isinstance(item, Substitution) else item for item in value]
    return value
