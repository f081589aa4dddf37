"""Tracking: whose gas, of what quality and at what cost passes every node of a network.

Units: volume flows in Nm³/h, calorific values in kWh/Nm³, energy flows in MWh/h, costs per MWh and per hour
in one currency. An edge's flow is positive from its tail to its head; gas is tracked the way it really flows.

Gas mixes perfectly at nodes. With q_ij the flow from node j into node i, Q_i all that enters node i and
W_ij = q_ij / Q_i, whatever mixes by volume obeys (I − W) h = s, s_i being what supplies bring to node i per
unit of Q_i. One factorisation serves shares, calorific value, properties and money. The equations are linear
whether or not gas circulates; they have one solution as long as every loop gets some gas from outside.

Volume shares, calorific value and properties mix by volume, energy shares and purchase cost follow energy;
operating cost (per MWh carried) and fixed cost (per hour) enter on edges and go on with the gas. So all money
that enters is delivered: Σ offtake × calorific value × unit cost = purchases + edge costs, except the fixed
cost of edges that carry nothing, which no gas can bear.

**Assumptions:** steady state; no change of quality on the way; one norm density for all gas, where flows come
from a hydraulic state. The figures are analysis, not amounts owed: floats, never invoiced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import numpy as np
import scipy.sparse
from numpy.typing import NDArray
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from capacity.hydraulics.physics.state import HydraulicState
from capacity.networks.model import Network
from linepack.money import Currency
from linepack.problems import Fault, FaultWithin, InvalidInput, Problem

Reals = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOISE: Final = 1e-9
"""A flow below this part of the largest one is none: it is what a solver's tolerance leaves."""
BALANCE_TOLERANCE: Final = 1e-8
"""How much more than it gets, as a part of the largest flow, a node may seem to send."""
SECONDS_PER_HOUR: Final = 3600.0
KWH_PER_MWH: Final = 1000.0
METRES_PER_KM: Final = 1000.0


class LoopWithoutInflow(Problem):
    """Gas circulates in a loop that gets none from outside: its origin is unknown."""

    code = "LOOP_WITHOUT_INFLOW"

    def __init__(self, node_ids: Sequence[str]) -> None:
        loop = " → ".join([*node_ids, node_ids[0]])
        super().__init__(f"gas circulates along {loop} without inflow: its origin is unknown")
        self.node_ids = tuple(node_ids)


@dataclass(frozen=True, slots=True)
class SuppliedGas:
    """What a supplier hands over. `properties` mix by volume (mole fractions, density, sulphur content).

    A price of None is not known, and neither is what gas has cost wherever some of this gets to.
    """

    calorific_value_kwh_per_nm3: float
    price_per_mwh: float | None = None
    properties: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Supply:
    """A gas that enters at a node."""

    id: str
    node_id: str
    flow_nm3_per_h: float
    gas: SuppliedGas


@dataclass(frozen=True, slots=True)
class EdgeCost:
    """What transport along an edge costs."""

    operating_per_mwh: float = 0.0
    fixed_per_h: float = 0.0


@dataclass(frozen=True, eq=False)
class FlowGraph:
    """Steady flows on a network.

    tail, head : int64 (edges,), node numbers
    flow_nm3_per_h : float64 (edges,), positive from tail to head
    operating_cost_per_mwh, fixed_cost_per_h : float64 (edges,)
    length_km : float64 (edges,)
    pressures_bar : float64 (nodes,), if known
    """

    node_ids: tuple[str, ...]
    edge_ids: tuple[str, ...]
    tail: Integers
    head: Integers
    flow_nm3_per_h: Reals
    operating_cost_per_mwh: Reals
    fixed_cost_per_h: Reals
    length_km: Reals
    pressures_bar: Reals | None = None

    @cached_property
    def node_index(self) -> Mapping[str, int]:
        """The number of each node."""
        return {node_id: number for number, node_id in enumerate(self.node_ids)}

    @cached_property
    def carries(self) -> Flags:
        """Whether an edge carries gas, bool (edges,)."""
        size = np.abs(self.flow_nm3_per_h)
        return np.asarray(size > NOISE * size.max(initial=0.0))

    @cached_property
    def origin(self) -> Integers:
        """The node each edge's gas comes from, int64 (edges,)."""
        return np.where(self.flow_nm3_per_h >= 0, self.tail, self.head)

    @cached_property
    def target(self) -> Integers:
        """The node each edge's gas goes to, int64 (edges,)."""
        return np.where(self.flow_nm3_per_h >= 0, self.head, self.tail)


@dataclass(frozen=True, eq=False)
class Tracking:
    """What passes every node. Where no gas does, all but flows are NaN; a cost that is not known is NaN.

    inflow_nm3_per_h, offtake_nm3_per_h : float64 (nodes,), all that enters, and what leaves the network
    volume_share, energy_share : float64 (nodes, supplies)
    calorific_value_kwh_per_nm3 : float64 (nodes,)
    properties : by name, float64 (nodes,)
    purchase_cost_per_mwh, operating_cost_per_mwh, fixed_cost_per_mwh : float64 (nodes,)
    """

    graph: FlowGraph
    supplies: tuple[Supply, ...]
    currency: Currency
    inflow_nm3_per_h: Reals
    offtake_nm3_per_h: Reals
    volume_share: Reals
    energy_share: Reals
    calorific_value_kwh_per_nm3: Reals
    properties: Mapping[str, Reals]
    purchase_cost_per_mwh: Reals
    operating_cost_per_mwh: Reals
    fixed_cost_per_mwh: Reals

    @property
    def unit_cost_per_mwh(self) -> Reals:
        """What a MWh has cost when it passes a node, float64 (nodes,)."""
        return self.purchase_cost_per_mwh + self.operating_cost_per_mwh + self.fixed_cost_per_mwh

    @property
    def edge_energy_mwh_per_h(self) -> Reals:
        """The energy each edge carries, never negative, float64 (edges,)."""
        graph = self.graph
        energy = np.abs(graph.flow_nm3_per_h) * self.calorific_value_kwh_per_nm3[graph.origin] / KWH_PER_MWH
        return np.where(graph.carries, energy, 0.0)

    @property
    def edge_costs_per_h(self) -> Reals:
        """What transport along each edge costs, float64 (edges,)."""
        graph = self.graph
        return graph.operating_cost_per_mwh * self.edge_energy_mwh_per_h + graph.fixed_cost_per_h


def track(graph: FlowGraph, supplies: Sequence[Supply], currency: Currency = Currency.EUR) -> Tracking:
    """Return whose gas, of what quality and at what cost passes every node of `graph`.

    What enters a node and does not go on is taken off there. Raises InvalidInput with every fault of the
    supplies and every node that sends more than it gets, and LoopWithoutInflow.
    """
    _check_supplies(graph, supplies)
    at = np.array([graph.node_index[supply.node_id] for supply in supplies], dtype=np.int64)
    volume = np.array([supply.flow_nm3_per_h for supply in supplies])
    value = np.array([supply.gas.calorific_value_kwh_per_nm3 for supply in supplies])
    price = _prices(supplies)
    mixing = _Mixing(graph, at, volume)
    by_supply = mixing.of_supplies(np.diag(volume))
    is_unknown = (by_supply[:, np.isnan(price)] > NOISE).any(axis=1)
    purchases = by_supply @ (value * np.nan_to_num(price) / KWH_PER_MWH)
    calorific = by_supply @ value
    energy = np.where(graph.carries, np.abs(graph.flow_nm3_per_h) * calorific[graph.origin], 0.0)
    energy /= KWH_PER_MWH
    operating = mixing.of_edges(graph.operating_cost_per_mwh * energy)
    fixed = mixing.of_edges(graph.fixed_cost_per_h)
    passed = np.where(mixing.inflow > 0, 1.0, np.nan)
    mwh_per_nm3 = np.where(mixing.inflow > 0, calorific, np.nan) / KWH_PER_MWH
    names = supplies[0].gas.properties if supplies else ()
    return Tracking(
        graph=graph,
        supplies=tuple(supplies),
        currency=currency,
        inflow_nm3_per_h=mixing.inflow,
        offtake_nm3_per_h=mixing.offtake,
        volume_share=by_supply * passed[:, None],
        energy_share=by_supply * value / KWH_PER_MWH / mwh_per_nm3[:, None],
        calorific_value_kwh_per_nm3=calorific * passed,
        properties={
            name: passed * (by_supply @ np.array([supply.gas.properties[name] for supply in supplies]))
            for name in names
        },
        purchase_cost_per_mwh=np.where(is_unknown, np.nan, purchases / mwh_per_nm3),
        operating_cost_per_mwh=operating / mwh_per_nm3,
        fixed_cost_per_mwh=fixed / mwh_per_nm3,
    )


def graph_of_state(
    network: Network, state: HydraulicState, costs: Mapping[str, EdgeCost] | None = None
) -> FlowGraph:
    """Return the flows of a hydraulic state as volumes, with what edges (by id) cost; others cost nothing.

    Raises InvalidInput naming the costs of edges that are not in the network.
    """
    unknown = (costs or {}).keys() - {edge.id for edge in network.edges}
    if unknown:
        raise InvalidInput(
            FaultWithin(f"edge {edge_id}", "is not in the network", "edgeCosts")
            for edge_id in sorted(unknown)
        )
    number = {node.id: index for index, node in enumerate(network.nodes)}
    cost = [(costs or {}).get(edge.id, EdgeCost()) for edge in network.edges]
    return FlowGraph(
        node_ids=tuple(number),
        edge_ids=tuple(edge.id for edge in network.edges),
        tail=np.array([number[edge.tail] for edge in network.edges], dtype=np.int64),
        head=np.array([number[edge.head] for edge in network.edges], dtype=np.int64),
        flow_nm3_per_h=np.array(state.flows_kg_per_s) * _nm3_per_h_per_kg_per_s(network),
        operating_cost_per_mwh=np.array([each.operating_per_mwh for each in cost]),
        fixed_cost_per_h=np.array([each.fixed_per_h for each in cost]),
        length_km=np.array([(edge.length_m or 0.0) / METRES_PER_KM for edge in network.edges]),
        pressures_bar=np.array(state.pressures_bar),
    )


def supplies_of_state(
    network: Network, state: HydraulicState, gas: Mapping[str, SuppliedGas]
) -> tuple[Supply, ...]:
    """Return one supply, named after its node, for every node where a state injects gas.

    Raises InvalidInput naming the nodes that inject and of whose gas nothing is said.
    """
    injections = dict(zip((node.id for node in network.nodes), state.injections_kg_per_s, strict=True))
    least = NOISE * max(map(abs, injections.values()), default=0.0)
    entering = {node_id: injection for node_id, injection in injections.items() if injection > least}
    faults = [Fault(f"node {node_id}", "injects gas of unknown quality") for node_id in entering.keys() - gas]
    if faults:
        raise InvalidInput(sorted(faults, key=str))
    nm3_per_h = _nm3_per_h_per_kg_per_s(network)
    return tuple(
        Supply(node_id, node_id, injection * nm3_per_h, gas[node_id])
        for node_id, injection in entering.items()
    )


class _Mixing:
    """The factorised mixing equations of one graph and its supplies."""

    def __init__(self, graph: FlowGraph, at: Integers, volume: Reals) -> None:
        self._graph = graph
        self._at = at
        size = len(graph.node_ids)
        flow = np.where(graph.carries, np.abs(graph.flow_nm3_per_h), 0.0)
        supplied = np.bincount(at, volume, size)
        self.inflow: Reals = np.asarray(supplied + np.bincount(graph.target, flow, size), dtype=np.float64)
        self.offtake: Reals = np.asarray(self.inflow - np.bincount(graph.origin, flow, size))
        self._check_balance()
        _check_loops(graph, supplied > 0)
        self._per_inflow = np.divide(1.0, self.inflow, out=np.zeros(size), where=self.inflow > 0)
        weight = flow * self._per_inflow[graph.target]
        matrix = scipy.sparse.coo_array((weight, (graph.target, graph.origin)), (size, size))
        identity = scipy.sparse.eye_array(size)
        self._factors: Any = splu(scipy.sparse.csc_array(identity - matrix))

    def of_supplies(self, brought: Reals) -> Reals:
        """Return what mixes by volume, per Nm³: float64 (nodes, kinds), from (supplies, kinds) per hour."""
        right = np.zeros((len(self.inflow), brought.shape[1]))
        np.add.at(right, self._at, brought)
        return self._solve(right)

    def of_edges(self, added: Reals) -> Reals:
        """Return what is added on the way, per Nm³: float64 (nodes,), from (edges,) per hour."""
        added = np.where(self._graph.carries, added, 0.0)
        right = np.bincount(self._graph.target, added, len(self.inflow)).astype(np.float64)
        return self._solve(right[:, None])[:, 0]

    def _solve(self, right: Reals) -> Reals:
        return np.asarray(self._factors.solve(right * self._per_inflow[:, None]))

    def _check_balance(self) -> None:
        lacking = -self.offtake > BALANCE_TOLERANCE * self.inflow.max(initial=0.0)
        faults = [
            Fault(f"node {self._graph.node_ids[v]}", f"sends {-self.offtake[v]:g} Nm³/h more than it gets")
            for v in np.flatnonzero(lacking)
        ]
        if faults:
            raise InvalidInput(faults)


def _check_supplies(graph: FlowGraph, supplies: Sequence[Supply]) -> None:
    faults: list[Fault] = []
    for supply in supplies:
        place, gas = f"supply {supply.id}", supply.gas
        if supply.node_id not in graph.node_index:
            faults.append(Fault(place, f"enters at {supply.node_id}, which is no node"))
        if not 0 < supply.flow_nm3_per_h < np.inf:
            faults.append(Fault(place, "its flow must be positive"))
        if not 0 < gas.calorific_value_kwh_per_nm3 < np.inf:
            faults.append(Fault(place, "its calorific value must be positive"))
        if gas.price_per_mwh is not None and not np.isfinite(gas.price_per_mwh):
            faults.append(Fault(place, "its price must be a number"))
        if gas.properties.keys() != supplies[0].gas.properties.keys():
            faults.append(Fault(place, f"must state the same properties as supply {supplies[0].id}"))
    if faults:
        raise InvalidInput(faults)


def _check_loops(graph: FlowGraph, is_supplied: Flags) -> None:
    """Raise LoopWithoutInflow if gas circulates among nodes that get none from elsewhere."""
    origin, target = graph.origin[graph.carries], graph.target[graph.carries]
    size = len(is_supplied)
    joins = scipy.sparse.coo_array((np.ones(len(origin)), (origin, target)), (size, size))
    count, group = connected_components(joins, connection="strong")
    has_inflow = np.zeros(count, dtype=np.bool_)
    has_inflow[group[is_supplied]] = True
    is_inside = group[origin] == group[target]
    has_inflow[group[target[~is_inside]]] = True
    starved = np.flatnonzero(is_inside & ~has_inflow[group[target]])
    if not len(starved):
        return
    onward = {int(origin[e]): int(target[e]) for e in starved}
    walked: list[int] = []
    node = int(origin[starved[0]])
    while node not in walked:
        walked.append(node)
        node = onward[node]
    raise LoopWithoutInflow([graph.node_ids[v] for v in walked[walked.index(node) :]])


def _prices(supplies: Sequence[Supply]) -> Reals:
    """Return the price of each supply, NaN where it is not known."""
    return np.array([supply.gas.price_per_mwh for supply in supplies], dtype=np.float64)


def _nm3_per_h_per_kg_per_s(network: Network) -> float:
    return SECONDS_PER_HOUR / network.quality.density_kg_per_nm3
