import pytest

from voice_engine.voice.features import Features, count


def kind(found: Features, part: str) -> str:
    kinds = [name.removeprefix(f"{part}_") for name in Features.__dataclass_fields__ if name.startswith(f"{part}_")]
    return next((name for name in kinds if getattr(found, f"{part}_{name}")), "")


BODY = "The meeting is at noon in the large hall by the river. People from four towns are there."


@pytest.mark.parametrize(
    ("opening", "expected", "hook"),
    [
        ("Ever wondered why nobody answers the long mails that you write at night?", "hook", True),
        ("This changes everything.", "hook", True),
        ("Here is what the seven largest towns did with the money in one year:", "hook", True),
        ("Last week the heating broke down in the middle of the coldest night so far.", "story", False),
        ("When I was a child the river was frozen from December until the end of March.", "story", False),
        ("Most people struggle with the forms that the town sends out in the spring.", "problem", False),
        ("The town sends out the forms in the spring and wants them back by the summer.", "statement", False),
    ],
)
@pytest.mark.parametrize("frame", ["", "# The river\n\n", "Dear Ada,\n\n", "Hi all!\n"])
def test_openings(opening: str, expected: str, hook: bool, frame: str) -> None:
    found = count(f"{frame}{opening}\n\n{BODY}", "en")
    assert (kind(found, "opening"), bool(found.hooks)) == (expected, hook)


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        ("What would you do with the hall?", "question"),
        ("Please let me know what you think by Friday.", "cta"),
        ("Sign up on the page of the town.", "cta"),
        ("Overall the hall costs less than the bridge did.", "summary"),
        ("It makes me wonder where the years went.", "reflection"),
        ("The bridge opens in May.", ""),
    ],
)
@pytest.mark.parametrize("frame", ["", "\n\nBest regards,\nAda", "\n\nThank you!\n\nAda Byron", "\n\n#river #town"])
def test_endings(ending: str, expected: str, frame: str) -> None:
    assert kind(count(f"{BODY}\n\n{ending}{frame}", "en"), "ending") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (BODY, "narrative"),
        (f"{BODY}\n- one hall\n- one bridge", "bullets"),
        (f"{BODY}\n1. open the hall\n2. close the bridge\n3. wait", "steps"),
        ("First we open the hall. Then we close the bridge. Finally, we wait for the spring.", "steps"),
        (
            "The data suggest that costs fell because the hall is smaller. However, the results depend on one factor.",
            "analysis",
        ),
    ],
)
def test_bodies(body: str, expected: str) -> None:
    assert kind(count(body, "en"), "body") == expected


def test_without_english_only_marks_and_lists_tell() -> None:
    found = count(
        "Warum schweigt der Fluss im Winter?\n\nNiemand weiss es.\n- eins\n- zwei\n\nUnd was meinst du?", "de"
    )
    assert [kind(found, part) for part in ("opening", "body", "ending")] == ["hook", "bullets", "question"]
    silent = count("Der Fluss war im letzten Winter von Dezember bis in den Mai hinein ganz zugefroren.", "de")
    assert [kind(silent, part) for part in ("opening", "body", "ending")] == ["", "", ""]
