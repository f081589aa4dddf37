"""The home of how a process ends with its parent, so that a killed supervisor leaves none behind.

Where the system can (Linux), the kernel sends the signal when the thread that started the process ends. It is
therefore started from the main thread or from one that lives as long.
"""

import ctypes
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(number: signal.Signals) -> None:
    """Let this process get the signal when its parent dies."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(number))


def ends_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return what a child runs before its program (`preexec_fn`) to get the signal when its parent dies."""
    if _prctl is None:
        return None
    return lambda: end_with_parent(number)
