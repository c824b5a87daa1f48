"""What stops `make start`."""


class StartError(Exception):
    """The message is one line that says what is wrong and what to do."""
