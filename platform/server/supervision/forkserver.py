"""The process that has loaded the programs, and forks them: `python -m … DESCRIPTOR MODULE …`.

Importing the program takes seconds of processor, so one process does it for all: every child of the
supervisor is a fork of it, started in milliseconds, and shares what is loaded. It starts no thread, no
connection and no solver; numpy's library of linear algebra has threads, and starts them anew after a fork.

Requests come on the socket DESCRIPTOR, each a line of JSON, {"main": "module:function", "environment": {…}},
with descriptors: the first is a pipe for reports, the others become the arguments of the function. Reports
are lines of JSON too: {"pid": …} or {"fault": …}, then {"status": …} when the child has ended. The process
ends with its parent, or when the socket is closed, and each child with it.
"""

import gc
import importlib
import json
import os
import selectors
import signal
import socket
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Final

from server.supervision.child_process import PARENT_PROCESS, show_name
from server.supervision.parent_death import end_with_parent

REQUEST_BYTES_MAX: Final = 65_536
DESCRIPTORS_MAX: Final = 8

Child = Callable[[], object]
"""What a process does that was forked."""


def main(descriptor: int, modules: Sequence[str]) -> None:
    """Load the modules and fork as asked; in a child, do its work instead."""
    end_with_parent(signal.SIGTERM, int(os.environ[PARENT_PROCESS]))
    show_name("linepack-fork")
    os.environ[PARENT_PROCESS] = str(os.getpid())
    gc.disable()  # nothing that is loaded becomes garbage; a child looks for its own
    warnings.filterwarnings(
        "ignore", "This process .* is multi-threaded", DeprecationWarning
    )  # numpy's threads
    for module in modules:
        importlib.import_module(module)
    with socket.socket(fileno=descriptor) as control:
        child = fork_as_asked(control)
    if child is not None:
        child()


def fork_as_asked(control: socket.socket) -> Child | None:
    """Fork a child for each request until there are no more; return what to do in a child, else None."""
    reports: dict[int, int] = {}
    ended, ending = os.pipe()
    os.set_blocking(ending, False)
    signal.signal(signal.SIGCHLD, lambda number, frame: None)
    signal.set_wakeup_fd(ending)
    try:
        with selectors.DefaultSelector() as selector:
            selector.register(control, selectors.EVENT_READ)
            selector.register(ended, selectors.EVENT_READ)
            while True:
                ready = [key.fileobj for key, _ in selector.select()]
                if ended in ready:
                    os.read(ended, REQUEST_BYTES_MAX)
                    _report_ends(reports)
                if control in ready:
                    request, descriptors, *_ = socket.recv_fds(control, REQUEST_BYTES_MAX, DESCRIPTORS_MAX)
                    if not request:
                        return None
                    if (child := _forked(request, descriptors, reports)) is not None:
                        return child
    finally:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for one in (ended, ending, *reports.values()):
            os.close(one)


def _forked(request: bytes, descriptors: Sequence[int], reports: dict[int, int]) -> Child | None:
    """Fork; return what to do in the child, None in the parent."""
    report, *own = descriptors
    try:
        pid = os.fork()
    except OSError as fault:  # out of processes or memory: the others go on
        _report(report, fault=str(fault))
        os.close(report)
        pid = -1
    if not pid:
        os.close(report)
        asked = json.loads(request)
        return lambda: _run(asked["main"], own, asked["environment"])
    for one in own:
        os.close(one)
    if pid > 0:
        reports[pid] = report
        _report(report, pid=pid)
    return None


def _report_ends(reports: dict[int, int]) -> None:
    with suppress(ChildProcessError):
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            pid, status = ended
            report = reports.pop(pid)
            _report(report, status=os.waitstatus_to_exitcode(status))
            os.close(report)


def _report(descriptor: int, **facts: object) -> None:
    with suppress(BrokenPipeError):  # the supervisor has gone, and we follow
        os.write(descriptor, json.dumps(facts).encode() + b"\n")


def _run(name: str, descriptors: Sequence[int], environment: dict[str, str]) -> None:
    module, _, function = name.partition(":")
    os.environ.update(environment)
    getattr(importlib.import_module(module), function)(*descriptors)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
