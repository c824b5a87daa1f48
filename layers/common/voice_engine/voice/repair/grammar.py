"""Kinds of words that tell whether a sentence reads on without some of its words: by short lists of grammar, by their
endings, and by what machines overuse."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from voice_engine.voice import ngrams
from voice_engine.voice.machine_phrases import MACHINE_WORDS
from voice_engine.voice.repair import words


def _listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


DETERMINERS = _listed("a an the this these those my your his her its our their some any no every each another")
PREPOSITIONS = _listed(
    """
    about above across after against along among around at before behind below beside between beyond by despite during
    for from in inside into near of off on onto out outside over past since through throughout to toward towards under
    until up upon via with within without
    """
)
FORMS_OF_BE = _listed("am is are was were be been being isn't aren't wasn't weren't")
BEING = _listed("i'm we're it's he's she's they're you're there's that's who's")
DEGREES = _listed("as more most less least how too so")  # each asks for the word behind it
INTENSIFIERS = _listed("very really quite truly rather pretty so extremely incredibly")
_VERBS_THAT_LEAD = _listed(
    """
    have has had do does did will would can could should may might must shall cannot let's not
    don't doesn't didn't haven't hasn't hadn't won't wouldn't can't couldn't shouldn't
    """
)
_LEADING = DETERMINERS | PREPOSITIONS | FORMS_OF_BE | BEING | DEGREES | _VERBS_THAT_LEAD
_OPEN = _listed("that which who whose because if when while than and or but")
_ADVERBS = INTENSIFIERS | _listed("just even still also already always often now today too")
_NO_ADVERBS = _listed(
    """
    apply reply supply rely comply imply multiply family italy july assembly ally ugly only early daily weekly monthly
    friendly lovely likely unlikely hardly scarcely barely rarely nearly
    """
)
_DENIALS = _listed("no not never none neither nor cannot doubt doubtful deny unlikely untrue")
_CONJUNCTIONS = frozenset({"though", "however"})  # among the asides, what joins clauses where no comma follows
_COMPLEMENTS = _listed("of to that than as for with from")  # `in addition to`, `instead of`

# Adjectives, by ending or by name. Nouns and verbs have some of the other endings too (`narrative`, `testament`): those
# count for words that machines overuse alone, whose verbs show by their other forms.
_ADJECTIVE = regex.compile(r"\w{3,}(?:ful|less|ous|ible|able|istic|ical)")
_MACHINE_ADJECTIVE = regex.compile(r"\w+(?:ive|al|ic|ant|(?<!m)ent|ing|ed|ful|less|ous|able)")
_COMPOUND = regex.compile(r"\w+(?:[-‐‑]\w+)*[-‐‑](?:\w+ing|\w+ed|edge|art|date|class|the-art)")
_ADJECTIVES = _listed(
    """
    robust profound bespoke mundane myriad newfound paramount steadfast unspoken great amazing awesome good big
    huge new real special unique important innovative essential strong deep friendly lovely
    """
)
_NOUN = regex.compile(r"\w+(?:tion|sion|ment|ness|ity|ship|ance|ence|[^s]s)")
_VERBS = frozenset(
    form
    for word in MACHINE_WORDS
    for form in (word, f"{word}s", f"{word}d", f"{word}ed", f"{word}ing", f"{word.removesuffix('e')}ing")
    if {f"{word}s", f"{word}d", f"{word}ed", f"{word}ing", f"{word.removesuffix('e')}ing"} & MACHINE_WORDS
)
_ADVERB_ENDINGS = {"es": "mente", "it": "mente", "pt": "mente", "fr": "ment"}
# Behind one of these French words `-ment` ends a noun: `du développement`.
_BEFORE_NOUNS = _listed("de du des au aux en ce cet son sa ses leur mon ma mes notre votre par sans")


def wants_more(key: str) -> bool:
    """Whether an English word wants another one behind it."""
    return key in _LEADING or key in _OPEN


def is_content(key: str) -> bool:
    return key not in ngrams.ENGLISH_FUNCTION_WORDS and key not in PREPOSITIONS | _VERBS_THAT_LEAD


def is_adverb(key: str) -> bool:
    return key in _ADVERBS or (len(key) > 4 and key.endswith("ly") and key not in _NO_ADVERBS)


def is_adjective(key: str) -> bool:
    if key in _ADJECTIVES or _ADJECTIVE.fullmatch(key) or _COMPOUND.fullmatch(key):
        return True
    return key in MACHINE_WORDS - _VERBS and bool(_MACHINE_ADJECTIVE.fullmatch(key))


def is_noun(key: str) -> bool:
    """Whether a word looks like a noun, or ends one's phrase; most nouns do not show it."""
    return bool(_NOUN.fullmatch(key))


def is_adverbial(keys: Sequence[str], language: str | None) -> bool:
    """Whether words can stand nearly anywhere in a sentence, or be left out: adverbs, asides, and what opens with a
    preposition (`at the end of the day`)."""
    if language != "en":
        ending = _ADVERB_ENDINGS.get(language or "")
        return ending is not None and len(keys) == 1 and keys[0].endswith(ending) and len(keys[0]) > len(ending) + 2
    if words.is_aside(keys, language):
        return keys[-1] not in _CONJUNCTIONS
    return (bool(keys) and all(map(is_adverb, keys))) or _is_prepositional(keys)


def is_manner(keys: Sequence[str]) -> bool:
    """Whether all of it are adverbs of one word, which take no complement."""
    return all(map(is_adverb, keys))


def is_modifier(keys: Sequence[str]) -> bool:
    """Whether English words are adjectives, with what grades or joins them: `truly robust`, `new and vibrant`."""
    return is_adjective(keys[-1]) and all(is_adjective(key) or is_adverb(key) or key == "and" for key in keys)


def denies(keys: Sequence[str]) -> bool:
    """Whether a sentence says the opposite without these words."""
    return any(key in _DENIALS or key.endswith("n't") for key in keys)


def asks_complement(key: str) -> bool:
    return key in _COMPLEMENTS


def takes_noun(key: str, language: str | None) -> bool:
    """Whether the word behind this one is a noun, in a language whose adverbs and nouns share an ending."""
    return words.is_article(key, language) or (language == "fr" and key in _BEFORE_NOUNS)


def _is_prepositional(keys: Sequence[str]) -> bool:
    """At least two words; `to tell`, `of tools` and `than that` go with what stands before them, and `without them` a
    sentence says something else."""
    return (
        len(keys) > 1
        and keys[0] in PREPOSITIONS - {"to", "of", "between", "out", "up", "without"}
        and is_content(keys[-1])
        and not denies(keys)
    )
