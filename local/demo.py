"""The demo writer: a few drafts and what the writer made of them, sent through the API like anyone's."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from local.api_client import ApiClient, ApiError

USER = "demo"

_POLL_SECONDS = 0.5
_LEARN_SECONDS = 300.0
# As much of a content's text as the list of contents shows.
_EXCERPT = 160


@dataclass(frozen=True, slots=True)
class Piece:
    draft: str
    edited: str | None
    platform: str = "linkedin"


# The writer cuts the stock opening, drops emoji, splits long sentences and contracts.
PIECES = (
    Piece(
        draft=(
            "I am thrilled to share that our team has finally moved the nightly reports to the new warehouse, which "
            "took three months of careful planning and a great deal of patience from everybody involved! 🚀 It is "
            "important to note that the reports now finish before anyone arrives at work. What a journey it has been!"
        ),
        edited=(
            "Our nightly reports run on the new warehouse now. It took three months and a lot of patience. They're "
            "done before anyone arrives at work. That was the point."
        ),
    ),
    Piece(
        draft=(
            "I am thrilled to share that we interviewed forty customers this spring, and what they told us about our "
            "invoices has changed the way in which we think about the whole billing page! 💡 It is important to note "
            "that nobody asked for more charts, and that almost everybody asked for fewer clicks."
        ),
        edited=(
            "We interviewed forty customers about our invoices. Nobody asked for more charts. Almost everybody asked "
            "for fewer clicks. So we're rebuilding the billing page around two of them."
        ),
    ),
    Piece(
        draft=(
            "I am thrilled to share that our garden project has reached its first harvest, and the volunteers who come "
            "every Saturday have carried home more tomatoes than we ever expected to see! 🍅 It is important to note "
            "that we do not use any fertiliser, because the compost from the market next door is all that we need."
        ),
        edited=(
            "First harvest in the garden. The Saturday volunteers carried home more tomatoes than we'd planned for. We "
            "don't use fertiliser. The market next door gives us its compost, and that's enough."
        ),
    ),
    Piece(
        draft=(
            "I am thrilled to share that I have spent the last year learning to repair bicycles, and that it has "
            "taught me more about patience than any course that I have ever taken! 🔧 It is important to note that you "
            "will break something on the first day, and that this is exactly how you will learn to fix it."
        ),
        edited=(
            "I spent last year learning to repair bicycles. You'll break something on the first day. Then you'll learn "
            "to fix it. It's taught me more patience than any course."
        ),
    ),
    Piece(
        draft=(
            "I am thrilled to share that the library will open on Sundays from next month, which is something that "
            "families in our part of the town have been asking for since the year the school was closed! 📚 It is "
            "important to note that the café stays closed, so please do bring something to eat."
        ),
        edited=(
            "The library opens on Sundays from next month. Families here have asked for it since the school closed. "
            "The café stays shut, so bring something to eat. We'll bring the books."
        ),
    ),
    # Left unedited, so that a first save has something to work on.
    Piece(
        draft=(
            "I am thrilled to share that our small choir has been invited to sing at the harbour festival, where we "
            "are going to perform four songs that nobody in the audience will have heard before! 🎵 It is important "
            "to note that the concert is free and that it begins at six."
        ),
        edited=None,
    ),
)
# Without an apostrophe, so that it can be pasted between two of them.
FIRST_SAVE = "Our choir sings at the harbour festival. Four songs that nobody there has heard. Free, at six."


def is_missing(client: ApiClient) -> bool:
    """Whether the demo writer has less than the whole demo: nothing yet, or what an interrupted load left."""
    return len(_contents(client)) < len(PIECES)


def load(client: ApiClient, run_learner: Callable[[], object], going_on: Callable[[], bool]) -> None:
    """Register and edit what the demo writer does not have yet, and run the learner until it is learned.

    Raises ApiError when the API refuses, or when it is not learned in time. Stops early when `going_on` says no.
    """
    present = _contents(client)
    edits = []
    for piece in PIECES:
        if not going_on():
            return
        content = present.get(piece.draft[:_EXCERPT])
        if content is None and piece.edited is not None and piece.edited[:_EXCERPT] in present:
            continue
        if content is None:
            content = client.post("/api/content", {"text": piece.draft, "platform": piece.platform})
        if piece.edited is not None:
            saved = client.post(f"/api/content/{content['id']}/save-edits", {"editedText": piece.edited})
            edits.append(saved["learning"]["editId"])
    _wait_until_learned(client, edits, run_learner, going_on)


def unedited_content(client: ApiClient) -> str | None:
    """The id of the draft that the demo writer has not touched, or of the newest where there is none."""
    present = _contents(client)
    untouched = present.get(PIECES[-1].draft[:_EXCERPT])
    newest = next(iter(present.values()), None)
    content = untouched or newest
    return content["id"] if content is not None else None


def _contents(client: ApiClient) -> dict[str, Any]:
    """The demo writer's newest contents by the beginning of their text."""
    return {item["excerpt"]: item for item in client.get("/api/content?limit=100")["items"]}


def _wait_until_learned(
    client: ApiClient, edits: list[str], run_learner: Callable[[], object], going_on: Callable[[], bool]
) -> None:
    deadline = time.monotonic() + _LEARN_SECONDS
    waiting = list(edits)
    while waiting and going_on():
        if time.monotonic() > deadline:
            raise ApiError(f"{len(waiting)} of {len(edits)} demo edits were not learned within {_LEARN_SECONDS:.0f} s")
        waiting = [edit for edit in waiting if client.get(f"/api/learning/{edit}")["status"] in ("queued", "delayed")]
        if waiting:
            time.sleep(_POLL_SECONDS)
            run_learner()
