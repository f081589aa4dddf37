"""The home of what every child process of `linepack serve` has in common."""

import ctypes
import gc
import logging
import signal
import sys

from linepack.logging import configure_logging
from linepack.settings import Settings

SOCKET_DESCRIPTOR = "LINEPACK_SOCKET_FD"
"""Environment variable by which an API process learns which inherited socket it answers on."""

_PR_SET_PDEATHSIG = 1


def log_level(settings: Settings) -> int:
    """Return what is logged: everything in production, only what needs attention on a developer's console."""
    return logging.INFO if settings.is_production else logging.WARNING


def begin() -> Settings:
    """Prepare this process as a child: settings, logs, and an end that follows its parent's.

    Where the system can (Linux), the kernel sends SIGTERM when the supervisor dies, so that killing it leaves
    no process behind.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    settings = Settings()
    configure_logging(production=settings.is_production, level=log_level(settings))
    gc.freeze()
    return settings
