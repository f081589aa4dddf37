"""The process of one job: `python -m server.jobs.child_program FUNCTION DESCRIPTOR PARENT [splits]`.

FUNCTION, as "module:name", is a pure function of the question, which comes as JSON on standard input, and of
a callable to which it reports its progress; one that `splits` also takes the port to which it hands its
parts. Reports and outcome go to DESCRIPTOR, because solvers may
print what they like. The process dies with its worker, PARENT, and gives way to the processes
that serve people.
"""

import importlib
import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from typing import BinaryIO

from linepack.jobs.model import JsonObject
from linepack.jobs.parts import Parts
from linepack.problems import Problem
from linepack.settings import Settings
from server.cluster.splitting import Splitting
from server.jobs.messages import Failure, Progress, Result, encode
from server.supervision.parent_death import end_with_parent

NICENESS = 10
TOLD_EVERY_S = 0.2

JobFunction = Callable[..., JsonObject]
"""Takes the question, a callable for the progress, and the parts' port if it splits."""


class _Teller:
    """Writes messages; progress that comes too fast is passed over."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._quiet_until = 0.0

    def progress(self, fraction: float, text: str) -> None:
        now = time.monotonic()
        if now >= self._quiet_until:
            self._quiet_until = now + TOLD_EVERY_S
            self.send(encode(Progress(min(max(fraction, 0.0), 1.0), text)))

    def send(self, line: bytes) -> None:
        self._stream.write(line)
        self._stream.flush()


def _function_of(name: str) -> JobFunction:
    module, _, attribute = name.partition(":")
    function: JobFunction = getattr(importlib.import_module(module), attribute)
    return function


def outcome(name: str, question: JsonObject, progress: Callable[[float, str], None], *port: Parts) -> bytes:
    """Return, encoded, what the function makes of the question: its result, or why there is none.

    The process gives way once it has loaded the function: on a machine that has too much to do, loading would
    otherwise take longer than the job may.
    """
    try:
        function = _function_of(name)
        os.nice(NICENESS)
        return encode(Result(function(question, progress, *port)))
    except Problem as problem:
        return encode(Failure(problem.message))
    except Exception as fault:
        traceback.print_exc()
        return encode(Failure(f"{type(fault).__name__}: {fault}"))


def main(name: str, descriptor: int, parent: int, *, splits: bool) -> None:
    """Do the job."""
    end_with_parent(signal.SIGKILL, parent)
    with os.fdopen(descriptor, "wb") as stream:
        reporter = _Teller(stream)
        question = json.load(sys.stdin.buffer)
        if splits:
            with Splitting.by(Settings()) as parts:
                reporter.send(outcome(name, question, reporter.progress, parts))
        else:
            reporter.send(outcome(name, question, reporter.progress))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), splits="splits" in sys.argv[4:])
