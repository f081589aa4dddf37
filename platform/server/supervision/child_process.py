"""What every child process of `linepack serve` does before its own work."""

import gc
import logging
import os
import signal
from pathlib import Path

from linepack.monitoring.logging import configure_logging
from linepack.settings import Settings
from server.supervision.parent_death import end_with_parent

COLLECTION_THRESHOLDS = (50_000, 20, 20)
"""When garbage is looked for. Python's own 700 new objects are a few subscriptions; with ten thousand of them
a look at all objects took as long as sending an event to each."""
PARENT_PROCESS = "LINEPACK_PARENT_PID"
"""Environment variable by which a child learns which process started it, to end with it."""
SHOWN_NAME = Path("/proc/self/comm")
"""Where Linux takes the name (at most 15 bytes) by which `ps` and `top` show a process."""


def log_level(settings: Settings) -> int:
    """Return what is logged: everything in production, only what needs attention on a developer's console."""
    return logging.INFO if settings.is_production else logging.WARNING


def show_name(name: str) -> None:
    """Have this process shown by a name, where the system can."""
    if SHOWN_NAME.exists():
        SHOWN_NAME.write_text(name)


def begin(name: str) -> Settings:
    """Prepare this process as a child: its name, settings, logs, and an end that follows its parent's.

    The supervisor's death ends it too (`server.supervision.parent_death`).
    """
    end_with_parent(signal.SIGTERM, int(os.environ[PARENT_PROCESS]))
    show_name(name)
    settings = Settings()
    configure_logging(production=settings.is_production, level=log_level(settings))
    gc.freeze()
    gc.set_threshold(*COLLECTION_THRESHOLDS)
    gc.enable()
    return settings
