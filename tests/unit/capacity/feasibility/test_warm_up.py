"""After the warm-up nothing is left to be compiled."""

from functools import partial
from itertools import count

import pytest

from capacity.feasibility import warm_up as warm_up_module
from capacity.feasibility.flow import max_flow
from capacity.feasibility.verifier import Verifier
from capacity.feasibility.warm_up import warm_up
from capacity.solvers.highs import Highs


def test_a_warm_up_compiles_every_kernel_that_is_called_from_outside() -> None:
    warm_up(Highs())

    called = (
        max_flow.augment,
        max_flow.carry_along_tree,
        max_flow.largest_between,
        max_flow.largest_by_day,
        max_flow.settle,
        max_flow.start,
    )
    assert all(kernel.signatures for kernel in called)


def test_a_warm_up_on_a_machine_that_compiles_slowly_comes_to_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Between any two looks at the clock a minute passes: longer than any answer may take.
    minutes = count(0.0, 60.0)
    slow = partial(Verifier, clock=lambda: next(minutes))
    monkeypatch.setattr(warm_up_module, "Verifier", slow)
    warm_up(Highs())
