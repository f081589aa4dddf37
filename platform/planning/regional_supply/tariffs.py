"""What flows on lines with tariffs cost, and the prices per unit that stand for it in a linear programme.

Arrays are float64 (lines,). The class of a flow x is the first whose limit is not below x, so that a flow at
a limit belongs to the class below it; a flow of nothing belongs to the first.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from capacity.solvers.port import Reals
from planning.regional_supply.model import Line, TariffForm

Indices = NDArray[np.int64]
STILL: Final = 1e-7
"""A smaller flow is none."""


class Tariffs:
    """The tariffs of lines, times their lengths."""

    def __init__(self, lines: Sequence[Line]) -> None:
        tariffs = [line.tariff for line in lines if line.tariff is not None]
        most = max((len(tariff.limits) for tariff in tariffs), default=1)
        shape = (len(tariffs), most)
        self._limits, self._rates = np.full(shape, np.inf), np.zeros(shape)
        self._bases, self._slopes = np.zeros(shape), np.zeros(shape)
        self.largest = np.array([tariff.limits[-1] for tariff in tariffs])
        lengths = [line.length_km for line in lines if line.tariff is not None]
        for place, (tariff, length) in enumerate(zip(tariffs, lengths, strict=True)):
            limits, rates = np.array(tariff.limits), np.array(tariff.rates()) * length
            count = len(limits)
            self._limits[place, :count] = limits
            self._rates[place, :count] = rates
            if tariff.form is TariffForm.STEP:
                self._slopes[place, :count] = rates
                continue
            starts, costs = np.append(0.0, limits[:-1]), limits * rates
            before = np.append(0.0, costs[:-1])
            slopes = (costs - before) / (limits - starts)
            self._slopes[place, :count] = slopes
            self._bases[place, :count] = before - slopes * starts
        self._counts = np.array([len(tariff.limits) for tariff in tariffs], dtype=int)

    def costs(self, flows: Reals) -> Reals:
        """Return what flows cost; nothing where nothing flows."""
        classes = self._classes(flows)
        costs = self._at(self._bases, classes) + self._at(self._slopes, classes) * flows
        return np.where(flows > STILL, costs, 0.0)

    def class_rates(self, flows: Reals) -> Reals:
        """Return what a unit costs in the class of a flow when that is used in full."""
        return self._at(self._rates, self._classes(flows))

    def secants(self, flows: Reals) -> Reals:
        """Return the costs of flows per unit that flows; the rate of the first class where nothing does."""
        at_all = np.maximum(flows, STILL)
        return np.where(flows > STILL, self.costs(at_all) / at_all, self.class_rates(flows))

    def secants_at(self, limits: Reals) -> Reals:
        """Return the least cost per unit of any flow up to a limit: it is that at the limit."""
        return self.secants(np.minimum(limits, self.largest))

    def chosen(self, flows: Reals) -> list[int | None]:
        """Return the class of each flow from 1 on, None where nothing flows: that line is not built."""
        classes = self._classes(flows)
        return [int(one) + 1 if flow > STILL else None for one, flow in zip(classes, flows, strict=True)]

    def _classes(self, flows: Reals) -> Indices:
        above = (flows[:, None] > self._limits * (1 + 1e-9) + STILL).sum(axis=1)
        classes: Indices = np.minimum(above, self._counts - 1)
        return classes

    @staticmethod
    def _at(table: Reals, classes: Indices) -> Reals:
        found: Reals = np.take_along_axis(table, classes[:, None], axis=1)[:, 0]
        return found
