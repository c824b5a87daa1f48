"""Drafts and the edits that people make of them: register, list, read, save."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Literal

from pymongo.errors import DuplicateKeyError

from voice_engine.clock import Clock
from voice_engine.errors import NotFound, Stale, Violation, WrongForm
from voice_engine.ids import is_id, new_id
from voice_engine.profile_key import ProfileId, voice_of
from voice_engine.profiles import check_made
from voice_engine.queue import LearningJob
from voice_engine.store.contents import Content, Contents, Place, Summary
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.edits import Edits, SavedEdit
from voice_engine.store.profiles import Profiles
from voice_engine.store.requests import Keep, Requests
from voice_engine.voice.fingerprint import format_name

# Two saves of one draft at the same moment: the later one is compared with the text of the earlier. A person has few
# windows open, so more rounds than this mean that something else is wrong.
_ROUNDS = 10


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be registered. A thread has several posts, a plain text one."""

    posts: tuple[str, ...]
    thread: bool
    platform: str
    format: str | None


@dataclass(frozen=True, slots=True)
class Saved:
    """A durable save. `queued`: its job is on the list. `delayed`: the sweep will put it there. `ignored`: it is kept
    and never learned, for `reason`."""

    content: Content
    edit_id: str
    status: Literal["queued", "delayed", "ignored"]
    reason: str | None = None


class ContentLibrary:
    def __init__(
        self,
        database: Database,
        contents: Contents,
        edits: Edits,
        profiles: Profiles,
        requests: Requests,
        *,
        announce: Callable[[LearningJob], bool],
        clock: Clock,
    ) -> None:
        """`announce` puts a job on the queue and wakes the learner; False when Redis did not take it."""
        self._database = database
        self._contents = contents
        self._edits = edits
        self._profiles = profiles
        self._requests = requests
        self._announce = announce
        self._clock = clock

    @answering()
    def register(self, profile: ProfileId, draft: Draft, *, keep: Keep[Content] | None = None) -> Content:
        """Raises NotFound for a voice that was never made."""
        check_made(self._profiles, profile)
        now = self._clock()
        content = Content(
            id=new_id(),
            user_id=profile.user_id,
            profile=profile.key,
            platform=draft.platform,
            format=draft.format,
            thread=draft.thread,
            draft=draft.posts,
            current=draft.posts,
            rev=0,
            created_at=now,
            updated_at=now,
        )

        def work(session: Session) -> None:
            self._contents.insert(content, session=session)
            if keep is not None:
                keep(content, session)

        # Its id is random, so one that is there already is this very content: the driver asks again when an answer is
        # lost, and not every server knows the second asking for what it is.
        with suppress(DuplicateKeyError):
            self._database.transaction(work)
        return content

    @answering()
    def get(self, user_id: str, content_id: str, *, voice: str | None = None) -> Content:
        """Raises NotFound, also for another person's content, and for that of another voice where one is named."""
        content = self._contents.find(user_id, content_id) if is_id(content_id) else None
        if content is None or voice not in (None, voice_of(content.profile)):
            raise NotFound("content", content_id)
        return content

    @answering()
    def newest(self, profile: ProfileId, *, after: Place | None, limit: int) -> Sequence[Summary]:
        """Raises NotFound for a voice that was never made."""
        check_made(self._profiles, profile)
        return self._contents.newest(profile.user_id, profile.key, after=after, limit=limit)

    @answering()
    def delete(self, user_id: str, content_id: str, *, voice: str | None = None) -> None:
        """Delete a content, the texts of its edits and the kept answers that hold them. What was learned from them
        stays; edits that wait never will be learned. Raises NotFound as `get` does."""
        self.get(user_id, content_id, voice=voice)

        def work(session: Session) -> None:
            if not self._contents.delete(user_id, content_id, session=session):
                raise NotFound("content", content_id)
            self._edits.content_deleted(user_id, content_id, session=session)
            self._requests.forget(user_id, content_id, session=session)

        self._database.transaction(work)

    @answering()
    def save_edits(
        self,
        user_id: str,
        content_id: str,
        *,
        posts: tuple[str, ...],
        thread: bool,
        based_on: int | None,
        voice: str | None = None,
        keep: Keep[Saved] | None = None,
    ) -> Saved:
        """Store `posts` as the next edit of a content, then announce it.

        The edit's base is the text of the previous rev, so a second save is compared with the first. Raises NotFound,
        WrongForm when a thread is saved as a text or a text as a thread, Stale when `based_on` is not the newest rev.
        `keep` is told of the save in its transaction, before it is announced: as delayed, then.
        """
        for _ in range(_ROUNDS):
            content = self.get(user_id, content_id, voice=voice)
            _check_form(content, thread=thread)
            if based_on is not None and based_on != content.rev:
                raise Stale("content", f"rev {based_on}", f"rev {content.rev}")
            saved = self._store(content, posts, keep)
            if saved is None:
                continue
            if saved.status == "delayed" and self._announce(
                LearningJob(user_id, content.profile, content.id, saved.edit_id)
            ):
                return replace(saved, status="queued")
            return saved
        raise Stale("content", "a rev that others keep moving", f"rev {content.rev}")

    def _store(self, content: Content, posts: tuple[str, ...], keep: Keep[Saved] | None) -> Saved | None:
        """Edit and content in one transaction; None when another save of this content came first."""
        # Never before the previous edit of the same content, whatever the clocks of two machines say.
        now = max(self._clock(), content.updated_at)
        edit = SavedEdit(
            id=new_id(),
            profile=content.profile,
            user_id=content.user_id,
            content_id=content.id,
            rev=content.rev + 1,
            base=content.current,
            text=posts,
            saved_at=now,
            format=format_name(content.platform, content.format),
        )

        def work(session: Session) -> Saved | None:
            advanced = self._contents.advance(content, posts, now, session=session)
            if advanced is None:
                return None
            paused = self._profiles.is_paused(content.profile, session=session)
            self._edits.insert(replace(edit, status="ignored", reason="paused") if paused else edit, session=session)
            saved = Saved(advanced, edit.id, "ignored", "paused") if paused else Saved(advanced, edit.id, "delayed")
            if keep is not None:
                keep(saved, session)
            return saved

        return self._database.transaction(work)


def _check_form(content: Content, *, thread: bool) -> None:
    if content.thread and not thread:
        raise WrongForm(Violation("editedText", "this content is a thread: give its posts", "one text"))
    if thread and not content.thread:
        raise WrongForm(Violation("posts", "this content is one text: give editedText", "posts"))
