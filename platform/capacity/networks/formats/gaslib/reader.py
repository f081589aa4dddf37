"""GasLib's XML: topology (`.net`), nomination (`.scn`) and compressor stations (`.cs`).

Read from a zip archive holding them, or from a `.net` file, beside which the other two are looked for.
Units are those the file declares: bar, barg (gauge, 1.01325 bar less), km, m, mm; flows count 1000 m³ an hour
at normal conditions and become whole commercial units through the sources' calorific value and norm density.
A height without unit is in metres. Signs: entries nominate positive, exits negative.

Stations are read by `capacity.networks.formats.gaslib.stations`. Format: gaslib.zib.de; Schmidt et al., Data
2017, 2(4):40.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from statistics import fmean

from capacity.networks.faults import FaultList, Place
from capacity.networks.formats.commerce import GERMAN_CLOCK, SECONDS_PER_HOUR, rebalanced, whole_units
from capacity.networks.formats.gaslib.documents import open_documents
from capacity.networks.formats.gaslib.stations import StationReader
from capacity.networks.formats.hostile import Element, Source
from capacity.networks.formats.measures import (
    DIFFERENCE,
    HEIGHT,
    KELVIN,
    KG_PER_KMOL,
    KG_PER_NM3,
    KWH_PER_NM3,
    METRES,
    MILLIMETRES,
    NM3_PER_H,
    NUMBER,
    PRESSURE,
    Dimension,
    MeasureReader,
)
from capacity.networks.model import PRESSURE_MAX, Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from capacity.networks.physics import FLOW_LIMIT_BACKWARD, FLOW_LIMIT_FORWARD
from capacity.networks.validation import Placed, check, check_network, code_of
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, FlowKgPerS, GasQuality

_ROLES = {"source": NodeRole.ENTRY, "sink": NodeRole.EXIT, "innode": NodeRole.JUNCTION}
_KINDS = {
    "pipe": EdgeKind.PIPE,
    "shortPipe": EdgeKind.SHORT_PIPE,
    "compressorStation": EdgeKind.COMPRESSOR_STATION,
    "controlValve": EdgeKind.CONTROL_VALVE,
    "valve": EdgeKind.VALVE,
    "resistor": EdgeKind.RESISTOR,
}
_QUALITY = {
    "calorificValue": KWH_PER_NM3,
    "normDensity": KG_PER_NM3,
    "gasTemperature": KELVIN,
    "molarMass": KG_PER_KMOL,
    "pseudocriticalPressure": PRESSURE,
    "pseudocriticalTemperature": KELVIN,
}
_ATTRIBUTES = {
    "pressureMax": (PRESSURE_MAX, PRESSURE),
    "pressureInMin": ("pressure_in_min_bar", PRESSURE),
    "pressureOutMax": ("pressure_out_max_bar", PRESSURE),
    "pressureLossIn": ("pressure_loss_in_bar", DIFFERENCE),
    "pressureLossOut": ("pressure_loss_out_bar", DIFFERENCE),
    "pressureLoss": ("pressure_loss_bar", DIFFERENCE),
    "pressureDifferentialMin": ("pressure_difference_min_bar", DIFFERENCE),
    "pressureDifferentialMax": ("pressure_difference_max_bar", DIFFERENCE),
    "diameterIn": ("diameter_in_mm", MILLIMETRES),
    "diameterOut": ("diameter_out_mm", MILLIMETRES),
    "dragFactor": ("drag_factor", NUMBER),
    "dragFactorIn": ("drag_factor_in", NUMBER),
    "dragFactorOut": ("drag_factor_out", NUMBER),
}


def read(
    source: Source,
    *,
    file: str = "",
    scenario: str | None = None,
    code: str | None = None,
    name: str | None = None,
    unit: CommercialUnit = CommercialUnit.KWH_PER_H,
    clock: GasDayClock = GERMAN_CLOCK,
    attribution: str = "",
) -> Network:
    """Return the network, its nominations balanced to whole units; raises InvalidInput with every fault.

    `scenario` names the nomination wanted where there are several (its file, without suffix). Pipes have no
    capacity yet: `capacity.networks.physics.with_capacities` derives it.
    """
    file = file or (source.name if isinstance(source, Path) else "network.net")
    documents = open_documents(source, file, scenario)
    faults = FaultList()
    reader = _NetReader(documents.net_file, faults)
    reader.read_quality(documents.net)
    commercial = _Commercial(unit, reader.quality)
    nodes = reader.nodes(documents.net, commercial)
    edges = reader.edges(documents.net, commercial)
    notes = [*reader.notes, *documents.notes]
    if documents.stations is not None:
        stations = StationReader(documents.stations_file, faults)
        edges = _with_stations(stations, documents.stations, edges, notes)
    if documents.scenario is not None:
        nodes = _ScenarioReader(documents.scenario_file, faults).apply(documents.scenario, nodes, commercial)
        nodes = rebalanced(nodes, unit, notes)
    title = name or reader.title(documents.net) or file
    network = Network(
        code=code or code_of(PurePosixPath(documents.net_file).stem),
        name=title,
        unit=unit,
        quality=reader.quality,
        clock=clock,
        nodes=tuple(node for node, _ in nodes),
        edges=tuple(edge for edge, _ in edges),
        attribution=attribution,
        gas_temperature_k=reader.temperature_k,
        gas=reader.gas,
        notes=tuple(notes),
    )
    whole = Place(documents.net_file)
    check_network(network, whole, faults)
    check(nodes, edges, whole, faults)
    faults.raise_if_any()
    return network


@dataclass(frozen=True, slots=True)
class _Commercial:
    """How a volume flow of the file becomes whole commercial units."""

    unit: CommercialUnit
    quality: GasQuality

    def units(self, nm3_per_h: float) -> int:
        kg_per_s = nm3_per_h * self.quality.density_kg_per_nm3 / SECONDS_PER_HOUR
        return whole_units(FlowKgPerS(kg_per_s), self.unit, self.quality)


class _NetReader(MeasureReader):
    """Reads a `.net` document."""

    def __init__(self, file: str, faults: FaultList) -> None:
        super().__init__(file, faults)
        self.notes: list[str] = []
        self.quality = GasQuality(1, 1)
        self.gas = GasProperties()
        self.temperature_k = 283.15

    def title(self, root: Element) -> str:
        title = next((element for element in root.walk() if element.tag == "title"), None)
        return title.text.strip().replace("_", "-") if title is not None else ""

    def read_quality(self, root: Element) -> None:
        """Take over what the sources say of their gas; their mean where they differ."""
        before = len(self.faults)
        said: defaultdict[str, list[float]] = defaultdict(list)
        sources = [element for element in root.walk() if element.tag == "source"]
        for source in sources:
            for tag, dimension in _QUALITY.items():
                if (value := self.measure(source, tag, dimension)) is not None:
                    said[tag].append(value)
        for tag in ("calorificValue", "normDensity"):
            if not any(source.child(tag) for source in sources):
                self.faults.add(Place(self.file), f"no source has a {tag}, without which flows mean nothing")
            elif min(said[tag], default=1) <= 0:
                self.faults.add(Place(self.file), f"a source has a {tag} that is not positive")
        if len(self.faults) > before:
            return
        mean = {
            tag: values[0] if len(set(values)) == 1 else fmean(values)
            for tag, values in said.items()
            if values
        }
        differing = sorted(tag for tag, values in said.items() if len(set(values)) > 1)
        if differing:
            self.notes.append(f"Sources differ in {', '.join(differing)}; the mean is taken.")
        self.quality = GasQuality(mean["calorificValue"], mean["normDensity"])
        self.temperature_k = mean.get("gasTemperature", self.temperature_k)
        self.gas = GasProperties(
            mean.get("molarMass", self.gas.molar_mass_kg_per_kmol),
            mean.get("pseudocriticalPressure", self.gas.pseudocritical_pressure_bar),
            mean.get("pseudocriticalTemperature", self.gas.pseudocritical_temperature_k),
        )

    def nodes(self, root: Element, commercial: _Commercial) -> list[Placed[Node]]:
        found: list[Placed[Node]] = []
        for element in _children(root, "nodes"):
            if element.tag not in _ROLES:
                self.faults.add(self.place(element), f"{element.tag!r} is not one of {', '.join(_ROLES)}")
                continue
            found.append((self._node(element, commercial), self.place(element)))
        return found

    def _node(self, element: Element, commercial: _Commercial) -> Node:
        role = _ROLES[element.tag]
        flow_max = self.measure(element, "flowMax", NM3_PER_H)
        capacity = None if flow_max is None else max(0, commercial.units(flow_max))
        return Node(
            id=element.attributes.get("id", ""),
            role=role,
            name=element.attributes.get("alias", ""),
            pressure_min_bar=self.measure(element, "pressureMin", PRESSURE, required=True),
            pressure_max_bar=self.measure(element, "pressureMax", PRESSURE, required=True),
            height_m=self.measure(element, "height", HEIGHT) or 0.0,
            longitude=self.coordinate(element, "geoWGS84Long"),
            latitude=self.coordinate(element, "geoWGS84Lat"),
            x=self.coordinate(element, "x"),
            y=self.coordinate(element, "y"),
            entry_capacity=capacity if role.may_enter else None,
            exit_capacity=capacity if role.may_exit else None,
        )

    def edges(self, root: Element, commercial: _Commercial) -> list[Placed[Edge]]:
        found: list[Placed[Edge]] = []
        for element in _children(root, "connections"):
            if element.tag not in _KINDS:
                self.faults.add(self.place(element), f"{element.tag!r} is not one of {', '.join(_KINDS)}")
                continue
            found.append((self._edge(element, commercial), self.place(element)))
        return found

    def _edge(self, element: Element, commercial: _Commercial) -> Edge:
        kind = _KINDS[element.tag]
        is_pipe = kind is EdgeKind.PIPE
        attributes = self._attributes(element)
        forward, backward = self._flow_limits(element, commercial)
        if is_pipe:
            limits = {FLOW_LIMIT_FORWARD: forward, FLOW_LIMIT_BACKWARD: backward}
            attributes |= {key: float(units) for key, units in limits.items() if units is not None}
        for end in ("from", "to"):
            if end not in element.attributes:
                self.faults.add(self.place(element), f"has no {end!r}")
        return Edge(
            id=element.attributes.get("id", ""),
            kind=kind,
            tail=element.attributes.get("from", ""),
            head=element.attributes.get("to", ""),
            name=element.attributes.get("alias", ""),
            length_m=self.measure(element, "length", METRES, required=is_pipe),
            diameter_mm=self.measure(element, "diameter", MILLIMETRES, required=is_pipe),
            roughness_mm=self.measure(element, "roughness", MILLIMETRES, required=is_pipe),
            capacity_forward=None if is_pipe else forward,
            capacity_backward=None if is_pipe else backward,
            attributes=attributes,
        )

    def _flow_limits(self, element: Element, commercial: _Commercial) -> tuple[int | None, int | None]:
        lowest = self.measure(element, "flowMin", NM3_PER_H)
        highest = self.measure(element, "flowMax", NM3_PER_H)
        if lowest is not None and highest is not None and lowest > highest:
            self.faults.add(self.place(element), f"flowMin {lowest:g} is above flowMax {highest:g} m³/h")
        forward = None if highest is None else max(0, commercial.units(highest))
        backward = None if lowest is None else max(0, commercial.units(-lowest))
        return forward, backward

    def _attributes(self, element: Element) -> dict[str, float | str]:
        attributes: dict[str, float | str] = {}
        for tag, (key, dimension) in _ATTRIBUTES.items():
            if (value := self.measure(element, tag, dimension)) is not None:
                attributes[key] = value
        if "internalBypassRequired" in element.attributes:
            is_required = element.attributes["internalBypassRequired"] == "1"
            attributes["internal_bypass"] = "required" if is_required else "not required"
        if fuel := element.attributes.get("fuelGasVertex"):
            attributes["fuel_gas_node"] = fuel
        return attributes


class _ScenarioReader(MeasureReader):
    """Reads a `.scn` document."""

    def apply(self, root: Element, nodes: list[Placed[Node]], commercial: _Commercial) -> list[Placed[Node]]:
        """Return the nodes with their nominations, and pressure limits narrowed to the contractual ones."""
        said = {node.id: (node, at) for node, at in nodes}
        for element in (element for element in root.walk() if element.tag == "node"):
            node_id = element.attributes.get("id", "")
            if node_id not in said:
                self.faults.add(self.place(element), f"nominates for {node_id!r}, which is no node")
                continue
            node, at = said[node_id]
            said[node_id] = (self._nominated(element, node, commercial), at)
        return [said[node.id] if said[node.id][1] == at else (node, at) for node, at in nodes]

    def _nominated(self, element: Element, node: Node, commercial: _Commercial) -> Node:
        sign = {"entry": 1, "exit": -1}.get(element.attributes.get("type", ""))
        if sign is None:
            self.faults.add(self.place(element), "has a type that is neither entry nor exit")
            return node
        flow = self._bounds(element, "flow", NM3_PER_H).get("upper", 0.0)
        pressure = self._bounds(element, "pressure", PRESSURE)
        return replace(
            node,
            nomination=node.nomination + sign * commercial.units(flow),
            pressure_min_bar=max(_known(node.pressure_min_bar, pressure.get("lower")), default=None),
            pressure_max_bar=min(_known(node.pressure_max_bar, pressure.get("upper")), default=None),
        )

    def _bounds(self, element: Element, tag: str, dimension: Dimension) -> dict[str, float]:
        bounds: dict[str, float] = {}
        for child in (child for child in element if child.tag == tag):
            bound = child.attributes.get("bound", "")
            if bound not in ("lower", "upper", "both"):
                at = replace(self.place(element), line=child.line)
                self.faults.add(at, f"the bound {bound[:50]!r} of {tag} is not lower, upper or both")
                continue
            value = self.value(child, dimension, self.place(element))
            if value is not None:
                bounds |= dict.fromkeys(("lower", "upper") if bound == "both" else (bound,), value)
        return bounds


def _with_stations(
    reader: StationReader, root: Element, edges: list[Placed[Edge]], notes: list[str]
) -> list[Placed[Edge]]:
    known = frozenset(edge.id for edge, _ in edges if edge.kind is EdgeKind.COMPRESSOR_STATION)
    stations = reader.stations(root, known)
    if undescribed := known - stations.keys():
        notes.append(f"{len(undescribed)} compressor stations are not described in {reader.file}.")
    return [
        (replace(edge, station=stations[edge.id]) if edge.id in stations else edge, at) for edge, at in edges
    ]


def _known(*limits: float | None) -> list[float]:
    return [limit for limit in limits if limit is not None]


def _children(root: Element, tag: str) -> list[Element]:
    parent = root.child(tag)
    return parent.children if parent is not None else []
