"""Processes that end with their parent, so that a killed one leaves none behind.

Where the system can (Linux), the kernel sends a signal when the thread that started the process ends, which
is therefore the main thread or one that lives as long. It sends none when that thread has ended before it is
asked to, so a process also compares its parent with the one that started it.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


def end_with_parent(number: signal.Signals, parent: int) -> None:
    """Let this process get the signal when `parent` dies; raises SystemExit if it is dead already."""
    if _prctl is not None:
        _prctl(_PR_SET_PDEATHSIG, int(number))
    if os.getppid() != parent:
        raise SystemExit(f"process {parent}, which started this one, has ended")


def ends_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a child of this process runs before its program (`preexec_fn`) to end with it."""
    parent = os.getpid()
    return lambda: end_with_parent(number, parent)
