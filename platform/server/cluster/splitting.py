"""The parts of a job on a cluster, as far as there is one.

A job computes its first parts itself, so that short work starts no processes. A cluster that is not there or
is lost on the way costs time alone: the job computes what is left. What is found comes in the order of the
parts in either case.
"""

import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from types import TracebackType
from typing import Final, Self

from linepack.jobs.parts import Found, Part
from linepack.monitoring.logging import logger
from linepack.settings import Settings
from server.cluster.description import processors_of
from server.cluster.port import Cluster, ClusterLost, Sent

ALONE_S: Final = 2.0
"""How long a job computes parts itself before it opens a cluster, which takes about as long."""
AHEAD: Final = 3
"""Parts that are sent for each thread of a cluster, so that none waits for its next."""


class Splitting:
    """The parts of one job (`linepack.jobs.parts.Parts`): computed here at first, later on a cluster.

    opened : opens the cluster; None where there is none to be had
    alone_s : how long parts are computed here first

    Use it as a context, which closes the cluster.
    """

    def __init__(self, opened: Callable[[], Cluster] | None, *, alone_s: float = ALONE_S) -> None:
        self._opened = opened
        self._alone_s = alone_s
        self._cluster: Cluster | None = None
        self._context = ExitStack()

    @classmethod
    def by(cls, settings: Settings) -> Self:
        """Return what the settings say; Dask is loaded when a cluster is opened."""
        if settings.dask_scheduler is None and processors_of(settings) == 1:
            return cls(None)

        def opened() -> Cluster:
            from server.cluster.dask_clusters import open_cluster  # noqa: PLC0415  (takes half a second)

            return open_cluster(settings)

        return cls(opened)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._context.close()

    def computed(
        self, function: Callable[[Part], Found], parts: Iterable[Part]
    ) -> Generator[Found, None, None]:
        """Yield what the function makes of each part, in the order of the parts."""
        left = iter(parts)
        for part in left:
            cluster = self._due()
            if cluster is not None:
                yield from self._elsewhere(cluster, function, chain([part], left))
                return
            began_at = time.monotonic()
            found = function(part)
            self._alone_s -= time.monotonic() - began_at
            yield found

    def _due(self) -> Cluster | None:
        """Return the cluster if there is one and it is time for it."""
        if self._cluster is None and self._opened is not None and self._alone_s <= 0:
            try:
                self._cluster = self._context.enter_context(self._opened())
            except ClusterLost as lost:
                self._go_on_alone(lost)
        return self._cluster

    def _elsewhere(
        self, cluster: Cluster, function: Callable[[Part], Found], parts: Iterator[Part]
    ) -> Generator[Found, None, None]:
        taken: deque[Part] = deque()
        try:
            yield from _computed_by(cluster, function, parts, taken)
        except ClusterLost as lost:
            self._go_on_alone(lost)
            yield from self.computed(function, chain(taken, parts))

    def _go_on_alone(self, lost: ClusterLost) -> None:
        logger.warning("cluster_lost", reason=str(lost))
        self._cluster, self._opened = None, None
        self._context.close()


def _computed_by(
    cluster: Cluster, function: Callable[[Part], Found], parts: Iterator[Part], taken: deque[Part]
) -> Generator[Found, None, None]:
    """Yield what a cluster finds; `taken` are the parts that were taken and are not done, in their order."""
    sent: deque[Sent] = deque()
    try:
        while True:
            # The cluster may have shrunk since parts were sent.
            for part in islice(parts, max(0, AHEAD * max(1, cluster.threads()) - len(taken))):
                taken.append(part)
                sent.append(cluster.send(function, part))
            if not taken:
                return
            found: Found = cluster.result(sent[0])
            taken.popleft()
            sent.popleft()
            yield found
    finally:
        cluster.give_up(list(sent))
