"""Benchmarks of parts of jobs: one proof by one worker process, by two, and by two of which one is killed."""

import os
import signal
import time
from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass

import numpy as np
from benchmarks.hydraulics_cases import compiled, nominated
from benchmarks.report import Row, compared, duration

from capacity.hydraulics.robust.passive_scale import PassiveReading, PassiveScale, passive_scale
from capacity.solvers.deadline import Deadline
from linepack.jobs.parts import Found, Part
from server.cluster.dask_clusters import OwnCluster
from server.cluster.splitting import Splitting

CASE = "gaslib-135"
SECONDS = 600.0
"""More than the proof needs, so that time does not decide what is proved."""
TWICE_THE_WORKERS = 1 / 0.6
STARTING_S = 2.0
"""How long a worker is kept busy at first, so that each of them has started before the clock does."""
KILLED_AFTER = 100
"""Parts after which a worker is killed."""


@dataclass
class _Counting:
    """Parts on a cluster, counted; after so many of them one of its workers is killed."""

    cluster: OwnCluster
    killed_after: int | None
    count: int = 0

    def computed(
        self, function: Callable[[Part], Found], parts: Iterable[Part]
    ) -> Generator[Found, None, None]:
        for found in Splitting(lambda: self.cluster, alone_s=0).computed(function, parts):
            self.count += 1
            if self.count == self.killed_after:
                os.kill(self.cluster.workers[0].pid, signal.SIGKILL)
            yield found


def run() -> list[Row]:
    """Measure everything."""
    one, one_s = _proved(1)
    two, two_s = _proved(2)
    killed, killed_s = _proved(2, killed_after=KILLED_AFTER)
    is_same = killed == two == one
    known = f"[{one.certified:.6f}, {one.witnessed or np.inf:.6f}]"
    return [
        compared(f"robust scale, {CASE}, {known}: two workers – one", two_s, one_s, TWICE_THE_WORKERS),
        Row(
            f"robust scale, {CASE}, one of two workers killed: {'same' if is_same else 'another'} bracket",
            duration(killed_s),
            aim="same bracket on one worker and on two",
            is_missed=not is_same,
        ),
    ]


def _proved(workers: int, *, killed_after: int | None = None) -> tuple[PassiveScale, float]:
    """Return what is proved, and in how many seconds, beginning when all workers are there."""
    reading = PassiveReading.contracted(compiled(CASE))
    booking = nominated(reading.network)
    with OwnCluster(workers) as cluster:
        parts = _Counting(cluster, killed_after)
        list(parts.computed(time.sleep, [STARTING_S] * workers))
        parts.count = 0
        started = time.perf_counter()
        found = passive_scale(
            reading,
            np.minimum(booking, 0),
            np.maximum(booking, 0),
            Deadline(SECONDS),
            lambda _share, _text: None,
            parts=parts,
        )
        return found, time.perf_counter() - started
