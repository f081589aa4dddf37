"""Steady-state simulation: flows and pressures from injections, settings and one pressure.

Nothing is chosen and no limit is checked. Every element is closed, open, or holds a set ratio of its
pressures; stations and valves without a setting are open (bypassed). Units: kg/s, bar absolute.

With a constant compressibility the laws are those of `capacity.hydraulics.physics.network`. With Papay's,
each pipe has the compressibility z of its own mean pressure instead of the network's z₀: in potentials
φ = σ p²

    φ_i − ρ φ_j = β (z / z₀) ((e^S − 1) / S) / ((e^S₀ − 1) / S₀) q |q|,    ρ = e^(S − S₀),  S = S₀ z₀ / z,

S₀ = ln(σ_j / σ_i) being its rise (the exact solution of the isothermal pipe with one z along it). A set ratio
r = p_j / p_i is ρ = σ_i / (σ_j r²) without resistance. A resistor of constant loss holds the ratio of
pressures that its loss makes of the one before it; without flow, where any difference up to its loss is
right, its ends have one pressure. Newton's method on flows and potentials solves these laws with the
balances; z and what resistors make follow from the flows and pressures found, until they no longer change.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
from scipy.sparse import csc_array
from scipy.sparse.linalg import splu

from capacity.hydraulics.passive.loops import SLOPE_MIN
from capacity.hydraulics.passive.newton import ITERATIONS_MAX, TOLERANCE_BAR2, LoopSolver, NoSteadyState
from capacity.hydraulics.passive.reduction import passive_network
from capacity.hydraulics.physics.network import ElementKind, Flags, HydraulicNetwork, Integers, Reals
from capacity.networks.model import GasProperties

PRESSURE_TOLERANCE_BAR: Final = 1e-7
"""The change of pressures from one compressibility to the next that is taken for none."""
ROUNDS_MAX: Final = 100
HALVINGS_MAX: Final = 40
STILL: Final = 1e-9
"""Less flow than this, relative to the largest injection, is none."""
POTENTIAL_FLOOR_BAR2: Final = 1.0
"""The least potential at which a compressibility is evaluated on the way."""


class Compressibility(StrEnum):
    """How the compressibility factor of a pipe is found."""

    CONSTANT = "constant"
    PAPAY = "papay"


@dataclass(frozen=True, eq=False)
class Simulation:
    """A steady state, and by how much it misses the laws.

    flows_kg_per_s, law_residuals_bar2 : float64 (elements,); pressures_bar : float64 (nodes,)
    imbalance_kg_per_s : the largest of any node; rounds : how many compressibilities were tried
    """

    flows_kg_per_s: Reals
    pressures_bar: Reals
    law_residuals_bar2: Reals
    imbalance_kg_per_s: float
    rounds: int


def simulate(
    network: HydraulicNetwork,
    injection: Reals,
    reference_node: int,
    reference_pressure_bar: float,
    *,
    compressibility: Compressibility = Compressibility.CONSTANT,
    closed: Flags | None = None,
    ratios: Mapping[int, float] | None = None,
) -> Simulation:
    """Return the state in which the reference node has its pressure and the others inject what is given.

    injection : float64 (nodes,), kg/s, adding up to zero
    closed : bool (elements,), elements that carry nothing
    ratios : outlet over inlet pressure that active elements hold, by element; the others are open

    Raises ValueError if what is not closed does not connect the network, or the injections do not add up, and
    NoSteadyState if some node would be left without pressure.
    """
    simulator = _Simulator(network, injection, reference_node, closed, ratios or {})
    return simulator.run(reference_pressure_bar, compressibility)


def papay_factors(pressures_bar: Reals, temperature_k: float, gas: GasProperties) -> Reals:
    """Return Papay's compressibility at each pressure; `capacity.networks.physics.papay` for arrays."""
    reduced_p = pressures_bar / gas.pseudocritical_pressure_bar
    reduced_t = temperature_k / gas.pseudocritical_temperature_k
    falling = 3.52 * reduced_p * np.exp(-2.26 * reduced_t)
    return np.asarray(1 - falling + 0.274 * reduced_p**2 * np.exp(-1.878 * reduced_t))


@dataclass(frozen=True, eq=False)
class _Laws:
    """The laws φ_tail − `factor` φ_head = `beta` q |q|, the balances, and one potential that is given."""

    tail: Integers
    head: Integers
    beta: Reals
    factor: Reals
    sent: Reals
    reference: int
    level: float

    def solved(self, flow: Reals, potential: Reals) -> tuple[Reals, Reals]:
        """Return flows and potentials by Newton's method with steps halved until they help."""
        left = self.missed(flow, potential)
        for _ in range(ITERATIONS_MAX):
            largest = float(np.abs(left).max())
            if largest <= TOLERANCE_BAR2:
                return flow, potential
            step = splu(self._jacobian(flow)).solve(-left)
            part = 1.0
            for _ in range(HALVINGS_MAX):
                next_flow = flow + part * step[: len(flow)]
                next_potential = potential + part * step[len(flow) :]
                left = self.missed(next_flow, next_potential)
                if float(np.abs(left).max()) < largest:
                    break
                part /= 2
            flow, potential = next_flow, next_potential
        raise NoSteadyState(f"the laws are missed by {float(np.abs(left).max()):g} bar²")

    def missed(self, flow: Reals, potential: Reals) -> Reals:
        """Return by how much each law, then each balance is missed, in bar² and kg/s."""
        law = potential[self.tail] - self.factor * potential[self.head] - self.beta * flow * np.abs(flow)
        balance = self.sent.copy()
        np.subtract.at(balance, self.tail, flow)
        np.add.at(balance, self.head, flow)
        balance[self.reference] = potential[self.reference] - self.level
        return np.concatenate([law, balance])

    def _jacobian(self, flow: Reals) -> csc_array:
        count, size = len(flow), len(self.sent)
        places, ones = np.arange(count), np.ones(count)
        slope = np.maximum(2 * self.beta * np.abs(flow), SLOPE_MIN)
        tail, head, reference = self.tail + count, self.head + count, self.reference + count
        rows = np.concatenate([tail, head, places, places, places, [reference]])
        columns = np.concatenate([places, places, tail, head, places, [reference]])
        values = np.concatenate([-ones, ones, ones, -self.factor, -slope, [1.0]])
        keep = (rows != reference) | (columns == reference)
        return csc_array((values[keep], (rows[keep], columns[keep])), shape=(count + size,) * 2)


class _Simulator:
    """Simulates one setting of a network."""

    def __init__(
        self,
        network: HydraulicNetwork,
        injection: Reals,
        reference: int,
        closed: Flags | None,
        ratios: Mapping[int, float],
    ) -> None:
        self._network = network
        links = network.kind == ElementKind.RESISTOR
        links[list(ratios)] = True
        self._passive = passive_network(network, links=links, closed=closed, merge=False)
        pipes = np.flatnonzero(self._passive.pipe_of >= 0)
        self._elements = np.concatenate([pipes, self._passive.links])
        self._pipes = len(pipes)
        self._tail = self._passive.node_of[network.tail[self._elements]]
        self._head = self._passive.node_of[network.head[self._elements]]
        self._beta = np.concatenate([network.resistance[pipes], np.zeros(len(self._passive.links))])
        ends = (
            network.elevation[network.tail[self._elements]],
            network.elevation[network.head[self._elements]],
        )
        self._rise = np.log(ends[1] / ends[0])
        self._factor = np.ones(len(self._elements))
        self._resistors: list[tuple[int, int]] = []
        """The place of each resistor of constant loss among the laws, and its element."""
        for place, element in enumerate(self._passive.links.tolist(), start=self._pipes):
            self._factor[place] = np.exp(-self._rise[place]) / ratios.get(element, 1.0) ** 2
            if element not in ratios:
                self._resistors.append((place, element))
        self._injection = injection
        self._reference = reference
        solver = LoopSolver(
            self._passive.size, self._tail, self._head, self._beta, int(self._passive.node_of[reference])
        )
        if solver.component.any():
            raise ValueError("what is not closed does not connect the network")
        self._sent = self._passive.reduced(injection)
        self._flow = solver.solve(self._sent).flows

    def run(self, pressure_bar: float, compressibility: Compressibility) -> Simulation:
        level = float(self._network.elevation[self._reference]) * pressure_bar**2
        potential = np.full(self._passive.size, level)
        at_reference = int(self._passive.node_of[self._reference])
        beta, factor = self._beta, self._factor
        is_settled = compressibility is Compressibility.CONSTANT and not self._resistors
        before = np.full(self._passive.size, np.inf)
        for tried in range(1, ROUNDS_MAX + 1):
            laws = _Laws(self._tail, self._head, beta, factor, self._sent, at_reference, level)
            self._flow, potential = laws.solved(self._flow, potential)
            if is_settled:
                return self._simulation(laws, potential, tried)
            pressure = np.sqrt(np.maximum(potential, POTENTIAL_FLOOR_BAR2))
            if float(np.abs(pressure - before).max()) <= PRESSURE_TOLERANCE_BAR:
                return self._simulation(laws, potential, tried)
            before = pressure
            if compressibility is not Compressibility.CONSTANT:
                beta, factor = self._laws(potential)
            factor = self._with_losses(factor, potential)
        raise NoSteadyState(f"pressures and what follows from them do not agree after {ROUNDS_MAX} rounds")

    def _with_losses(self, factor: Reals, potential: Reals) -> Reals:
        """Return the factors with those that the losses of resistors make of the pressures before them."""
        network, found = self._network, factor.copy()
        still = STILL * float(np.abs(self._injection).max())
        for place, element in self._resistors:
            flow, loss = float(self._flow[place]), float(network.loss_bar[element])
            ends = (self._tail[place], self._head[place])
            nodes = (network.tail[element], network.head[element])
            before = 0 if flow >= 0 else 1
            level = max(float(potential[ends[before]]), POTENTIAL_FLOOR_BAR2)
            pressure = float(np.sqrt(level / network.elevation[nodes[before]]))
            if loss >= pressure:
                raise NoSteadyState(f"no pressure is left behind {network.element_ids[element]}")
            kept = 1 - loss / pressure if abs(flow) > still else 1.0
            ratio = kept if flow >= 0 else 1 / kept
            found[place] = np.exp(-self._rise[place]) / ratio**2
        return found

    def _laws(self, potential: Reals) -> tuple[Reals, Reals]:
        """Return resistances and factors with the compressibility at each pipe's mean pressure."""
        network, pipes = self._network, slice(self._pipes)
        floored = np.maximum(potential, POTENTIAL_FLOOR_BAR2)
        elements = self._elements[pipes]
        inlet = np.sqrt(floored[self._tail[pipes]] / network.elevation[network.tail[elements]])
        outlet = np.sqrt(floored[self._head[pipes]] / network.elevation[network.head[elements]])
        mean = 2 / 3 * (inlet + outlet - inlet * outlet / (inlet + outlet))
        revision = network.network
        relative = papay_factors(mean, revision.gas_temperature_k, revision.gas) / network.compressibility
        rise = self._rise[pipes]
        beta, factor = self._beta.copy(), self._factor.copy()
        beta[pipes] *= relative * _mean_weight(rise / relative) / _mean_weight(rise)
        factor[pipes] = np.exp(rise / relative - rise)
        return beta, factor

    def _simulation(self, laws: _Laws, potential: Reals, rounds: int) -> Simulation:
        potentials = self._passive.potentials(potential)
        lowest = int(np.argmin(potentials))
        if not potentials[lowest] > 0:
            raise NoSteadyState(f"no pressure is left at node {self._network.node_ids[lowest]}")
        flows = self._passive.flows(self._flow[: self._pipes], self._injection, self._flow[self._pipes :])
        missed = laws.missed(self._flow, potential)
        residuals = np.zeros(len(flows))
        residuals[self._elements] = missed[: len(self._elements)]
        imbalance = float(np.abs(missed[len(self._elements) :]).max())
        pressures = np.sqrt(potentials / self._network.elevation)
        return Simulation(flows, pressures, residuals, imbalance, rounds)


def _mean_weight(rise: Reals) -> Reals:
    """Return (e^S − 1) / S."""
    return np.divide(np.expm1(rise), rise, out=np.ones_like(rise), where=rise != 0)
