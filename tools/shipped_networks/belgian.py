"""The Belgian network of De Wolf and Smeers, Management Science 46(11), 2000.

Twenty towns and 24 arcs, as tabulated in the paper (and in GAMS's GASTRANS): flows f in million standard m³ a
day, pressures p in bar, and on each arc f |f| = C2 (p_i² − p_j²), from which its capacity follows. The three
active arcs are compressor stations: they pass one way, and the paper sets no bound on them.

The nomination is the paper's demand, met at the lowest supply cost: supplies in order of their cost, those of
equal cost in alphabetical order, with the least that contracts oblige to take. The paper has no map; a node
stands at the centre of its town, and lines between them are not routes.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from capacity.networks.formats.commerce import (
    DRY_AIR_KG_PER_KMOL,
    balanced,
    density_kg_per_nm3,
)
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from capacity.networks.physics import RESISTANCE
from linepack.gasday import GasDayClock
from linepack.units import HOURS_PER_DAY, CommercialUnit, GasQuality, kg_per_s_per_unit

ATTRIBUTION = (
    "D. De Wolf and Y. Smeers, The Gas Transmission Problem Solved by an Extension of the Simplex Algorithm, "
    "Management Science 46(11), 2000. Facts of the paper; towns placed at their centres by hand."
)
SPECIFIC_GRAVITY = 0.6106
GAS_TEMPERATURE_K = 281.15
COMPRESSIBILITY = 0.8
ROUGHNESS_MM = 0.05
"""The paper's gas and pipes."""

CALORIFIC_VALUE_KWH_PER_NM3 = 11.3
"""Of Belgium's high-calorific gas; the paper counts volume only."""

SM3_PER_H_PER_MSM3_PER_D = Decimal(1_000_000) / HOURS_PER_DAY

_TOWNS = {
    "Anderlues": ("Anderlues", 50.407, 4.270),
    "Antwerpen": ("Antwerpen", 51.220, 4.403),
    "Arlon": ("Arlon", 49.684, 5.816),
    "Berneau": ("Berneau", 50.743, 5.728),
    "Blaregnies": ("Blaregnies", 50.357, 3.897),
    "Brugge": ("Brugge", 51.209, 3.225),
    "Dudzele": ("Dudzele", 51.276, 3.229),
    "Gent": ("Gent", 51.054, 3.722),
    "Liege": ("Liège", 50.633, 5.567),
    "Loenhout": ("Loenhout", 51.399, 4.643),
    "Mons": ("Mons", 50.455, 3.952),
    "Namur": ("Namur", 50.467, 4.867),
    "Petange": ("Pétange", 49.558, 5.880),
    "Peronnes": ("Péronnes", 50.437, 4.146),
    "Sinsin": ("Sinsin", 50.278, 5.245),
    "Voeren": ("Voeren", 50.757, 5.762),
    "Wanze": ("Wanze", 50.535, 5.214),
    "Warnand": ("Warnant", 50.591, 5.223),
    "Zeebrugge": ("Zeebrugge", 51.331, 3.207),
    "Zomergem": ("Zomergem", 51.120, 3.564),
}
"""Name as the town writes it, latitude and longitude of its centre."""


def build(nodes_csv: str, arcs_csv: str) -> Network:
    """Return the network from the paper's two tables, as CSV with the paper's units in the column names."""
    quality = GasQuality(
        CALORIFIC_VALUE_KWH_PER_NM3, density_kg_per_nm3(SPECIFIC_GRAVITY * DRY_AIR_KG_PER_KMOL)
    )
    supplies = [_Supply.of(row) for row in csv.DictReader(nodes_csv.splitlines())]
    nominations = nominated(supplies)
    unit = CommercialUnit.SM3_PER_H
    return Network(
        code="belgian",
        name="Belgian network",
        unit=unit,
        quality=quality,
        clock=GasDayClock("Europe/Brussels", 6),
        nodes=tuple(_node(supply, nominations[supply.node]) for supply in supplies),
        edges=tuple(_edges(csv.DictReader(arcs_csv.splitlines()), kg_per_s_per_unit(unit, quality))),
        attribution=ATTRIBUTION,
        gas_temperature_k=GAS_TEMPERATURE_K,
        gas=GasProperties(
            molar_mass_kg_per_kmol=SPECIFIC_GRAVITY * DRY_AIR_KG_PER_KMOL, compressibility=COMPRESSIBILITY
        ),
        notes=(
            "Nodes stand at the centres of their towns; lines between them are not routes.",
            "The nomination is the paper's demand met at the lowest supply cost, in whole Sm3/h.",
            f"The calorific value of {CALORIFIC_VALUE_KWH_PER_NM3} kWh/Nm³ is not the paper's.",
        ),
    )


@dataclass(frozen=True, slots=True)
class _Supply:
    """A row of the node table, flows in million Sm³ a day: entering positive, leaving negative."""

    node: str
    least: Decimal
    most: Decimal
    pressure_min_bar: float
    pressure_max_bar: float
    cost: Decimal

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "_Supply":
        return cls(
            row["node"],
            Decimal(row["supply_min_MSm3_d"]),
            Decimal(row["supply_max_MSm3_d"]),
            float(row["p_min_bar"]),
            float(row["p_max_bar"]),
            Decimal(row["cost_usd_per_MBTU"]),
        )


def nominated(supplies: Sequence[_Supply]) -> dict[str, int]:
    """Return the nomination of each node at the lowest supply cost, in whole Sm³/h, balanced."""
    flow = {supply.node: supply.most if supply.most < 0 else supply.least for supply in supplies}
    missing = -sum(flow.values(), Decimal(0))
    for supply in sorted(supplies, key=lambda supply: (supply.cost, supply.node)):
        if supply.most > 0:
            more = min(missing, supply.most - supply.least)
            flow[supply.node] += more
            missing -= more
    return balanced({node: int(amount * SM3_PER_H_PER_MSM3_PER_D) for node, amount in flow.items()})[0]


def _node(supply: _Supply, nomination: int) -> Node:
    name, latitude, longitude = _TOWNS[supply.node]
    role = NodeRole.JUNCTION
    if supply.most > 0:
        role = NodeRole.ENTRY
    elif supply.most < 0:
        role = NodeRole.EXIT
    return Node(
        id=supply.node,
        role=role,
        name=name,
        pressure_min_bar=supply.pressure_min_bar,
        pressure_max_bar=supply.pressure_max_bar,
        longitude=longitude,
        latitude=latitude,
        nomination=nomination,
        entry_capacity=int(supply.most * SM3_PER_H_PER_MSM3_PER_D) if supply.most > 0 else None,
    )


def _edges(rows: Iterator[Mapping[str, str]], kg_per_s_per_sm3_per_h: float) -> Iterator[Edge]:
    kg_per_s_per_msm3_per_d = float(SM3_PER_H_PER_MSM3_PER_D) * kg_per_s_per_sm3_per_h
    for row in rows:
        is_active = row["active"] == "1"
        yield Edge(
            id=row["arc"],
            kind=EdgeKind.COMPRESSOR_STATION if is_active else EdgeKind.PIPE,
            tail=row["from"],
            head=row["to"],
            length_m=float(Decimal(row["length_km"]) * 1000),
            diameter_mm=float(row["diameter_mm"]),
            roughness_mm=ROUGHNESS_MM,
            capacity_backward=0 if is_active else None,
            attributes={RESISTANCE: 1 / (float(row["C2"]) * kg_per_s_per_msm3_per_d**2)},
        )
