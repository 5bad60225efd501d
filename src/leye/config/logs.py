"""Logging without personal data."""

import logging
import re
import traceback
from types import TracebackType
from typing import Any

# Whoever has the address of a screen sees what it shows.
_SCREEN = re.compile(r"(/(?:wall/t|report/l)/)[^/\s?\"']+")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class WithoutPersons(logging.Filter):
    """Take away what may carry a person: the request object, its body, user and query.

    Of a screen's address, take away its secret part.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record, cleaned."""
        for name in ("request", "user", "username"):
            record.__dict__.pop(name, None)
        if isinstance(record.args, tuple):
            record.args = tuple(_without_secrets(each) for each in record.args)
        # The server puts some lines together before it logs them.
        if isinstance(record.msg, str | Exception):
            record.msg = _SCREEN.sub(r"\1…", str(record.msg))
        return True


def _without_secrets(value: object) -> object:
    if isinstance(value, Exception):
        value = str(value)
    if not isinstance(value, str) or "/" not in value:
        return value
    return _SCREEN.sub(r"\1…", value.partition("?")[0])


class QuietFormatter(logging.Formatter):
    """Write where a failure happened and of what type, not its message: that may quote input."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line, and nothing another handler has kept of the exception."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 - the name logging calls
        """Give the frames and the exception's type."""
        kind, _error, trace = ei
        frames = "".join(traceback.format_tb(trace))
        return f"{frames}{kind.__module__}.{kind.__qualname__}" if kind else frames


def logging_settings(level: str) -> dict[str, Any]:
    """Give Django's LOGGING: one line per record to standard error."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"without_persons": {"()": WithoutPersons}},
        "formatters": {
            "line": {
                "()": QuietFormatter,
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["without_persons"],
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            # The development server's lines carry the query; it is not used to serve anyone.
            "django.server": {"handlers": [], "level": "ERROR", "propagate": True},
            # Says how many threads it takes whenever it is loaded.
            "numexpr": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
