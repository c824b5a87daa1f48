from dataclasses import replace
from random import Random

import bson
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tests.unit.voice.writers import edit_of, ident, learned, phrase_delta, rewrite
from voice_engine.voice import overlaps, phrase_evidence, phrases
from voice_engine.voice.learned import LearnedState
from voice_engine.voice.learning import Edit
from voice_engine.voice.phrases import FORGET_UNSURE, MAX_LISTED, PhraseMemory

TOPICS = ["the river", "new shoes", "a garden", "old maps", "fresh bread", "winter light"]
FILLER = (
    "People came early and stayed until the lamps went out. Nobody asked for more than a cup of tea. "
    "Some of them wrote long letters afterwards. The others waved from the bridge and went home slowly."
)

BLANK = phrase_evidence.blank("big plan", "en", 0)


def banned(state: LearnedState) -> list[str]:
    return [item.surface for item in phrases.banned(state.phrases)]


def liked(state: LearnedState) -> list[str]:
    return [item.surface for item in phrases.liked(state.phrases)]


def taken_out(number: int, phrase: str, *, content: int | None = None, end: bool = False) -> Edit:
    """An edit that takes one sentence out of a text, at its beginning or its end."""
    topic = TOPICS[number % len(TOPICS)]
    body = f"This is about {topic} and what {topic} did. {FILLER}"
    draft = f"{body} {phrase}" if end else f"{phrase} {body}"
    return rewrite(number, draft, body, content=content)


def brought_in(number: int, phrase: str) -> Edit:
    body = f"This is about {TOPICS[number % len(TOPICS)]}. {FILLER}"
    return rewrite(number, body, f"{body} {phrase}")


def test_what_two_drafts_lost_is_banned_wherever_it_stood() -> None:
    state = learned(
        [
            taken_out(0, "In summary, seamless integration wins."),
            taken_out(1, "So seamless integration wins.", end=True),
        ]
    )
    assert banned(state) == ["seamless integration wins"]


def test_one_draft_bans_nothing_however_often_it_is_saved() -> None:
    edits = [taken_out(n, "Seamless integration wins.", content=1) for n in range(6)]
    assert banned(learned(edits)) == []


def test_posts_that_begin_alike_do_not_ban_share_that() -> None:
    first = rewrite(0, f"I want to share that trains run late. {FILLER}", f"Trains run late. {FILLER}")
    second = rewrite(1, f"We share that joy of cooking. {FILLER}", f"Cooking is joy. {FILLER}")
    assert banned(learned([first, second])) == []


def test_posts_that_begin_alike_and_keep_it_ban_nothing() -> None:
    edits = [
        rewrite(n, f"I am happy to share that {topic} won. {FILLER}", f"I am happy to share that {topic} won.")
        for n, topic in enumerate(TOPICS)
    ]
    assert not [phrase for phrase in banned(learned(edits)) if "share" in phrase]


def test_a_removal_counts_against_how_much_the_edit_removed() -> None:
    phrase = ["blue lanterns"]
    light = learned(edit_of(n, phrase_delta(removed=phrase, rate=100_000)) for n in range(2))
    heavy = learned(edit_of(n, phrase_delta(removed=phrase, rate=900_000)) for n in range(2))
    assert banned(light) == phrase
    assert banned(heavy) == []


def test_the_longest_phrase_stands_for_its_parts() -> None:
    state = learned(taken_out(n, "Unlock your full potential today.") for n in range(3))
    assert banned(state) == ["Unlock your full potential today"]


def test_a_part_that_went_on_its_own_stands_for_the_whole() -> None:
    whole = [edit_of(n, phrase_delta(removed=["vibrant tapestry", "tapestry"])) for n in range(2)]
    part = [edit_of(10 + n, phrase_delta(removed=["tapestry"])) for n in range(2)]
    assert banned(learned(whole)) == ["vibrant tapestry"]
    assert banned(learned([*whole, *part])) == ["tapestry"]


@given(st.lists(st.tuples(st.sampled_from(["a1", "b1", "a1 b1", "b1 c1", "a1 b1 c1", "c1 d1"]), st.integers(2, 5))))
def test_no_banned_phrase_overlaps_another(removals: list[tuple[str, int]]) -> None:
    edits = [edit_of(n, phrase_delta(removed=[p for p, times in removals if n < times], rate=20_000)) for n in range(5)]
    found = phrases.banned(learned(edits).phrases)
    assert not any(overlaps.overlap(one.key, other.key) for one in found for other in found if one is not other)


def test_case_and_apostrophes_do_not_hide_a_phrase() -> None:
    spellings = ["Captain’s lanterns.", "Captain's lanterns.", "captain's lanterns."]
    assert banned(learned(taken_out(n, spelling) for n, spelling in enumerate(spellings))) == ["Captain's lanterns"]


def test_phrases_of_other_scripts_are_learned() -> None:
    edits = [
        rewrite(n, f"Открываем новые горизонты. {body}", body, language="ru")
        for n, body in enumerate(
            ["Сегодня идёт дождь, и поезда стоят на станции.", "Завтра приедут гости, поэтому купим хлеба и сыра."]
        )
    ]
    assert "новые горизонты" in " ".join(banned(learned(edits))).casefold()


def test_three_drafts_make_a_phrase_liked_and_two_do_not() -> None:
    edits = [brought_in(n, "Keep it plain and small.") for n in range(3)]
    assert liked(learned(edits[:2])) == []
    assert any("plain and small" in phrase for phrase in liked(learned(edits)))


@given(
    st.lists(st.tuples(st.booleans(), st.sampled_from(["big plan", "warm greetings", "big warm plan"])), max_size=25)
)
def test_a_phrase_stands_in_one_list_only(steps: list[tuple[bool, str]]) -> None:
    state = learned(
        edit_of(n, phrase_delta(**{"removed" if gone else "added": [phrase]})) for n, (gone, phrase) in enumerate(steps)
    )
    assert not {item.key for item in phrases.banned(state.phrases)} & {
        item.key for item in phrases.liked(state.phrases)
    }
    assert all(not item.removed_in for item in phrases.liked(state.phrases))


@given(st.integers(2, 6))
def test_a_phrase_brought_back_is_no_longer_banned(times: int) -> None:
    gone = [edit_of(n, phrase_delta(removed=["big plan"])) for n in range(2)]
    back = [edit_of(10 + n, phrase_delta(added=["big plan"])) for n in range(times)]
    assert banned(learned(gone)) == ["big plan"]
    assert banned(learned([*gone, *back])) == []


def test_lists_have_an_end_and_prefer_the_strong() -> None:
    weak = [f"weak{n} phrase{n}" for n in range(60)]
    edits = [edit_of(n, phrase_delta(removed=["strong habit", *weak] if n < 2 else ["strong habit"])) for n in range(4)]
    found = banned(learned(edits))
    assert len(found) == MAX_LISTED
    assert found[0] == "strong habit"


def test_what_is_not_seen_again_is_forgotten() -> None:
    once = edit_of(0, phrase_delta(removed=["odd thing"], rate=800_000))
    again = edit_of(1, phrase_delta(removed=["odd thing"], rate=800_000))
    others = [edit_of(2 + n, phrase_delta()) for n in range(FORGET_UNSURE + 1)]
    assert [item.surface for item in learned([once, again]).phrases.evidence] == ["odd thing"]
    assert learned([once, again, *others]).phrases.evidence == ()


def test_a_machine_phrase_is_believed_sooner() -> None:
    common, listed = "wooden", "tapestry"
    one, two = ([edit_of(n, phrase_delta(removed=[common, listed])) for n in range(count)] for count in (1, 2))
    assert banned(learned(one)) == []
    assert banned(learned(two)) == [listed]
    known = {item.surface: item for item in learned(two).phrases.evidence}
    assert known[listed].probability(200_000) > known[common].probability(200_000)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(20_000, 900_000))
def test_probability_rises_with_removals_and_falls_with_what_was_kept(removed: int, kept: int, rate: int) -> None:
    def probability(gone: int, left: int) -> int:
        item = replace(BLANK, removed_in=gone, kept_in=left, expected=(gone + left) * rate)
        return item.probability(rate)

    assert probability(removed + 1, kept) > probability(removed, kept) > probability(removed, kept + 1)
    assert 0 < probability(removed, kept) < 1_000_000
    assert abs(probability(0, 0) - rate) <= 1


def test_a_draft_counts_once_whatever_is_done_to_it_later() -> None:
    first = [edit_of(n, phrase_delta(removed=["big plan"])) for n in range(2)]
    kept = [edit_of(10 + n, phrase_delta(kept=["big plan"]), content=7) for n in range(3)]
    gone = edit_of(20, phrase_delta(removed=["big plan"]), content=7)
    (left,) = learned([*first, *kept]).phrases.evidence
    assert (left.removed_in, left.kept_in) == (2, 1)
    (then_removed,) = learned([*first, *kept, gone]).phrases.evidence
    assert (then_removed.removed_in, then_removed.kept_in) == (3, 0)
    assert then_removed.expected == left.expected


def test_what_is_left_in_more_often_is_not_banned() -> None:
    gone = [edit_of(n, phrase_delta(removed=["big plan"], rate=300_000)) for n in range(2)]
    kept = [edit_of(10 + n, phrase_delta(kept=["big plan"], rate=300_000)) for n in range(4)]
    assert banned(learned(gone)) == ["big plan"]
    assert banned(learned([*gone, *kept])) == []


def test_words_of_others_are_not_style() -> None:
    edits = [
        rewrite(n, f'"Wooden lanterns burn," said Mara Blue. {FILLER}', f"Mara Blue spoke. {FILLER}") for n in range(4)
    ]
    assert not [phrase for phrase in banned(learned(edits)) if "lantern" in phrase or "wooden" in phrase.lower()]


def test_a_mended_misspelling_says_nothing_of_a_phrase() -> None:
    edits = [rewrite(n, f"We recieve letters. {FILLER}", f"We receive letters. {FILLER}") for n in range(4)]
    assert learned(edits).phrases == PhraseMemory()


@settings(max_examples=3)
@given(st.integers(0, 10_000))
def test_the_memory_has_an_end(seed: int) -> None:
    rng = Random(seed)
    state = LearnedState()
    for n in range(25):
        words = [f"w{rng.randrange(300):03d}" for _ in range(240)]
        long = [" ".join(words[start : start + 5]) + "ü" * rng.randrange(35) for start in range(240)]
        half = [*long[:120], *words[:120]]
        state = learned([edit_of(n, phrase_delta(removed=half, added=long[120:], rate=rng.randrange(10**6)))], state)
    assert len(bson.encode(TypeAdapter(PhraseMemory).dump_python(state.phrases))) < 18_500
    assert all(item.edits for item in state.phrases.evidence)


def test_evidence_names_its_edits() -> None:
    state = learned(edit_of(n, phrase_delta(removed=["big plan"])) for n in range(3))
    (record,) = state.phrases.evidence
    assert record.edits == (ident(1), ident(2))
    assert (record.removed_in, record.added_in) == (3, 0)


@given(st.text(min_size=1, max_size=30), st.text(min_size=1, max_size=30))
def test_overlap_has_no_direction(one: str, other: str) -> None:
    assert overlaps.overlap(one, other) == overlaps.overlap(other, one)
    assert overlaps.overlap(one, one)
