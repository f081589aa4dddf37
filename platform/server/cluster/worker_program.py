"""A worker process of a job's own cluster: `python -m server.cluster.worker_program SCHEDULER PARENT`.

The certificate and key of the cluster come as JSON on standard input: they are in no file and in no list of
processes. The worker dies with PARENT, and ends when the scheduler has gone.
"""

import asyncio
import json
import logging
import signal
import sys

import dask
from distributed import Security, Worker

from server.supervision.parent_death import end_with_parent

HERE = "127.0.0.1"


async def work(scheduler: str, security: Security) -> None:
    """Compute parts until the scheduler ends; the memory is what the parts take."""
    dask.config.set({"distributed.worker.http.routes": []})
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    worker = Worker(
        scheduler,
        host=HERE,
        security=security,
        nthreads=1,
        memory_limit=0,
        dashboard=False,
        dashboard_address=f"{HERE}:0",
    )
    async with worker:
        await worker.finished()


def main(scheduler: str, parent: int) -> None:
    """Be a worker."""
    end_with_parent(signal.SIGKILL, parent)
    tls = json.load(sys.stdin)
    security = Security(
        require_encryption=True,
        tls_ca_file=tls["ca_file"],
        tls_worker_cert=tls["cert"],
        tls_worker_key=tls["key"],
    )
    asyncio.run(work(scheduler, security))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
