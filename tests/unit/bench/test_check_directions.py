import random
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.eval.check_directions import SHARES, Move, best_shares, directions, words_changed
from bench.eval.check_trials import Pair, People
from bench.eval.check_verdicts import digested, folded
from voice_engine.voice.closeness import closeness, similarities

HABITS = {
    "ann": "Honestly!! I mean, honestly!!",
    "ben": "; and yet, one wonders;",
    "cleo": "ok so... yeah... whatever...",
    "dan": "THE TEAM WILL DELIVER.",
}
VECTORS = st.tuples(*(st.floats(-1, 1) for _ in SHARES))
MOVE = st.builds(Move, writer=st.just("a"), words=st.integers(0, 60), own=VECTORS, others=VECTORS)


def people() -> People:
    """Each edit adds the writer's habit to a draft: some once, some to every sentence. One draft was left as it was."""
    chance = random.Random(1)

    def draft() -> str:
        return " ".join(" ".join(chance.choices(["river", "stone", "market", "light"], k=6)) + "." for _ in range(8))

    def edit(writer: str, times: int) -> Pair:
        text = draft()
        return Pair(writer, text, text.replace(".", f". {HABITS[writer]}", times))

    pairs = {
        name: (*(edit(name, times) for times in (1, 8, 8)), Pair(name, "As it was.", "As it was. ")) for name in HABITS
    }
    texts = {name: tuple(draft().replace(".", f". {habit}") for _ in range(2)) for name, habit in HABITS.items()}
    return People({"messages": texts}, {"messages": pairs})


def test_an_edit_that_adds_a_habit_lies_closer_to_whoever_has_it() -> None:
    personal, combined = directions(people())
    assert (personal.key, personal.value, combined.key, combined.value) == (
        "check.personal",
        1.0,
        "check.combined",
        1.0,
    )
    for result in (personal, combined):
        assert (result.beside["edits under 20 words"], result.beside["edits from 20 words"]) == (4, 8)
        assert result.people == len(HABITS)


def test_an_edit_that_adds_the_habit_of_another_does_not() -> None:
    texts, pairs = people().texts["messages"], people().pairs["messages"]
    names = [*HABITS]
    swapped = {name: texts[names[number - 1]] for number, name in enumerate(names)}
    alone = {name: tuple(found[:1]) for name, found in pairs.items()}
    personal, _ = directions(People({"messages": swapped}, {"messages": alone}))
    assert personal.value == 0.0


def test_a_folder_without_edits_has_no_figure() -> None:
    assert [result.value for result in directions(People({}, {}))] == [None, None]


def test_the_shares_are_those_of_closeness() -> None:
    state = folded([("A plain draft of a letter.", "Look: a letter, mine!"), ("Another draft.", "Another one, mine!")])
    text = digested("Is it mine, though? I wrote it: look!")
    weighed = sum(share * one for share, one in zip(SHARES, similarities(state, text), strict=True))
    assert weighed == pytest.approx(closeness(state, text))


@given(st.lists(MOVE, min_size=1))
def test_no_weights_do_better_than_the_oracle(moves: list[Move]) -> None:
    for right in (Move.personal, Move.combined):
        assert fmean(right(move) for move in moves) <= best_shares(moves, right) <= 1


@pytest.mark.parametrize(
    ("draft", "edited", "words"),
    [("a b c", "a b c", 0), ("a b c", "a c", 1), ("a b c", "a d c", 2), ("a b", "c d e", 5), ("", "a", 1)],
)
def test_words_taken_out_and_put_in_count_alike(draft: str, edited: str, words: int) -> None:
    assert words_changed(Pair("a", draft, edited)) == words
