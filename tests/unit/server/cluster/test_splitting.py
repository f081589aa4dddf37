"""When a job has its parts computed elsewhere: not for short work, and not where there is nobody."""

import pytest

from linepack.settings import Settings
from server.cluster.port import Cluster, ClusterLost
from server.cluster.splitting import Splitting


def test_short_work_opens_no_cluster() -> None:
    def opened() -> Cluster:
        raise AssertionError("opened for three numbers")

    with Splitting(opened) as parts:
        assert list(parts.computed(abs, [-1, -2, -3])) == [1, 2, 3]


def test_where_there_is_one_processor_a_job_computes_all_itself() -> None:
    with Splitting.by(Settings(job_processors=1)) as parts:
        assert list(parts.computed(abs, [-1, -2])) == [1, 2]


def test_a_cluster_that_cannot_be_opened_is_tried_once() -> None:
    tried = []

    def opened() -> Cluster:
        tried.append(1)
        raise ClusterLost("nobody listens")

    with Splitting(opened, alone_s=0) as parts:
        assert list(parts.computed(abs, [-1, -2])) == [1, 2]
        assert list(parts.computed(abs, [-3])) == [3]
    assert tried == [1]


def test_parts_are_taken_as_they_are_needed() -> None:
    with Splitting(None) as parts:
        found = parts.computed(abs, iter([-1, -2]))
        assert next(found) == 1
        found.close()
    with pytest.raises(StopIteration):
        next(found)
