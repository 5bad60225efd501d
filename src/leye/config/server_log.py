"""The web server's own log, under the rules of the platform's."""

from typing import Any

from gunicorn.glogging import Logger

from leye.config.logs import QuietFormatter, WithoutPersons


class ServerLog(Logger):
    """Gunicorn's log: no secret part of an address, and no message of an exception."""

    def setup(self, cfg: Any) -> None:
        """Set the handlers up, each cleaning what it writes; there is no access log."""
        super().setup(cfg)
        for handler in self.error_log.handlers:
            handler.addFilter(WithoutPersons())
            handler.setFormatter(QuietFormatter(self.error_fmt, self.datefmt))
