"""A synthetic ring of ten compressor stations: an analogue, made up here, of the ring optimised in
arXiv:1106.3977, whose data are not published. None of its figures describe a real network.

A source at 58 bar feeds two arms of five stations, each station followed by a pipe and an offtake; both arms
meet at the closing node. As `regulated_ring`, each arm enters it through a regulator and 60 bar must remain;
as `plain_ring`, the last pipes meet there and their pressures must agree.

Flows are drawn in MMsm³/d and given in kg/s.
"""

from planning.compressor_dispatch.machines import CompressedGas, Unit, parallel_configurations
from planning.compressor_dispatch.station_networks import (
    Joint,
    PipeSection,
    Regulator,
    Station,
    StationNetwork,
)

KG_PER_S_PER_MMSM3_PER_D = 1e6 / 86400 * 0.78
RESISTANCE_PER_KM = 6.0e-3 / KG_PER_S_PER_MMSM3_PER_D**2
GAS = CompressedGas(1.30, 8.314 / 0.0175, 288.0, 0.90)
SET_POINT_BAR = 74.0
LENGTHS_KM = {"A": (120, 110, 130, 115, 100), "B": (105, 125, 110, 120, 115)}
OFFTAKES = {"A": (3, 2, 4, 2, 3), "B": (2, 4, 2, 3, 3)}
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


def regulated_ring(unit_power_max_mw: float = float("inf")) -> StationNetwork:
    """The ring whose arms enter the closing node through regulators."""
    joints, elements = _arms(unit_power_max_mw, ends=("end A", "end B"))
    joints += [Joint("closing", 60.0, 84.0, CLOSING_OFFTAKE * KG_PER_S_PER_MMSM3_PER_D)]
    elements += [Regulator("regulator A", "end A", "closing"), Regulator("regulator B", "end B", "closing")]
    return StationNetwork(tuple(joints), tuple(elements), GAS, "source", "regulator B")


def plain_ring(unit_power_max_mw: float = float("inf")) -> StationNetwork:
    """The ring whose arms meet at the closing node, where the pressure must be the same."""
    joints, elements = _arms(unit_power_max_mw, ends=("closing", "closing"))
    offtake = CLOSING_OFFTAKE + OFFTAKES["A"][-1] + OFFTAKES["B"][-1]
    joints = [joint for joint in joints if joint.id != "closing"]
    joints += [Joint("closing", 60.0, 84.0, offtake * KG_PER_S_PER_MMSM3_PER_D)]
    return StationNetwork(tuple(joints), tuple(elements), GAS, "source", "pipe 10")


def _arms(
    unit_power_max_mw: float, ends: tuple[str, str]
) -> tuple[list[Joint], list[PipeSection | Regulator | Station]]:
    joints = [Joint("source", 58.0, 58.0)]
    elements: list[PipeSection | Regulator | Station] = []
    for arm, first, end in (("A", 1, ends[0]), ("B", 6, ends[1])):
        inlet = "source"
        for place in range(5):
            number = first + place
            nominal, efficiency, installed = UNITS[number - 1]
            unit = Unit(
                nominal_flow_m3_per_s=nominal,
                efficiency=efficiency,
                falloff_below=0.58,
                falloff_above=0.58 * 2.5,
                flow_min=0.35,
                flow_max=1.35,
                power_max_mw=unit_power_max_mw,
            )
            outlet, following = f"outlet {number}", end if place == 4 else f"inlet {number + 1}"
            joints += [
                Joint(outlet, 45.0, 84.0),
                Joint(following, 45.0, 84.0, OFFTAKES[arm][place] * KG_PER_S_PER_MMSM3_PER_D),
            ]
            elements += [
                Station(f"CS{number}", inlet, outlet, unit, parallel_configurations(installed)),
                PipeSection(f"pipe {number}", outlet, following, RESISTANCE_PER_KM * LENGTHS_KM[arm][place]),
            ]
            inlet = following
    return joints, elements
