"""The process that compiles the kernels of jobs, once per installation: the first job need not wait for it.

The processes that answer requests have theirs compiled before any of them starts (`server.processes.serve`).
"""

from capacity.feasibility.robust_validation.warm_up import warm_up_validation
from capacity.solvers.highs import Highs
from server.supervision.child_process import begin


def main() -> None:
    """Compile what is not on disk yet, and end."""
    begin("linepack-numba")
    warm_up_validation(Highs())
