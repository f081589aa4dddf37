"""Parts on real clusters of Dask: in order, refused to strangers, and done whatever is killed on the way."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster
from tests.acceptance.installation import is_running
from tests.integration.server.cluster import part_functions
from tests.waiting import until

from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.robust.passive_scale import PassiveReading, PassiveScale, passive_scale
from capacity.publication import catalogue
from capacity.solvers.deadline import Deadline
from linepack.jobs.parts import HERE, Found, Part, Parts
from linepack.settings import Settings
from server.cluster import dask_clusters
from server.cluster.dask_clusters import DaskCluster, OwnCluster, open_cluster
from server.cluster.port import ClusterLost
from server.cluster.splitting import Splitting

READINGS = 5
"""Looks at the clock while four works are done: one before, and one after each."""


class Killing:
    """Parts on a cluster of which a worker is killed when some parts are done."""

    def __init__(self, parts: Parts, cluster: OwnCluster, *, after: int) -> None:
        self._parts, self._cluster, self._after = parts, cluster, after
        self.killed = 0

    def computed(
        self, function: Callable[[Part], Found], parts: Iterable[Part]
    ) -> Generator[Found, None, None]:
        for place, found in enumerate(self._parts.computed(function, parts)):
            if place == self._after:
                self.killed = self._cluster.workers[0].pid
                os.kill(self.killed, signal.SIGKILL)
            yield found


@pytest.fixture(scope="module")
def cluster() -> Iterator[OwnCluster]:
    with OwnCluster(2) as opened:
        yield opened


@pytest.fixture
def parts(cluster: OwnCluster) -> Splitting:
    return Splitting(lambda: cluster, alone_s=0)


def bracket(parts: Parts) -> PassiveScale:
    """Return what the first four works prove of GasLib-135, contracted to its pipes."""
    network = PassiveReading.contracted(compile_hydraulics(catalogue.load("gaslib-135"), use_maps=False))
    nomination = network.network.nomination()
    nomination[np.argmax(np.abs(nomination))] -= nomination.sum()
    booking = np.minimum(nomination, 0), np.maximum(nomination, 0)
    readings = count()
    deadline = Deadline(READINGS, lambda: float(next(readings)))
    return passive_scale(network, *booking, deadline, lambda _, __: None, parts=parts)


def test_what_parts_find_comes_in_their_order(parts: Splitting) -> None:
    assert list(parts.computed(part_functions.squared, range(30))) == [n**2 for n in range(30)]
    assert list(parts.computed(part_functions.squared, [])) == []


def test_what_a_part_raises_is_raised_where_it_is_waited_for(parts: Splitting) -> None:
    found = parts.computed(part_functions.inverse, [2, 0, 1])
    assert next(found) == 0.5
    with pytest.raises(ZeroDivisionError):
        next(found)
    with pytest.raises(TimeoutError, match="7 took too long"):
        next(parts.computed(part_functions.timed_out, [7]))


def test_parts_that_nobody_waits_for_are_given_up(parts: Splitting) -> None:
    found = parts.computed(part_functions.slowly_doubled, count())
    assert [next(found), next(found)] == [0, 2]
    found.close()
    assert list(parts.computed(part_functions.squared, [3])) == [9]


def test_a_killed_worker_costs_its_parts_and_is_replaced(parts: Splitting, cluster: OwnCluster) -> None:
    killing = Killing(parts, cluster, after=3)
    assert list(killing.computed(part_functions.slowly_doubled, range(20))) == [2 * n for n in range(20)]

    for worker in cluster.workers:
        worker.kill()
        worker.wait()
    assert list(parts.computed(part_functions.squared, range(5))) == [0, 1, 4, 9, 16]


def test_a_cluster_may_shrink_while_it_works() -> None:
    with LocalCluster(n_workers=3, threads_per_worker=1, processes=False, dashboard_address=None) as three:
        shrinking = DaskCluster(Client(three))
        with Splitting(lambda: shrinking, alone_s=0) as parts:
            found = parts.computed(part_functions.slowly_doubled, range(20))
            assert next(found) == 0
            three.scale(1)
            until(lambda: shrinking.threads() == 1, "the end of two workers")
            assert list(found) == [2 * n for n in range(1, 20)]


def test_a_bracket_is_the_same_on_one_worker_and_on_two_one_of_which_is_killed(
    parts: Splitting, cluster: OwnCluster
) -> None:
    here = bracket(HERE)
    killing = Killing(parts, cluster, after=1)
    with OwnCluster(1) as single:
        assert bracket(Splitting(lambda: single, alone_s=0)) == here
    assert bracket(killing) == here
    assert killing.killed
    assert here.boxes > 1_000
    assert 0 < here.certified < (here.witnessed or 0.0)


def test_who_has_no_certificate_cannot_speak_to_a_jobs_scheduler(cluster: OwnCluster) -> None:
    plain = cluster.address.replace("tls://", "tcp://")
    with pytest.raises(OSError, match="tcp:"):
        Client(plain, timeout=0.5)


def test_a_cluster_that_is_lost_leaves_the_rest_to_the_job(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_clusters, "LOST_S", 0.6)
    with LocalCluster(n_workers=0, host="127.0.0.1", protocol="tcp", dashboard_address=None) as nobody:
        settings = Settings(dask_scheduler=nobody.scheduler_address)
        with Splitting(lambda: open_cluster(settings), alone_s=0) as parts:
            assert list(parts.computed(part_functions.squared, range(9))) == [n**2 for n in range(9)]
    with pytest.raises(ClusterLost):
        open_cluster(settings)


def test_workers_end_with_the_process_that_opened_them(tmp_path: Path) -> None:
    told = tmp_path / "workers"
    program = "tests.integration.server.cluster.own_cluster_program"
    opener = subprocess.Popen([sys.executable, "-m", program, str(told)])
    until(told.exists, "a cluster")
    until(lambda: told.read_text() != "", "its workers")
    workers = [int(number) for number in told.read_text().split()]
    assert all(map(is_running, workers))
    opener.kill()
    opener.wait()
    until(lambda: not any(map(is_running, workers)), "the end of the workers")
