"""What the jobs of these tests do in their processes."""

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from linepack.jobs.parts import Parts
from linepack.problems import Fault, InvalidInput

Progress = Callable[[float, str], None]


def add(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Note in a file that it runs, then add."""
    sys.stdout.write("what a solver prints is no message")
    with Path(question["log"]).open("a") as log:
        log.write(f"{question['terms']}\n")
    return {"sum": sum(question["terms"])}


def wait(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Tell steps, then wait for a file."""
    with Path(question["log"]).open("a") as log:
        log.write(f"{os.getpid()}\n")
    for step in range(1, 4):
        progress(step / 4, f"step {step}")
        time.sleep(0.3)
    while not Path(question["until"]).exists():
        time.sleep(0.02)
    return {"waited": True}


def deaf(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Wait, and do not listen when told to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return wait(question, progress)


def killed(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Die as a process does that takes all memory."""
    with Path(question["log"]).open("a") as log:
        log.write(f"{os.getpid()}\n")
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


def refused(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Find that the question cannot be answered."""
    raise InvalidInput([Fault("pipe p", "has no length")])


def broken(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Have a defect."""
    return {"answer": 1 / question["zero"]}


def split(question: dict[str, Any], progress: Progress, parts: Parts) -> dict[str, Any]:
    """Have the terms squared as parts."""
    return {"squares": list(parts.computed(squared, question["terms"]))}


def squared(term: int) -> int:
    """Be a part of that."""
    return term**2


def endless(question: dict[str, Any], progress: Progress) -> dict[str, Any]:
    """Find no number."""
    return {"answer": float("nan")}
