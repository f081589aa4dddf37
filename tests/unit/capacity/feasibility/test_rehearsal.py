"""After the rehearsal nothing is left to be compiled."""

from capacity.feasibility import kernels
from capacity.feasibility.rehearsal import rehearse
from capacity.solvers.highs import Highs


def test_a_rehearsal_compiles_every_kernel_that_is_called_from_outside() -> None:
    rehearse(Highs())

    called = (
        kernels.augment,
        kernels.carry_along_tree,
        kernels.largest_between,
        kernels.largest_by_day,
        kernels.settle,
        kernels.start,
    )
    assert all(kernel.signatures for kernel in called)
