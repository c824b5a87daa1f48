"""Drafts and saves on the wire."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

import models.cursor
from models.wire import EXACT, SEEN, SEEN_SCHEMA, WHOLE, Moment, Wire, exactly_one_of
from voice_engine.contents import Draft
from voice_engine.store.contents import Content, Place, Summary

TEXT_CHARACTERS = 50_000
POSTS = 100
PAGE = 100


Text = Annotated[str, Field(min_length=1, max_length=TEXT_CHARACTERS, json_schema_extra=SEEN_SCHEMA), SEEN]
Posts = Annotated[list[Text], Field(min_length=1, max_length=POSTS)]
Platform = Literal["x", "linkedin", "blog", "email"]


def _check_form(names: tuple[str, str], text: str | None, posts: list[str] | None) -> None:
    """Exactly one of the two, and a thread no longer than a text may be."""
    if (text is None) == (posts is None):
        raise PydanticCustomError("one_of", f"must have exactly one of {names[0]} and {names[1]}")
    total = sum(map(len, posts or ()))
    if total > TEXT_CHARACTERS:
        raise PydanticCustomError(
            "thread_too_long",
            "posts must have at most {limit} characters together, given {total}",
            {"limit": TEXT_CHARACTERS, "total": total},
        )


class RegisterContent(Wire):
    """A draft that was written elsewhere: one text, or the posts of a thread, which hold no more characters together
    than one text may."""

    model_config = exactly_one_of("text", "posts")

    text: Text | None = None
    posts: Posts | None = None
    platform: Platform
    format: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9-]+$")] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        _check_form(("text", "posts"), self.text, self.posts)
        return self

    def draft(self) -> Draft:
        return Draft(
            posts=tuple(self.posts) if self.posts is not None else (self.text or "",),
            thread=self.posts is not None,
            platform=self.platform,
            format=self.format,
        )


class SaveEdits(Wire):
    """What the writer made of the newest text, with as many characters as a draft may have; `baseRev` refuses the save
    when that text was another one."""

    model_config = exactly_one_of("editedText", "posts")

    edited_text: Text | None = None
    posts: Posts | None = None
    base_rev: Annotated[int, Field(ge=0, le=EXACT), WHOLE] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        _check_form(("editedText", "posts"), self.edited_text, self.posts)
        return self

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self.posts) if self.posts is not None else (self.edited_text or "",)


class DraftView(Wire):
    text: str | None = None
    posts: list[str] | None = None


class ContentView(Wire):
    """A content as it stands: its current text, and the draft that it began with."""

    id: str
    platform: str
    format: str | None
    rev: int
    text: str | None = None
    posts: list[str] | None = None
    draft: DraftView
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, content: Content) -> Self:
        return cls(
            id=content.id,
            platform=content.platform,
            format=content.format,
            rev=content.rev,
            text=None if content.thread else content.current[0],
            posts=list(content.current) if content.thread else None,
            draft=DraftView(
                text=None if content.thread else content.draft[0], posts=list(content.draft) if content.thread else None
            ),
            created_at=content.created_at,
            updated_at=content.updated_at,
        )


class ContentLine(Wire):
    """A content in a list; `excerpt` is the beginning of its current text."""

    id: str
    platform: str
    format: str | None
    rev: int
    excerpt: str
    created_at: Moment
    updated_at: Moment

    @classmethod
    def of(cls, content: Summary) -> Self:
        return cls(
            id=content.id,
            platform=content.platform,
            format=content.format,
            rev=content.rev,
            excerpt=content.excerpt,
            created_at=content.created_at,
            updated_at=content.updated_at,
        )


class ContentPage(Wire):
    """`nextCursor` leads to the next page; null on the last one."""

    items: list[ContentLine]
    next_cursor: str | None


class LearningTicket(Wire):
    """`queued`: the job is on the list. `delayed`: the edit is safe, its job comes to the list within a minute.

    `ignored`: the edit is kept and never learned, for `reason`.
    """

    status: Literal["queued", "delayed", "ignored"]
    edit_id: str
    job_id: str | None = None
    reason: str | None = None


class SavedView(Wire):
    content: ContentView
    learning: LearningTicket


def cursor(content: Summary) -> str:
    """An opaque name for the place after `content` in the list."""
    return models.cursor.cursor(content.created_at, content.id)


def place(cursor: str) -> Place:
    return Place(*models.cursor.place(cursor))
