"""What is kept of the bonds of a network for days of different capacities."""

import numpy as np
from tests.unit.capacity.feasibility.samples import DAY

from capacity.feasibility.bonds.tightest import TightestBonds
from capacity.feasibility.flow.flow_network import Capacities, compile_network
from capacity.networks.overlays import on_day
from capacity.publication import catalogue


def test_days_of_other_capacities_share_the_sides_of_the_bonds() -> None:
    network = catalogue.load("gaslib-40")
    tightest = TightestBonds(compile_network(network))
    capacities = Capacities.of_day(on_day(network, (), DAY))

    one, other = (tightest._on(capacities.raised({(0, True): more})) for more in (0, 1))

    assert (one.carried != other.carried).any()
    assert np.shares_memory(one.inside, other.inside)
