"""Taking an exported account into an empty one, page by page; the learner makes the voices of it (`import_rebuild`).

Pages are set aside until the last one is there. So an import that nobody goes on with changes nothing, and the account
may be used meanwhile, and then takes no further page. From the last page until the voices are there it may not be
written to.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from voice_engine.clock import Clock
from voice_engine.errors import ImportRunning, Invalid, NotEmpty, NotFound, OutOfOrder, Unavailable, Violation
from voice_engine.ids import new_id
from voice_engine.import_admission import MOST, Admission, Known, named_edits
from voice_engine.import_admission import new_id as renamed
from voice_engine.import_items import read_events
from voice_engine.store.account import Account
from voice_engine.store.database import Database, Session, answering
from voice_engine.store.erasures import Erasures
from voice_engine.store.imported import Doubled, Imported
from voice_engine.store.imports import Import, Imports, Overtaken
from voice_engine.store.portable import Item, PortableContent, PortableEdit
from voice_engine.store.requests import Keep
from voice_engine.voice.log import Event

PAGES = 10_000
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Page:
    """`digest` is the same for the same page only; it tells a page that is sent again."""

    number: int
    digest: str
    items: Sequence[Item]
    is_last: bool


class Importing:
    def __init__(
        self,
        database: Database,
        account: Account,
        imports: Imports,
        imported: Imported,
        erasures: Erasures,
        *,
        wake: Callable[[], object],
        clock: Clock,
    ) -> None:
        self._database = database
        self._account = account
        self._imports = imports
        self._imported = imported
        self._erasures = erasures
        self._wake = wake
        self._clock = clock

    @answering()
    def take(self, user_id: str, page: Page, *, keep: Keep[Import] | None = None) -> Import:
        """Set one page aside; with the last one the learner begins.

        The first page begins an import, in the place of an earlier one that has not come to its last page; each other
        one goes on with it. A page that was taken is taken again without effect. Raises Invalid naming the item and
        the field, NotEmpty, OutOfOrder, Erasing, and ImportRunning while the voices of the earlier one are being made.
        """
        events = read_events(page.items, self._clock())

        def work(session: Session) -> tuple[Import, Import | None]:
            self._erasures.check(user_id, None, session=session)
            found = self._imports.find(user_id, session=session)
            taken = found if found and _is_taken(found, page) else self._taken(user_id, found, page, events, session)
            if keep is not None:
                keep(taken, session)
            return taken, found

        for _ in range(_ROUNDS):
            try:
                taken, before = self._database.transaction(work)
            except Overtaken:
                continue
            if before is not None and before.id != taken.id:
                self._imported.forget(before)
            if taken.status == "rebuilding":
                self._wake()
            return taken
        raise Unavailable("the import keeps moving")

    @answering()
    def status(self, user_id: str) -> Import:
        """Raises NotFound where nothing was imported of late."""
        found = self._imports.find(user_id)
        if found is None:
            raise NotFound("import", user_id)
        return found

    @answering()
    def discard(self, user_id: str) -> None:
        """Throw away what was taken of an import that is not whole. Raises NotFound, and ImportRunning."""
        found = self.status(user_id)
        if found.status == "rebuilding":
            raise ImportRunning
        try:
            self._imports.remove(found)
        except Overtaken:
            raise ImportRunning from None
        self._imported.forget(found)

    @answering()
    def check_closed(self, user_id: str) -> None:
        """Raises ImportRunning while the voices of an import are being made."""
        if self._imports.is_rebuilding(user_id):
            raise ImportRunning

    def _taken(
        self, user_id: str, found: Import | None, page: Page, events: Mapping[int, Event], session: Session
    ) -> Import:
        before = self._continued(user_id, found, page)
        if not self._account.is_empty(user_id, session=session):
            raise NotEmpty(begun=found is not None and found.status == "receiving")
        admission = Admission(before, page.items, events, self._known(before, page, events, session))
        admitted = admission.admitted(is_last=page.is_last)
        after = replace(
            admitted.after,
            updated_at=self._clock(),
            pages=(*before.pages, page.digest),
            status="rebuilding" if page.is_last else "receiving",
        )
        try:
            self._imported.stage(after, admitted.staged, session=session)
        except Doubled as doubled:
            place = admitted.places[doubled.number]
            given = "the id of an item on an earlier page"
            raise Invalid(Violation(f"items.{place}.id", "once in an account", given)) from None
        if page.number == 1:
            self._imports.start(after, session=session)
            return after
        return self._imports.move(before, after, session=session)

    def _continued(self, user_id: str, found: Import | None, page: Page) -> Import:
        """The import that the page goes on with. Raises OutOfOrder, and ImportRunning."""
        if found is not None and found.status == "rebuilding":
            raise ImportRunning
        if page.number == 1:
            now = self._clock()
            return Import(new_id(), user_id, started_at=now, updated_at=now)
        expected = len(found.pages) + 1 if found is not None and found.status == "receiving" else 1
        if found is None or page.number != expected:
            raise OutOfOrder(expected, page.number)
        return found

    def _known(self, of: Import, page: Page, events: Mapping[int, Event], session: Session) -> Known:
        named = sorted({renamed(of, id_) for id_ in named_edits(events.values())})
        if len(named) > MOST["edit"]:
            raise Invalid(Violation("items", f"rows that name at most {MOST['edit']} edits", f"{len(named)} of them"))
        contents = {
            renamed(of, item.content_id if isinstance(item, PortableEdit) else item.id)
            for item in page.items
            if isinstance(item, PortableEdit | PortableContent)
        }
        edits = self._imported.edits(of, named, session=session) if named else ()
        others = self._imported.edits_of(of, sorted(contents), session=session) if contents else ()
        return Known({edit.id: edit for edit in edits}, list(others))


def _is_taken(found: Import, page: Page) -> bool:
    taken = found.pages[page.number - 1 : page.number] == (page.digest,)
    # After a failure the same file may be tried anew.
    return taken and not (found.status == "failed" and page.number == 1)
