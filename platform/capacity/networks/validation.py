"""What makes a network sound, whatever file it comes from.

`check` looks at everything and notes every fault with its place; `require_sound` does the same for a network
that comes from no file. Whether a network hangs together is asked last, of one without other faults. Units
and missing attributes are the readers' business: they know what the source should have said.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from capacity.networks.faults import FaultList, Place
from capacity.networks.model import PRESSURE_MAX, PRESSURE_MIN, Edge, EdgeKind, Network, Node
from capacity.networks.stations import (
    BIQUADRATIC,
    QUADRATIC,
    Configuration,
    Drive,
    Machine,
    Station,
    TurboCompressor,
)

CODE_LENGTH_MAX = 63
ID_LENGTH_MAX = 100
NAME_LENGTH_MAX = 200
PROSE_LENGTH_MAX = 10_000
ATTRIBUTES_MAX = 100
STATION_PARTS_MAX = 100
"""Machines, drives and configurations of one station, each."""
CONFIGURATION_MACHINES_MAX = 20
CAPACITY_MAX = 10**12
"""In whole commercial units. A million edges at this capacity still add up within 64 bits."""
PRESSURE_BAR_MAX = 1_000.0
"""Several times what any gas pipeline is built for."""
NUMBER_MAX = 1e12
NUMBER_MIN = 1 / NUMBER_MAX
"""No other number of a network is larger, and none that must be positive smaller: so that the laws of flow,
which take fifth powers, stay within what floating point holds."""

_CODE = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{CODE_LENGTH_MAX - 1}}}")

E = TypeVar("E", Node, Edge)
Placed = tuple[E, Place]
"""A node or an edge, and where in the source it stands."""


def require_sound(network: Network) -> None:
    """Raise InvalidInput with every fault of the network; places name the element only."""
    faults = FaultList()
    nodes = [(node, Place("network", element=f"node {node.id}")) for node in network.nodes]
    edges = [(edge, Place("network", element=f"{edge.kind} {edge.id}")) for edge in network.edges]
    check_network(network, Place("network"), faults)
    check(nodes, edges, Place("network"), faults)
    faults.raise_if_any()


def check_network(network: Network, place: Place, faults: FaultList) -> None:
    """Note what is wrong with what the network says of itself."""
    if not _CODE.fullmatch(network.code):
        faults.add(place, f"the code {network.code!r} is not 1 to {CODE_LENGTH_MAX} of a-z, 0-9 and '-'")
    for name, text in (("name", network.name), ("attribution", network.attribution)):
        _check_text(text, name, PROSE_LENGTH_MAX, place, faults)
    for note in network.notes:
        _check_text(note, "note", PROSE_LENGTH_MAX, place, faults)
    gas, quality = network.gas, network.quality
    positive = {
        "calorific value": quality.calorific_value_kwh_per_nm3,
        "density": quality.density_kg_per_nm3,
        "gas temperature": network.gas_temperature_k,
        "molar mass": gas.molar_mass_kg_per_kmol,
        "pseudocritical pressure": gas.pseudocritical_pressure_bar,
        "pseudocritical temperature": gas.pseudocritical_temperature_k,
        "compressibility": gas.compressibility,
    }
    _check_positive(positive, place, faults)


def check(
    nodes: Sequence[Placed[Node]], edges: Sequence[Placed[Edge]], place: Place, faults: FaultList
) -> None:
    """Note every fault of nodes, edges and the graph they make; `place` is that of the whole."""
    if not nodes:
        faults.add(place, "has no node")
    _check_ids(nodes, faults)
    _check_ids(edges, faults)
    for node, at in nodes:
        _check_node(node, at, faults)
    for edge, at in edges:
        _check_edge(edge, at, faults)
    _check_ends(nodes, edges, faults)
    _check_balance(nodes, place, faults)
    if not len(faults):
        _check_connected(nodes, edges, faults)


def _check_ids(
    elements: Sequence[tuple[Node, Place]] | Sequence[tuple[Edge, Place]], faults: FaultList
) -> None:
    first: dict[str, Place] = {}
    for element, at in elements:
        if not element.id:
            faults.add(at, "has no id")
            continue
        _check_text(element.id, "id", ID_LENGTH_MAX, at, faults)
        if element.id in first:
            earlier = first[element.id]
            where = f", first on line {earlier.line}" if earlier.line else ""
            faults.add(at, f"the id {element.id!r} is used twice{where}")
        first.setdefault(element.id, at)


def _check_node(node: Node, at: Place, faults: FaultList) -> None:
    _check_text(node.name, "name", NAME_LENGTH_MAX, at, faults)
    _check_pressure(
        {"lowest pressure": node.pressure_min_bar, "highest pressure": node.pressure_max_bar}, at, faults
    )
    low, high = node.pressure_min_bar, node.pressure_max_bar
    if low is not None and high is not None and low > high:
        faults.add(at, f"the lowest pressure {low:g} bar is above the highest, {high:g} bar")
    _check_finite({"height": node.height_m, "x": node.x, "y": node.y}, at, faults)
    if (node.longitude is None) != (node.latitude is None):
        faults.add(at, "has one of longitude and latitude, not both")
    elif node.longitude is not None and node.latitude is not None:
        _check_position(node.longitude, node.latitude, at, faults)
    _check_capacity({"entry capacity": node.entry_capacity, "exit capacity": node.exit_capacity}, at, faults)
    _check_capacity({"nomination": abs(node.nomination)}, at, faults)
    if node.nomination > 0 and not node.role.may_enter:
        faults.add(
            at, f"nominates an entry of {node.nomination:,}, which a node of the role {node.role} cannot"
        )
    if node.nomination < 0 and not node.role.may_exit:
        faults.add(
            at, f"nominates an exit of {-node.nomination:,}, which a node of the role {node.role} cannot"
        )


def _check_edge(edge: Edge, at: Place, faults: FaultList) -> None:
    _check_text(edge.name, "name", NAME_LENGTH_MAX, at, faults)
    if edge.tail == edge.head and edge.tail:
        faults.add(at, f"leads from {edge.tail!r} to itself")
    _check_positive({"length": edge.length_m, "diameter": edge.diameter_mm}, at, faults)
    _check_positive({"friction factor": edge.friction_factor}, at, faults)
    _check_not_negative({"roughness": edge.roughness_mm}, at, faults)
    capacities = {"forward capacity": edge.capacity_forward, "backward capacity": edge.capacity_backward}
    _check_capacity(capacities, at, faults)
    for longitude, latitude in edge.route:
        _check_position(longitude, latitude, at, faults)
    if len(edge.attributes) > ATTRIBUTES_MAX:
        faults.add(at, f"has more than {ATTRIBUTES_MAX} attributes")
    for name, value in edge.attributes.items():
        _check_text(name, "attribute name", NAME_LENGTH_MAX, at, faults)
        if isinstance(value, str):
            _check_text(value, f"attribute {name}", PROSE_LENGTH_MAX, at, faults)
        elif name in (PRESSURE_MIN, PRESSURE_MAX):
            _check_pressure({f"attribute {name}": value}, at, faults)
        else:
            _check_finite({f"attribute {name}": value}, at, faults)
    if edge.station is None:
        return
    if edge.kind is not EdgeKind.COMPRESSOR_STATION:
        faults.add(at, f"is of the kind {edge.kind} and cannot have the machines of a station")
    _check_station(edge.station, at, faults)


def _check_station(station: Station, at: Place, faults: FaultList) -> None:
    machines = station.machines
    parts = {
        "machine": [machine.id for machine in machines],
        "drive": [drive.id for drive in station.drives],
        "configuration": [configuration.id for configuration in station.configurations],
    }
    for name, ids in parts.items():
        if not 1 <= len(ids) <= STATION_PARTS_MAX:
            faults.add(at, f"has {len(ids):,} {name}s; it must have from 1 to {STATION_PARTS_MAX}")
        for part_id, times in Counter(ids).items():
            _check_text(part_id, f"id of a {name}", ID_LENGTH_MAX, at, faults)
            if not part_id:
                faults.add(at, f"has a {name} without id")
            elif times > 1:
                faults.add(at, f"has {times} {name}s {part_id!r}")
    drives = {drive.id for drive in station.drives}
    for machine in machines:
        if machine.drive not in drives:
            faults.add(at, f"machine {machine.id!r} is turned by {machine.drive!r}, which is no drive")
        _check_machine(machine, at, faults)
    for drive in station.drives:
        _check_drive(drive, at, faults)
    for configuration in station.configurations:
        _check_configuration(configuration, {machine.id for machine in machines}, at, faults)


def _check_machine(machine: Machine, at: Place, faults: FaultList) -> None:
    of = f"of machine {machine.id!r}"
    slowest, fastest = machine.speed_min_per_min, machine.speed_max_per_min
    _check_positive({f"lowest speed {of}": slowest, f"highest speed {of}": fastest}, at, faults)
    if slowest > fastest:
        faults.add(at, f"the lowest speed {of}, {slowest:g}, is above the highest, {fastest:g}")
    if isinstance(machine, TurboCompressor):
        _check_coefficients(f"head {of}", machine.head, (BIQUADRATIC,), at, faults)
        _check_coefficients(f"efficiency {of}", machine.efficiency, (BIQUADRATIC,), at, faults)
        _check_coefficients(f"surge line {of}", machine.surge, (QUADRATIC,), at, faults)
        _check_coefficients(f"choke line {of}", machine.choke, (QUADRATIC,), at, faults)
        return
    positive = {
        "displacement": machine.displacement_m3,
        "efficiency": machine.efficiency,
        "highest torque": machine.torque_max_kn_m,
    }
    _check_positive({f"{name} {of}": value for name, value in positive.items()}, at, faults)
    if not (math.isfinite(machine.ratio_max) and machine.ratio_max >= 1):
        faults.add(at, f"the highest ratio {of} must be a number from 1, not {machine.ratio_max:g}")
    if machine.efficiency > 1:
        faults.add(at, f"the efficiency {of} must be at most 1, not {machine.efficiency:g}")
    if not 0 <= machine.flow_reduction < 1:
        faults.add(at, f"the flow reduction {of} must be from 0 to below 1, not {machine.flow_reduction:g}")


def _check_drive(drive: Drive, at: Place, faults: FaultList) -> None:
    _check_coefficients(f"power of drive {drive.id!r}", drive.power, (QUADRATIC, BIQUADRATIC), at, faults)
    _check_coefficients(f"energy rate of drive {drive.id!r}", drive.energy_rate, (QUADRATIC,), at, faults)


def _check_configuration(configuration: Configuration, known: set[str], at: Place, faults: FaultList) -> None:
    of = f"configuration {configuration.id!r}"
    named = [machine_id for stage in configuration.stages for machine_id in stage]
    if not configuration.stages or not all(configuration.stages):
        faults.add(at, f"{of} has no stage, or one without machines")
    if len(named) > CONFIGURATION_MACHINES_MAX:
        faults.add(at, f"{of} has more than {CONFIGURATION_MACHINES_MAX} machines")
    for machine_id, times in Counter(named).items():
        if machine_id not in known:
            faults.add(at, f"{of} names {machine_id!r}, which is no machine of the station")
        elif times > 1:
            faults.add(at, f"{of} names the machine {machine_id!r} {times} times")


def _check_coefficients(
    name: str, values: Sequence[float], counts: tuple[int, ...], at: Place, faults: FaultList
) -> None:
    if len(values) not in counts:
        wanted = " or ".join(str(count) for count in counts)
        faults.add(at, f"the {name} has {len(values)} coefficients, not {wanted}")
    for value in values:
        _check_finite({f"coefficient of the {name}": value}, at, faults)


def _check_ends(nodes: Sequence[Placed[Node]], edges: Sequence[Placed[Edge]], faults: FaultList) -> None:
    known = {node.id for node, _ in nodes}
    for edge, at in edges:
        for end, node_id in (("from", edge.tail), ("to", edge.head)):
            if node_id and node_id not in known:
                faults.add(at, f"leads {end} {node_id!r}, which is no node")


def _check_balance(nodes: Sequence[Placed[Node]], place: Place, faults: FaultList) -> None:
    entering = sum(node.nomination for node, _ in nodes if node.nomination > 0)
    leaving = -sum(node.nomination for node, _ in nodes if node.nomination < 0)
    if entering != leaving:
        faults.add(place, f"nominations enter {entering:,} and leave {leaving:,}: they do not balance")


def _check_connected(nodes: Sequence[Placed[Node]], edges: Sequence[Placed[Edge]], faults: FaultList) -> None:
    parts = components((node.id for node, _ in nodes), ((edge.tail, edge.head) for edge, _ in edges))
    largest = max(parts, key=len)
    place_of = {node.id: at for node, at in nodes}
    for part in parts:
        if part is not largest:
            size = "1 node" if len(part) == 1 else f"{len(part):,} nodes"
            faults.add(place_of[part[0]], f"no edge leads from here ({size}) to the rest of the network")


def components(node_ids: Iterable[str], ends: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the connected parts, each in the order of `node_ids`, by their first nodes."""
    order = list(node_ids)
    neighbours: defaultdict[str, list[str]] = defaultdict(list)
    for tail, head in ends:
        neighbours[tail].append(head)
        neighbours[head].append(tail)
    part_of: dict[str, int] = {}
    parts: list[list[str]] = []
    for start in order:
        if start not in part_of:
            part_of[start] = len(parts)
            stack = [start]
            while stack:
                for neighbour in neighbours[stack.pop()]:
                    if neighbour not in part_of:
                        part_of[neighbour] = len(parts)
                        stack.append(neighbour)
            parts.append([])
        parts[part_of[start]].append(start)
    return parts


def code_of(name: str) -> str:
    """Return the code of a network whose file or title is `name`: lower case, words joined by '-'."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:CODE_LENGTH_MAX].strip("-") or "network"


def is_plain(text: str) -> bool:
    """Return whether text can be stored and shown anywhere: no control characters, no lone surrogates."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text)


def _check_text(text: str, name: str, length_max: int, at: Place, faults: FaultList) -> None:
    if len(text) > length_max:
        faults.add(at, f"the {name} is longer than {length_max:,} characters")
    elif not is_plain(text):
        faults.add(at, f"the {name} has control characters")


def _check_position(longitude: float, latitude: float, at: Place, faults: FaultList) -> None:
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        faults.add(at, f"longitude {longitude:g} and latitude {latitude:g} are no place on Earth")


def _check_capacity(values: Mapping[str, int | None], at: Place, faults: FaultList) -> None:
    for name, value in values.items():
        if value is not None and not 0 <= value <= CAPACITY_MAX:
            faults.add(at, f"the {name} must be from 0 to {CAPACITY_MAX:,}, not {value:,}")


def _check_pressure(values: Mapping[str, float | None], at: Place, faults: FaultList) -> None:
    for name, value in values.items():
        if value is not None and not 0 <= value <= PRESSURE_BAR_MAX:
            faults.add(at, f"the {name} must be from 0 to {PRESSURE_BAR_MAX:,.0f} bar, not {value:g}")


def _check_finite(values: Mapping[str, float | None], at: Place, faults: FaultList) -> None:
    for name, value in values.items():
        if value is not None and not math.isfinite(value):
            faults.add(at, f"the {name} must be a finite number, not {value:g}")
        _check_size(name, value, at, faults)


def _check_not_negative(values: Mapping[str, float | None], at: Place, faults: FaultList) -> None:
    for name, value in values.items():
        if value is not None and not (math.isfinite(value) and value >= 0):
            faults.add(at, f"the {name} must be a number from 0, not {value:g}")
        _check_size(name, value, at, faults)


def _check_positive(values: Mapping[str, float | None], at: Place, faults: FaultList) -> None:
    for name, value in values.items():
        if value is not None and not (math.isfinite(value) and value > 0):
            faults.add(at, f"the {name} must be a positive number, not {value:g}")
        elif value is not None and value < NUMBER_MIN:
            faults.add(at, f"the {name} must be at least {NUMBER_MIN:g}, not {value:g}")
        _check_size(name, value, at, faults)


def _check_size(name: str, value: float | None, at: Place, faults: FaultList) -> None:
    if value is not None and math.isfinite(value) and abs(value) > NUMBER_MAX:
        faults.add(at, f"the {name} must be at most {NUMBER_MAX:g} in size, not {value:g}")
