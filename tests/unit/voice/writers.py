"""Edits made for tests: from texts, or straight from counts."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import reduce

from voice_engine.voice import phrases, substitutions
from voice_engine.voice.delta import Delta, PhraseCount, measure
from voice_engine.voice.features import Features
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit, learn
from voice_engine.voice.ngrams import LENGTHS, digest, key
from voice_engine.voice.replacements import Replacement


def ident(number: int) -> str:
    """As random ids do, two differ in their first 12 digits."""
    return f"{number:012x}{0:012x}"


def edit_of(number: int, delta: Delta, *, content: int | None = None) -> Edit:
    """Edit `number`, of a draft of its own unless `content` says otherwise."""
    saved_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=number)
    return Edit(ident(number), ident(10_000 + (number if content is None else content)), saved_at, delta)


def rewrite(number: int, draft: str, edited: str, *, content: int | None = None, language: str | None = "en") -> Edit:
    return edit_of(number, measure((draft,), (edited,), language), content=content)


def counted(draft: Features, edited: Features, *, changed: int = 100_000) -> Delta:
    """A delta of counts alone. Its phrases are none."""
    rates = (0,) * len(LENGTHS)
    return Delta("en", draft == edited, 0 if draft == edited else changed, draft, edited, (), (), rates, b"")


def prose(sentence_length: float, *, sentences: int = 20, **marks: int) -> Features:
    words = max(sentences, round(sentence_length * sentences))
    return Features(
        words=words, sentences=sentences, sentence_words=words, paragraphs=2, paragraph_words=words, **marks
    )


def phrase_delta(
    *,
    removed: Iterable[str] = (),
    added: Iterable[str] = (),
    kept: Iterable[str] = (),
    replaced: Iterable[Replacement] = (),
    rate: int = 100_000,
    language: str | None = "en",
) -> Delta:
    features = prose(15)
    return Delta(
        language,
        False,
        100_000,
        features,
        features,
        tuple(PhraseCount(phrase, 1) for phrase in removed),
        tuple(PhraseCount(phrase, 1) for phrase in added),
        (rate,) * len(LENGTHS),
        b"".join(digest(key(phrase)).to_bytes(4, "little") for phrase in kept),
        replaced=tuple(replaced),
    )


def learned(edits: Iterable[Edit], state: LearnedState | None = None) -> LearnedState:
    return reduce(learn, edits, state or LearnedState())


def remembered(edits: Iterable[Edit], state: LearnedState | None = None) -> LearnedState:
    """The state with what `learn` makes of the phrases and the words replaced, and of nothing else: a tenth of the
    work."""
    return reduce(_remember, edits, state or LearnedState())


def _remember(state: LearnedState, edit: Edit) -> LearnedState:
    number = state.edits + 1
    of_edit = {"content_id": edit.content_id, "edit_id": edit.id, "number": number}
    return replace(
        state,
        edits=number,
        phrases=phrases.update(state.phrases, edit.delta, **of_edit),
        substitutions=substitutions.update(state.substitutions, edit.delta, **of_edit),
    )
