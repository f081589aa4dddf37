"""Provenance: where the gas on the way between two nodes of a state comes from, and its cost.

A supply of which nothing is stated has the network's calorific value; without a price the cost is unknown
wherever its gas gets to. Units as in `operations.gas_quality.mixing`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from capacity.hydraulics.physics.state import HydraulicState
from capacity.networks.model import Network
from linepack.money import Currency
from linepack.problems import Fault, FaultWithin, InvalidInput
from linepack.units import kg_per_s_per_unit
from operations.gas_quality.mixing import (
    SECONDS_PER_HOUR,
    EdgeCost,
    SuppliedGas,
    graph_of_state,
    supplies_of_state,
    track,
)
from operations.gas_quality.paths import TrackedPath, track_path

CALORIFIC_VALUE_MIN: Final = 1.0
CALORIFIC_VALUE_MAX: Final = 100.0
"""What no fuel gas leaves; hydrogen has 3.5 kWh/Nm³, butane 37."""
MONEY_MAX: Final = 1e6
"""The most that a MWh or an hour may cost, either way."""


@dataclass(frozen=True, slots=True)
class KnownSupply:
    """What is known of the gas that enters at a node; None: nothing is said."""

    node_id: str
    calorific_value_kwh_per_nm3: float | None = None
    price_per_mwh: float | None = None


@dataclass(frozen=True, slots=True)
class PathRequest:
    """The way between two nodes, through `via` in that order, and what is known of supplies and of costs.

    Supplies at nodes where the state injects nothing are left aside, edges without a cost cost nothing.
    """

    from_id: str
    to_id: str
    via: tuple[str, ...] = ()
    supplies: tuple[KnownSupply, ...] = ()
    edge_costs: Mapping[str, EdgeCost] = field(default_factory=dict)


def provenance(
    network: Network, state: HydraulicState, asked: PathRequest, currency: Currency = Currency.EUR
) -> TrackedPath:
    """Return what passes along the way asked for; supplies are named after their nodes.

    Raises InvalidInput with the faults of what is known, LoopWithoutInflow, and what `track_path` raises.
    """
    gas = _gas(network, asked.supplies)
    _check_costs(asked.edge_costs)
    graph = graph_of_state(network, state, asked.edge_costs)
    tracking = track(graph, supplies_of_state(network, state, gas), currency)
    return track_path(tracking, asked.from_id, asked.to_id, asked.via)


def in_commercial_units(network: Network, flow_nm3_per_h: float) -> int:
    """Return a flow in whole commercial units; energy is counted at the network's own calorific value."""
    kg_per_s = flow_nm3_per_h * network.quality.density_kg_per_nm3 / SECONDS_PER_HOUR
    return round(kg_per_s / kg_per_s_per_unit(network.unit, network.quality))


def _gas(network: Network, known: Sequence[KnownSupply]) -> Mapping[str, SuppliedGas]:
    """Return the gas that would enter at each node; raises InvalidInput."""
    value = network.quality.calorific_value_kwh_per_nm3
    gas = {node.id: SuppliedGas(value) for node in network.nodes}
    faults: list[Fault] = [
        FaultWithin(f"supply {node_id}", "is described twice", "supplies") for node_id in _repeated(known)
    ]
    for supply in known:
        faults += _faults(supply, is_known_node=supply.node_id in gas)
        gas[supply.node_id] = SuppliedGas(supply.calorific_value_kwh_per_nm3 or value, supply.price_per_mwh)
    if faults:
        raise InvalidInput(faults)
    return gas


def _repeated(known: Sequence[KnownSupply]) -> list[str]:
    return [node_id for node_id, count in Counter(supply.node_id for supply in known).items() if count > 1]


def _faults(supply: KnownSupply, *, is_known_node: bool) -> Iterator[Fault]:
    place = f"supply {supply.node_id}"
    value, price = supply.calorific_value_kwh_per_nm3, supply.price_per_mwh
    if not is_known_node:
        yield FaultWithin(place, "enters at a node that is not in the network", "supplies")
    if value is not None and not CALORIFIC_VALUE_MIN <= value <= CALORIFIC_VALUE_MAX:
        expected = f"{CALORIFIC_VALUE_MIN:g} to {CALORIFIC_VALUE_MAX:g} kWh/Nm³"
        yield FaultWithin(place, f"its calorific value must be {expected}, not {value:g}", "supplies")
    if price is not None and not abs(price) <= MONEY_MAX:
        yield FaultWithin(place, f"its price must be at most {MONEY_MAX:,.0f}, not {price:g}", "supplies")


def _check_costs(costs: Mapping[str, EdgeCost]) -> None:
    faults = [
        FaultWithin(f"edge {edge_id}", f"its costs must be at most {MONEY_MAX:,.0f}", "edgeCosts")
        for edge_id, cost in costs.items()
        if not max(abs(cost.operating_per_mwh), abs(cost.fixed_per_h)) <= MONEY_MAX
    ]
    if faults:
        raise InvalidInput(faults)
