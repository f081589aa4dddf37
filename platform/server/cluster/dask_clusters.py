"""Clusters of Dask that compute parts: the one that is configured, or one of this process's own.

Anybody who may speak to a scheduler or a worker can have it run code. So all of them speak TLS and show a
certificate, those of one machine too, whose other users could reach them.
"""

import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any, Final, Self

import dask
from distributed import CancelledError, Client, LocalCluster, Security, wait

from linepack.settings import Settings
from server.cluster.description import processors_of
from server.cluster.port import ClusterLost, Sent

LOOK_S: Final = 0.5
"""How often it is looked whether a cluster still has workers while a part is waited for."""
LOST_S: Final = 15.0
"""A cluster without a connection or without a worker for this long is lost."""
HERE: Final = "127.0.0.1"
WORKER: Final = (sys.executable, "-m", "server.cluster.worker_program")
ONE_THREAD: Final = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""A worker is one of as many as there are processors."""


class DaskCluster:
    """A connection to a scheduler; see `server.cluster.port.Cluster`."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._seen_at = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._client.close()

    def threads(self) -> int:
        """Return how many parts are computed at once."""
        try:
            return sum(self._client.nthreads().values())
        except (OSError, TimeoutError) as fault:
            raise ClusterLost(str(fault)) from fault

    def send(self, function: Callable[[Any], Any], part: Any) -> Sent:
        """Send a part to be computed."""
        try:
            sent: Sent = self._client.submit(function, part, pure=False)
        except (OSError, RuntimeError) as fault:
            raise ClusterLost(str(fault)) from fault
        return sent

    def result(self, sent: Sent) -> Any:
        """Wait for what is found of a part, and return it; raises what the function raised."""
        self._seen_at = time.monotonic()
        while True:
            try:
                wait([sent], timeout=LOOK_S)
                return sent.result(timeout=LOST_S)
            except CancelledError as fault:
                raise ClusterLost("the connection to the scheduler was lost") from fault
            except TimeoutError:
                if sent.status == "error":
                    raise
                self.look_after_workers()

    def give_up(self, sent: Sequence[Sent]) -> None:
        """Say that some parts are not needed any more."""
        with suppress(OSError, TimeoutError):
            self._client.cancel(sent)

    def look_after_workers(self) -> None:
        """Raise ClusterLost if there were none for some time."""
        if self.threads() > 0:
            self._seen_at = time.monotonic()
        elif time.monotonic() - self._seen_at > LOST_S:
            raise ClusterLost(f"no worker for {LOST_S:g} seconds")


class OwnCluster(DaskCluster):
    """A scheduler in this process with worker processes, which end with the thread that makes it.

    A worker that dies is replaced; what it had to do is done by another.
    """

    def __init__(self, count: int) -> None:
        self._security = Security.temporary()
        self._scheduler = LocalCluster(
            n_workers=0,
            host=HERE,
            security=self._security,
            scheduler_kwargs={"dashboard": False, "dashboard_address": f"{HERE}:0"},
        )
        self.address = self._scheduler.scheduler_address
        super().__init__(Client(self._scheduler, direct_to_workers=True))
        self.workers = [self._started() for _ in range(count)]

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()
            worker.wait()
        super().__exit__(kind, fault, trace)
        self._scheduler.close()

    def threads(self) -> int:
        """Return how many worker processes there are, those included that are still starting."""
        return len(self.workers)

    def look_after_workers(self) -> None:
        """Replace those that have ended."""
        for place, worker in enumerate(self.workers):
            if worker.poll() is not None:
                self.workers[place] = self._started()

    def _started(self) -> "subprocess.Popen[bytes]":
        worker = subprocess.Popen(
            [*WORKER, self.address, str(os.getpid())],
            env={**os.environ, **ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        certificates = self._security.get_tls_config_for_role("worker")
        if worker.stdin is not None:
            with suppress(BrokenPipeError), worker.stdin as stream:
                stream.write(json.dumps(certificates).encode())
        return worker


def open_cluster(settings: Settings) -> DaskCluster:
    """Return the cluster that the settings name; raises ClusterLost."""
    # It serves no pages, which nobody would be asked a password for.
    dask.config.set({"distributed.scheduler.http.routes": []})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        if settings.dask_scheduler is None:
            return OwnCluster(processors_of(settings))
        client = Client(
            settings.dask_scheduler,
            security=security_of(settings),
            timeout=LOST_S,
        )
    except (OSError, TimeoutError) as fault:
        raise ClusterLost(str(fault)) from fault
    return DaskCluster(client)


def security_of(settings: Settings) -> Security | None:
    """Return the certificates with which a configured scheduler is spoken to; None without TLS."""
    if settings.dask_certificate is None:
        return None
    return Security(
        require_encryption=True,
        tls_ca_file=str(settings.dask_ca),
        tls_client_cert=str(settings.dask_certificate),
        tls_client_key=str(settings.dask_key),
    )
