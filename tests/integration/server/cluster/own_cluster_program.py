"""A job's process with a cluster of its own that a test kills: `python -m … FILE`.

It writes the numbers of its worker processes to FILE once both compute, and waits.
"""

import sys
import time
from pathlib import Path

from tests.integration.server.cluster.part_functions import slowly_doubled

from server.cluster.dask_clusters import OwnCluster
from server.cluster.splitting import Splitting

if __name__ == "__main__":
    cluster = OwnCluster(1)
    with Splitting(lambda: cluster, alone_s=0) as parts:
        list(parts.computed(slowly_doubled, range(2)))
        Path(sys.argv[1]).write_text(" ".join(str(worker.pid) for worker in cluster.workers))
        time.sleep(300)
