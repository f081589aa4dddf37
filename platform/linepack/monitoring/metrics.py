"""Metrics that the platform publishes about itself, for Prometheus.

Seconds are seconds, counts are counts; labels are closed sets or codes of networks, never ids of parties or
contracts. With several processes on one machine the supervisor sets PROMETHEUS_MULTIPROC_DIR before they
start, and every process's figures are added up where they are read.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess

BOOKINGS = Counter("linepack_bookings_total", "Booking requests, by verdict and level.", ["outcome", "level"])
VERDICTS_FAULTY = Counter(
    "linepack_verdicts_faulty_total",
    "Verdicts in which the independent checker found a fault: they became UNDECIDED.",
    ["outcome", "level"],
)
VERIFICATION_SECONDS = Histogram(
    "linepack_verification_seconds",
    "Time to verify one booking request, without the wait for the verifier.",
    ["level"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
NETWORK_LOCK_WAIT_SECONDS = Histogram(
    "linepack_network_lock_wait_seconds",
    "Time a command waited for its network.",
    buckets=(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5),
)
OPERATION_SECONDS = Histogram(
    "linepack_operation_seconds", "Time to answer a GraphQL operation, by its kind.", ["kind", "outcome"]
)
JOBS = Counter("linepack_jobs_total", "Jobs that workers have ended, by kind and state.", ["kind", "state"])
RELEASES_PARKED = Gauge(
    "linepack_releases_parked",
    "Releases that could not be closed and wait for `linepack close-parked`.",
    multiprocess_mode="mostrecent",
)
SETTLEMENT_PARKED = Gauge(
    "linepack_settlement_parked",
    "Events that could not be settled and wait for what they lack.",
    multiprocess_mode="mostrecent",
)
SETTLEMENT_BEHIND_SECONDS = Gauge(
    "linepack_settlement_behind_seconds",
    "Age of the oldest event that waits to be settled, 0 when none does.",
    multiprocess_mode="mostrecent",
)
WORKER_FAULTS = Counter(
    "linepack_worker_faults_total", "Unexpected faults of the worker's tasks, which went on.", ["task"]
)
FEED_POSITION = Gauge(
    "linepack_feed_position", "Last position published, by stream.", ["stream"], multiprocess_mode="max"
)
FEED_LAG_SECONDS = Gauge(
    "linepack_feed_lag_seconds",
    "Age of the newest event when it was published, by stream.",
    ["stream"],
    multiprocess_mode="mostrecent",
)
LOG_LEAVES = Gauge(
    "linepack_log_leaves", "Leaves of each transparency log.", ["log"], multiprocess_mode="max"
)
SHORT_DAYS = Gauge(
    "linepack_short_days",
    "Gas days ahead on which more is sold than can be transported, as last assessed, by network.",
    ["network"],
    multiprocess_mode="mostrecent",
)


def exposition() -> bytes:
    """Return all figures in the Prometheus text format, of every process where there are several."""
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
