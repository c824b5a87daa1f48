"""What a use case refuses, told so that an edge can translate it without knowing why."""

from dataclasses import dataclass


class Refused(Exception):
    """A request that was understood and is not carried out. Nothing has been written."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One wrong field: its path in the request, what holds, and what was given."""

    field: str
    limit: str
    given: str


class Invalid(Refused):
    def __init__(self, *violations: Violation) -> None:
        self.violations = violations
        super().__init__("; ".join(f"{v.field}: {v.limit}, given {v.given}" for v in violations))


class NotFound(Refused):
    """Also for what belongs to another person: it does not exist for this one."""

    def __init__(self, kind: str, id_: str) -> None:
        self.kind = kind
        self.id = id_
        super().__init__(f"no {kind} {id_}")


class Stale(Refused):
    """The caller based its change on a version that is no longer the newest."""

    def __init__(self, kind: str, based_on: str, newest: str) -> None:
        self.kind = kind
        self.based_on = based_on
        self.newest = newest
        super().__init__(f"{kind} is at {newest}, the change is based on {based_on}")


class WrongForm(Refused):
    """A good request that does not fit what the thing is: one text does not fit a thread."""

    def __init__(self, violation: Violation) -> None:
        self.violation = violation
        super().__init__(violation.limit)


class AlreadyExists(Refused):
    """What is to be made has a name that is taken."""

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        super().__init__(f"the {kind} {name} is there already")


class LimitReached(Refused):
    """A person, or one of their voices, may have `limit` of these and has them."""

    def __init__(self, kind: str, limit: int, *, of: str = "person") -> None:
        self.kind = kind
        self.limit = limit
        super().__init__(f"at most {limit} {kind}s a {of}")


class Erasing(Refused):
    """The person, or the voice, is being erased: nothing of theirs can be written until that is done."""

    def __init__(self) -> None:
        super().__init__("an erasure is under way")


class NotEmpty(Refused):
    """An account is taken in by an empty one only. `begun`: pages of it were taken while it was."""

    def __init__(self, *, begun: bool) -> None:
        way_out = (
            "DELETE /api/profile/import throws away what was taken of the import"
            if begun
            else "an account is taken in by an empty one only"
        )
        super().__init__(f"there are voices, contents or edits already: {way_out}")


class OutOfOrder(Refused):
    """Pages are taken in their order."""

    def __init__(self, expected: int, given: int) -> None:
        self.expected = expected
        self.given = given
        super().__init__(f"page {expected} is to come next, not page {given}")


class ImportRunning(Refused):
    """The voices of an import are being made: the account takes nothing else until they are there."""

    def __init__(self) -> None:
        super().__init__("an import is being worked on; it ends by itself")


class Unavailable(Exception):
    """A part without which there is no answer did not answer, such as MongoDB. The caller may try again."""
