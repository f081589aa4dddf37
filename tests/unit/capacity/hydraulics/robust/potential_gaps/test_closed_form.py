"""The closed form on trees against extreme nominations tried one by one, and on the Greek network."""

from pathlib import Path

import numpy as np
import pytest
from tests.unit.capacity.hydraulics.robust.oracle import (
    extreme_nominations,
    random_booking,
    steady_states,
)

from capacity.hydraulics.passive.newton import LoopSolver
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import compile_hydraulics
from capacity.hydraulics.robust.potential_gaps.closed_form import tree_gaps
from capacity.hydraulics.robust.potential_gaps.worst_nominations import climb_pairs
from capacity.networks.formats.gaslib import reader
from capacity.networks.physics import with_capacities


@pytest.mark.parametrize("seed", range(10))
def test_every_ordered_pair_of_a_tree_is_exact(seed: int) -> None:
    compiled, booking_min, booking_max = random_booking(seed, 0)
    _, potentials = steady_states(compiled, extreme_nominations(booking_min, booking_max))
    brute = (potentials[:, :, None] - potentials[:, None, :]).max(axis=0)
    gaps = tree_gaps(compiled.tail, compiled.head, compiled.resistance, booking_max, -booking_min)

    np.testing.assert_allclose(gaps, brute, rtol=1e-7, atol=1e-6)


def test_all_pairs_of_gaslib_134_agree_with_nominations_found_by_climbing(published_data: Path) -> None:
    source = with_capacities(reader.read(published_data / "gaslib" / "GasLib-134.zip"))
    compiled = compile_hydraulics(source, use_maps=False)
    nomination = compiled.nomination()
    nomination[np.argmax(np.abs(nomination))] -= nomination.sum()
    reduced = passive_network(compiled, merge=False)
    entries, exits = reduced.reduced(np.maximum(nomination, 0)), reduced.reduced(np.maximum(-nomination, 0))
    gaps = tree_gaps(reduced.tail, reduced.head, reduced.resistance, entries, exits)
    highs, lows = (grid.ravel() for grid in np.meshgrid(np.arange(reduced.size), np.arange(reduced.size)))
    differences, _ = climb_pairs(LoopSolver.of(reduced), entries, exits, (highs, lows), starts=1)

    assert reduced.size**2 - reduced.size == 7482
    np.testing.assert_allclose(gaps[highs, lows], differences, rtol=1e-9, atol=1e-6)


def test_pipes_around_a_cycle_are_no_tree() -> None:
    tail, head = np.array([0, 1, 2]), np.array([1, 2, 0])
    with pytest.raises(ValueError, match="not a tree"):
        tree_gaps(tail, head, np.ones(3), np.ones(3), np.ones(3))


def test_pipes_that_leave_a_node_out_are_no_tree() -> None:
    with pytest.raises(ValueError, match="not a tree"):
        tree_gaps(np.array([0, 0]), np.array([1, 1]), np.ones(2), np.ones(3), np.ones(3))
