"""Consumers that are each to be supplied from one source: what each pair costs, and what sources can give."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals

Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SingleSource:
    """What is to be assigned.

    costs : per unit, float64 (sources, consumers); infinite where a consumer cannot use a source
    demands : float64 (consumers,); supplies : float64 (sources,)
    """

    unit: str
    currency: str
    sources: Sequence[str]
    consumers: Sequence[str]
    costs: Reals
    demands: Reals
    supplies: Reals

    def cost(self, sources: Places) -> float:
        """Return what an assignment costs, a source for each consumer."""
        each = self.costs[sources, np.arange(len(self.demands))]
        return float(each @ self.demands)

    def loads(self, sources: Places) -> Reals:
        """Return what each source gives, float64 (sources,)."""
        found = np.bincount(sources, weights=self.demands, minlength=len(self.supplies))
        return found.astype(np.float64)
