"""What keeps the document from being made."""


class Incomplete(Exception):
    """Something of a route is not told; the message says what, and where to tell it."""
