import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_engine.voice import text

ENDINGS = [
    "at https://x.y/a.b?c=d",
    "with Node.js 20.1",
    "for 3.14 or 1,000.50",
    "since v2.0.1",
    "by J. K. Rowling",
    "from Dr. Smith",
    "in e.g. Rome",
    "to a.b@c.example",
    "over 10.0.0.1",
]


def bare(value: str) -> str:
    return "".join(value.split())


@given(st.text(max_size=400), st.sampled_from(["en", "es", "zh", "xx", None]))
def test_sentences_lose_and_invent_nothing(sample: str, language: str | None) -> None:
    assert bare("".join(text.sentences(sample, language))) == bare(sample)


@given(st.lists(st.sampled_from(ENDINGS), min_size=1, max_size=5))
def test_dots_inside_names_and_numbers_end_no_sentence(endings: list[str]) -> None:
    written = [f"We looked {ending} together." for ending in endings]
    assert text.sentences(" ".join(written), "en") == written


# Plain words that are abbreviations, too: of a month, a number, a state, an article.
BEGUN = ["Come along", "I left", "A bell rang"]
PLAIN = ["may", "no", "ok", "id", "me", "ill", "art", "miss", "con", "ore", "fig", "min", "op", "May"]


@given(st.lists(st.tuples(st.sampled_from(PLAIN), st.sampled_from(BEGUN)), max_size=5))
def test_plain_words_that_are_abbreviations_too_end_a_sentence(parts: list[tuple[str, str]]) -> None:
    written = [part for word, begun in parts for part in (f"It was all about {word}.", f"{begun} with them.")]
    assert text.sentences(" ".join(written), "en") == written


@pytest.mark.parametrize("place", ["no. 5", "Art. 5", "Fig. 3", "No. 12 of it"])
def test_numbered_things_are_not_cut(place: str) -> None:
    written = f"It is told in {place}, and nowhere else."
    assert text.sentences(written, "en") == [written]


@given(st.lists(st.sampled_from(["Run it.", "Then wait!", "Is it up?", "No dot here"]), min_size=1, max_size=6))
def test_a_line_ends_a_sentence(written: list[str]) -> None:
    for break_ in ("\n", "\r\n", "\n\n", "\u2028"):
        assert text.sentences(break_.join(written), "en") == written


@pytest.mark.parametrize("marker", ["- ", "* ", "• ", "✅ ", "1. ", "a) "])
def test_list_items_are_sentences_without_their_markers(marker: str) -> None:
    items = [text.Line("item", f"{marker}call the bank", len(marker)), text.Line("item", f"{marker}pay", len(marker))]
    assert list(text.lines("\n".join(item.text for item in items))) == items
    assert [text.words(item.body) for item in items] == [["call", "the", "bank"], ["pay"]]


def test_a_list_on_one_line_is_a_list() -> None:
    assert text.sentences("Do this. 1. Open it 2. Look 3. Close it", "en") == [
        "Do this.",
        "1. Open it",
        "2. Look",
        "3. Close it",
    ]


def test_a_writer_without_capitals_has_sentences_too() -> None:
    assert text.sentences("well hello. how are you? fine i hope. bye", "en") == [
        "well hello.",
        "how are you?",
        "fine i hope.",
        "bye",
    ]


def test_a_long_quotation_is_running_text() -> None:
    quoted = "“" + " ".join(["This one has exactly six words."] * 15) + "”"
    assert len(text.sentences(quoted, "en")) == 15


@pytest.mark.parametrize(
    ("sample", "count"),
    [
        ("👨‍👩‍👧‍👦", 1),
        ("🇩🇪🇫🇷", 2),
        ("1️⃣ 2️⃣", 2),
        ("👍🏽👍", 2),
        ("👩🏽‍💻", 1),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 1),
        ("❤️‍🔥", 1),
        ("☕ and ❤️", 2),
        ("✓ ✔ © ™ 1 # 🇩", 0),
    ],
)
def test_an_emoji_is_one_grapheme(sample: str, count: int) -> None:
    assert len(text.emoji(sample)) == count


@given(st.lists(st.sampled_from(["👨‍👩‍👧‍👦", "🇩🇪", "1️⃣", "👍🏽", "✓", "a", " ", "3", "☕"]), max_size=30))
def test_emoji_next_to_each_other_stay_apart(pieces: list[str]) -> None:
    signs = [piece for piece in pieces if piece not in {"✓", "a", " ", "3"}]
    assert text.emoji("".join(pieces)) == signs


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ("Let's go", ["Let's", "go"]),
        ("Let’s say don’t", ["Let’s", "say", "don’t"]),
        ("l'été à São Paulo", ["l'été", "à", "São", "Paulo"]),
        ("well-known @user #tag", ["well-known", "@user", "#tag"]),
        ("20.1 or 1,000 at https://x.y/z?a=1", ["20.1", "or", "1,000", "at", "https://x.y/z?a=1"]),
        ("Привет, мир! שלום עולם", ["Привет", "мир", "שלום", "עולם"]),
        ("한국어 문장", ["한국어", "문장"]),
        ("這是家 and more", ["and", "more"]),
    ],
)
def test_words(sample: str, words: list[str]) -> None:
    assert text.words(sample) == words


def test_scripts_without_spaces_are_counted_apart() -> None:
    assert text.unspaced("這是家 and ไทย") == 6
    assert text.words("這是家") == []
