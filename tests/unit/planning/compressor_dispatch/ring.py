"""A synthetic ring of ten compressor stations: an analogue, made up here, of the ring optimised in
arXiv:1106.3977, whose data are not published. None of its figures describe a real network.

A source at 58 bar feeds two arms of five stations, each station followed by a pipe and an offtake. Each arm
enters the closing node through a regulator, behind which 60 bar must remain. Station outlets are held at the
set point. The units of a station are alike: the head of each rises with the square of its speed, and its
efficiency η₀ (1 − 0.58 (f − 1)²) falls off with the share f of its nominal flow.

Flows are drawn in MMsm³/d and given in kg/s.
"""

from dataclasses import replace

import numpy as np
from tests.unit.capacity.hydraulics.small_networks import edge, network, node, pipe

from capacity.hydraulics.physics.network import HydraulicNetwork, Reals, compile_hydraulics
from capacity.hydraulics.physics.problem import HydraulicProblem
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.stations import Configuration, Drive, DriveKind, Station, TurboCompressor

KG_PER_S_PER_MMSM3_PER_D = 1e6 / 86400 * 0.78
RESISTANCE_PER_KM = 6.0e-3 / KG_PER_S_PER_MMSM3_PER_D**2
SOURCE_BAR, SET_POINT_BAR = 58.0, 74.0
GAS = GasProperties(molar_mass_kg_per_kmol=17.5, compressibility=0.90)
TEMPERATURE_K = 288.0
FALLOFF = 0.58
FLOW_MIN, FLOW_MAX = 0.35, 1.35
STEEP = 1e4
"""Slope of the surge and the choke line, kJ/kg per m³/s: they only bound the flow."""
LENGTHS_KM = {"A": (120, 110, 130, 115, 100), "B": (105, 125, 110, 120, 115)}
OFFTAKES = {"A": (3, 2, 4, 2, 3), "B": (2, 4, 2, 3, 3)}
INFLOWS = {"A": 52.5, "B": 51.5}
CLOSING_OFFTAKE = 76
UNITS = (  # nominal inlet flow of a unit in m³/s, peak efficiency, units installed
    (6.0, 0.84, 4),
    (6.1, 0.83, 3),
    (5.7, 0.84, 4),
    (5.2, 0.82, 3),
    (5.0, 0.83, 3),
    (6.0, 0.84, 4),
    (6.2, 0.83, 3),
    (5.6, 0.84, 4),
    (5.3, 0.82, 3),
    (5.0, 0.83, 3),
)


def ring(unit_power_max_kw: float = 1e6, *, set_point_bar: float | None = SET_POINT_BAR) -> HydraulicProblem:
    """Return the problem of the ring's nomination; without set points outlets have 45 to 84 bar."""
    nodes, edges = [node("source", 0, *(SOURCE_BAR, SOURCE_BAR))], []
    for arm, first in (("A", 1), ("B", 6)):
        inlet = "source"
        for place in range(5):
            number = first + place
            outlet, following = f"outlet {number}", f"end {arm}" if place == 4 else f"inlet {number + 1}"
            held = (45.0, 84.0) if set_point_bar is None else (set_point_bar, set_point_bar)
            nodes += [node(outlet, 0, *held), node(following, 0, *(45.0, 84.0))]
            edges += [
                station_of_units(f"CS{number}", inlet, outlet, UNITS[number - 1], unit_power_max_kw),
                pipe(f"pipe {number}", outlet, following, RESISTANCE_PER_KM * LENGTHS_KM[arm][place]),
            ]
            inlet = following
        edges.append(edge(f"regulator {arm}", EdgeKind.CONTROL_VALVE, inlet, "closing"))
    nodes.append(node("closing", 0, *(60.0, 84.0)))
    return _problem(compile_hydraulics(_revision(nodes, edges)))


def injection(compiled: HydraulicNetwork) -> Reals:
    """Return the offtakes and what enters for them, kg/s, float64 (nodes,)."""
    units = {"closing": -float(CLOSING_OFFTAKE)}
    for arm, first in (("A", 1), ("B", 6)):
        for place, offtake in enumerate(OFFTAKES[arm]):
            units[f"end {arm}" if place == 4 else f"inlet {first + place + 1}"] = -float(offtake)
    found = np.zeros(compiled.size)
    for name, quantity in units.items():
        found[compiled.node_index[name]] = quantity * KG_PER_S_PER_MMSM3_PER_D
    found[compiled.node_index["source"]] = -found.sum()
    return found


def held_to_inflows(problem: HydraulicProblem) -> HydraulicProblem:
    """Return the problem with the flow of arm B's regulator held to what makes `INFLOWS`."""
    regulator = problem.network.element_ids.index("regulator B")
    flow = (INFLOWS["B"] - sum(OFFTAKES["B"])) * KG_PER_S_PER_MMSM3_PER_D
    low, high = problem.flow_min.copy(), problem.flow_max.copy()
    low[regulator] = high[regulator] = flow
    return problem.on_day(low, high)


def _problem(compiled: HydraulicNetwork) -> HydraulicProblem:
    return HydraulicProblem.of_nomination(compiled, injection(compiled))


def _revision(nodes: list[Node], edges: list[Edge]) -> Network:
    return replace(network(nodes, edges, GAS), gas_temperature_k=TEMPERATURE_K)


def station_of_units(
    name: str, inlet: str, outlet: str, unit: tuple[float, float, int], power_max_kw: float
) -> Edge:
    """Return a station of like units, any number of which can work side by side."""
    nominal, peak, installed = unit
    turbos = tuple(
        TurboCompressor(
            id=f"{name}/{number}",
            drive=f"drive {number}",
            speed_min_per_min=100.0,
            speed_max_per_min=10_000.0,
            head=(0.0, 0.0, 1e-6, *(0.0,) * 6),
            efficiency=(
                *(peak * (1 - FALLOFF), 0.0, 0.0),
                *(2 * peak * FALLOFF / nominal, 0.0, 0.0),
                *(-peak * FALLOFF / nominal**2, 0.0, 0.0),
            ),
            surge=(-STEEP * FLOW_MIN * nominal, STEEP, 0.0),
            choke=(-STEEP * FLOW_MAX * nominal, STEEP, 0.0),
        )
        for number in range(1, installed + 1)
    )
    drives = tuple(
        Drive(f"drive {number}", DriveKind.ELECTRIC_MOTOR, (power_max_kw, 0.0, 0.0), (0.0, 1.0, 0.0))
        for number in range(1, installed + 1)
    )
    ways = tuple(
        Configuration(str(count), (tuple(turbo.id for turbo in turbos[:count]),))
        for count in range(1, installed + 1)
    )
    station = Station(turbos=turbos, drives=drives, configurations=ways)
    return replace(edge(name, EdgeKind.COMPRESSOR_STATION, inlet, outlet), station=station)
