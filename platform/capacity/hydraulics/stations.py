"""The home of operating ranges: what a configuration of a compressor station can do."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.networks.model import Edge, Network


@dataclass(frozen=True, slots=True, eq=False)
class OperatingRange:
    """The convex hull of what a configuration can do, in (q kg/s, inlet bar, outlet bar).

    normals : float64 (facets, 3); offsets : float64 (facets,); inside where normals @ x ≤ offsets
    """

    configuration: str
    normals: NDArray[np.float64]
    offsets: NDArray[np.float64]


def operating_ranges(edge: Edge, network: Network, compressibility: float) -> tuple[OperatingRange, ...]:
    """Return the range of each configuration of a station; empty where the source gives no maps."""
    del edge, network, compressibility
    return ()
