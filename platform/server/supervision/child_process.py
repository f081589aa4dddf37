"""What every child process of `linepack serve` does before its own work."""

import gc
import logging
import os
import signal

from linepack.monitoring.logging import configure_logging
from linepack.settings import Settings
from server.supervision.parent_death import end_with_parent

SOCKET_DESCRIPTOR = "LINEPACK_SOCKET_FD"
"""Environment variable by which an API process learns which inherited socket it answers on."""
COLLECTION_THRESHOLDS = (50_000, 20, 20)
"""When garbage is looked for. Python's own 700 new objects are a few subscriptions; with ten thousand of them
a look at all objects took as long as sending an event to each."""
PARENT_PROCESS = "LINEPACK_PARENT_PID"
"""Environment variable by which a child learns which process started it, to end with it."""


def log_level(settings: Settings) -> int:
    """Return what is logged: everything in production, only what needs attention on a developer's console."""
    return logging.INFO if settings.is_production else logging.WARNING


def begin() -> Settings:
    """Prepare this process as a child: settings, logs, and an end that follows its parent's.

    The supervisor's death ends it too (`server.supervision.parent_death`); one started by hand ends with the
    shell.
    """
    end_with_parent(signal.SIGTERM, int(os.environ.get(PARENT_PROCESS) or os.getppid()))
    settings = Settings()
    configure_logging(production=settings.is_production, level=log_level(settings))
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    return settings
