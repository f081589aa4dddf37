"""Loaded by a forkserver: its second fork fails, as in a container that has no process left."""

import errno
import itertools
import os

_forks = itertools.count(1)
_fork = os.fork


def _fork_but_not_twice() -> int:
    if next(_forks) == 2:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return _fork()


os.fork = _fork_but_not_twice
