"""The home of what every child process of `linepack serve` has in common."""

import gc
import logging
import signal

from linepack.logging import configure_logging
from linepack.settings import Settings
from server.orphans import end_with_parent

SOCKET_DESCRIPTOR = "LINEPACK_SOCKET_FD"
"""Environment variable by which an API process learns which inherited socket it answers on."""


def log_level(settings: Settings) -> int:
    """Return what is logged: everything in production, only what needs attention on a developer's console."""
    return logging.INFO if settings.is_production else logging.WARNING


def begin() -> Settings:
    """Prepare this process as a child: settings, logs, and an end that follows its parent's.

    Where the system can, the supervisor's death ends it too (`server.orphans`).
    """
    end_with_parent(signal.SIGTERM)
    settings = Settings()
    configure_logging(production=settings.is_production, level=log_level(settings))
    gc.freeze()
    return settings
