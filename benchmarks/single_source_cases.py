"""Random single-source assignments: places on a square, supplies just above demand, some pairs barred."""

from typing import Final

import numpy as np

from planning.single_source.model import SingleSource

BARRED: Final = 0.1


def random_assignment(sources: int, consumers: int, seed: int, load: float) -> SingleSource:
    """Return an assignment with that many of each, whose sources are used to `load` of what they have."""
    chance = np.random.default_rng(seed)
    of_sources, of_consumers = chance.random((sources, 2)), chance.random((consumers, 2))
    demands = chance.integers(1, 100, size=consumers).astype(float)
    supplies = chance.random(sources) + 0.3
    supplies = np.ceil(supplies / supplies.sum() * demands.sum() / load)
    across = of_sources[:, None, 0] - of_consumers[None, :, 0]
    along = of_sources[:, None, 1] - of_consumers[None, :, 1]
    costs = np.hypot(across, along) * 100 + chance.random((sources, 1)) * 20
    costs[chance.random((sources, consumers)) < BARRED] = np.inf
    names = [f"S{number}" for number in range(sources)], [f"C{number}" for number in range(consumers)]
    return SingleSource("units", "EUR", *names, costs, demands, supplies)
