"""Who computes the parts of jobs: a configured scheduler's workers, or processes of this machine."""

import os
from typing import Final

from linepack.settings import Settings

PROCESSORS_MAX: Final = 8
"""Worker processes of one job unless the settings say more: each takes some 250 MB of memory."""


def processors_of(settings: Settings) -> int:
    """Return how many processors a job may use on this machine."""
    if settings.job_processors is not None:
        return settings.job_processors
    is_told = hasattr(os, "sched_getaffinity")
    available = len(os.sched_getaffinity(0)) if is_told else os.cpu_count() or 1
    return min(available, PROCESSORS_MAX)


def description(settings: Settings) -> str:
    """Return in words who computes the parts of jobs."""
    if settings.dask_scheduler is not None:
        return settings.dask_scheduler
    count = processors_of(settings)
    if count == 1:
        return "each job's own process, by one processor"
    return f"up to {count} processes of this machine for each job that splits"
