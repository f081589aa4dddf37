"""Whatever small network, every state returned keeps all laws, and more freedom never costs power."""

import numpy as np
import pytest

from planning.compressor_dispatch.configurations import CannotOperate, Objective, SetPoints, optimise
from planning.compressor_dispatch.machines import CompressedGas, Configuration, Unit, all_configurations
from planning.compressor_dispatch.station_networks import (
    Element,
    Joint,
    PipeSection,
    Regulator,
    Station,
    StationNetwork,
    operating_faults,
)

GAS = CompressedGas(1.3, 475.0, 288.0, 0.9)


def random_network(rng: np.random.Generator) -> tuple[StationNetwork, SetPoints, dict[str, Configuration]]:
    """A tree of pipes, stations and regulators drawn either way round, at times with a chord."""
    size = int(rng.integers(3, 8))
    joints = [Joint("j0", 50.0, float(rng.choice([50.0, 55.0])))]
    elements: list[Element] = []
    running: dict[str, Configuration] = {}
    for k in range(1, size):
        lowest, offtake = rng.choice([0.0, 40.0, 45.0]), rng.choice([0.0, 50.0, 100.0, -40.0])
        joints.append(Joint(f"j{k}", float(lowest), 75.0, float(offtake)))
        ends = (f"j{int(rng.integers(max(0, k - 3), k))}", f"j{k}")
        tail, head = ends if rng.random() < 0.9 else ends[::-1]
        kind = rng.random()
        if kind < 0.5:
            elements.append(PipeSection(f"e{k}", tail, head, float(rng.uniform(0.001, 0.02))))
        elif kind < 0.9:
            limit = float(rng.choice([np.inf, 8.0]))
            unit = Unit(
                float(rng.uniform(1, 4)),
                0.82,
                0.5,
                1.2,
                flow_min=0.3,
                flow_max=1.5,
                ratio_max=1.6,
                power_max_mw=limit,
            )
            elements.append(Station(f"e{k}", tail, head, unit, all_configurations(3)))
            running[f"e{k}"] = Configuration(int(rng.integers(0, 4)))
        else:
            elements.append(Regulator(f"e{k}", tail, head))
    chord = None
    if rng.random() < 0.5:
        a, b = rng.choice(size, 2, replace=False)
        chord = "chord"
        elements.append(PipeSection(chord, f"j{a}", f"j{b}", float(rng.uniform(0.001, 0.02))))
    set_points = SetPoints({joint.id: float(rng.uniform(50, 70)) for joint in joints[1:]})
    return StationNetwork(tuple(joints), tuple(elements), GAS, "j0", chord), set_points, running


@pytest.mark.parametrize("seeds", [range(12), range(12, 24)])
def test_states_keep_all_laws_and_more_freedom_never_costs_power(seeds: range) -> None:
    optimised = 0
    for seed in seeds:
        network, set_points, running = random_network(np.random.default_rng(seed))
        try:
            joint = optimise(network, Objective.JOINT, set_points, running)
        except CannotOperate:
            continue
        held = optimise(network, Objective.FUEL_POWER, set_points, running)
        for state in (joint.initial, held.optimised, joint.optimised):
            assert operating_faults(network, state) == []
        assert joint.optimised.power_mw <= held.optimised.power_mw + 1e-9
        assert held.optimised.power_mw <= held.initial.power_mw + 1e-9
        optimised += 1
    assert optimised >= 2
