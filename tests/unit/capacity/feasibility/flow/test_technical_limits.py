"""What is kept of technical capacities."""

import tracemalloc

from tests.unit.capacity.feasibility.samples import DAY

from capacity.feasibility.flow.flow_network import Capacities, compile_network
from capacity.feasibility.flow.technical_limits import TechnicalLimits
from capacity.networks.overlays import on_day
from capacity.publication import catalogue
from capacity.rights.model import Route

ASKED = 300


def test_answers_for_many_capacities_take_little_room() -> None:
    network = catalogue.load("gaslib-582")
    limits = TechnicalLimits(compile_network(network))
    capacities = Capacities.of_day(on_day(network, (), DAY))
    point = next(node.id for node in network.nodes if node.role.may_enter)
    limits.technical(capacities, Route(point, None))

    # As a search for bottlenecks asks, which raises one edge after the other.
    tracemalloc.start()
    for more in range(1, ASKED + 1):
        limits.technical(capacities.raised({(0, True): more}), Route(point, None))
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    # Of each answer a flag for each of 582 nodes is needed; the capacities alone are 16 bytes for each edge.
    assert kept < ASKED * 2_000 < ASKED * 16 * len(network.edges)
