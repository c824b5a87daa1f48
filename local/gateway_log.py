"""What SAM's own services log, kept in a file and without values: a value may be a person's text."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LOGGERS = ("samcli", "werkzeug")


class _WithoutValues(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"{self.formatTime(record)} {record.levelname} {record.name}: {record.msg}"


@contextmanager
def kept(directory: Path) -> Iterator[None]:
    """Warnings and errors go to gateway.log in `directory`, and nowhere else, until the context ends."""
    directory.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(directory / "gateway.log", encoding="utf-8")
    handler.setFormatter(_WithoutValues())
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.setLevel(logging.WARNING)
        logger.propagate = False
        logger.addHandler(handler)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
        handler.close()
