"""The kind of job that dispatches compressor stations."""

from typing import Final

from capacity.feasibility.robust_validation.job import STARTING_S, input_with_network
from linepack.jobs.kinds import JobKind
from planning.compressor_dispatch.service import COMPRESSOR_DISPATCH

KIND: Final = JobKind(
    COMPRESSOR_DISPATCH,
    input_with_network,
    "planning.compressor_dispatch.run:run",
    lambda job: float(job.input["seconds"]) + STARTING_S,
)
