"""GeoJSON (RFC 7946): Points are nodes, LineStrings edges between them.

`write` keeps everything in the features' properties and in a member `linepack` of the collection, so that
`read` gives back an equal network; an element without coordinates has the geometry null. Where a map tool has
moved a node, its geometry counts.

Files of other makers are read too: an edge names its ends in the properties `from` and `to` (or `tail` and
`head`), and lengths, diameters and pressures say their unit in the property's name (`length_km`,
`diameter_mm`). A pipe without a length has the geodesic length of its line along all vertices. Properties
that mean nothing here are left out. Coordinates are WGS 84, longitude first.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

from capacity.networks.faults import FaultList, Place, refuse
from capacity.networks.formats import hostile
from capacity.networks.formats.commerce import (
    GASLIB_CALORIFIC_VALUE_MJ_PER_NM3,
    GERMAN_CLOCK,
    KWH_PER_MJ,
    density_kg_per_nm3,
)
from capacity.networks.formats.geodesy import Position, length_m
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.record_reader import Record, RecordReader
from capacity.networks.formats.records import (
    EDGE_MEMBERS,
    HEADER_MEMBERS,
    NODE_MEMBERS,
    edge_record,
    header_record,
    node_record,
    read_edge,
    read_header,
    read_node,
)
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node
from capacity.networks.validation import Placed, check, check_network, code_of
from linepack.canonical_json import JsonValue
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

HEADER = "linepack"

_CRS_WGS84 = ("CRS84", "4326")
_SHOWN_LENGTH_MAX = 50
_MEMBERS = frozenset((*NODE_MEMBERS, *EDGE_MEMBERS))

_SCALES = {
    "length": ("length_m", {"m": 1.0, "km": 1000.0}),
    "diameter": ("diameter_mm", {"mm": 1.0, "m": 1000.0}),
    "roughness": ("roughness_mm", {"mm": 1.0, "m": 1000.0}),
    "height": ("height_m", {"m": 1.0}),
    "pressure_min": ("pressure_min_bar", {"bar": 1.0, "pa": 1e-5, "mpa": 10.0}),
    "pressure_max": ("pressure_max_bar", {"bar": 1.0, "pa": 1e-5, "mpa": 10.0}),
}
"""Properties with a unit after their name: the member they fill, and the factor of each unit known."""


def write(network: Network) -> bytes:
    """Return the network as a GeoJSON FeatureCollection, UTF-8."""
    position_of = {node.id: _position(node) for node in network.nodes}
    features = [_node_feature(node) for node in network.nodes]
    features += [_edge_feature(edge, position_of) for edge in network.edges]
    lines = ",\n".join(f"  {_compact(feature)}" for feature in features)
    header = _compact(header_record(network))
    text = f'{{\n "type": "FeatureCollection",\n "{HEADER}": {header},\n "features": [\n{lines}\n ]\n}}\n'
    return text.encode()


def read(
    source: Source,
    *,
    file: str = "",
    code: str | None = None,
    name: str | None = None,
    unit: CommercialUnit = CommercialUnit.KWH_PER_H,
    quality: GasQuality | None = None,
    clock: GasDayClock = GERMAN_CLOCK,
    attribution: str = "",
) -> Network:
    """Return the network; raises InvalidInput with every fault.

    A file written by `write` says all of the keywords itself; for others, `quality` defaults to GasLib's gas.
    """
    file = file or (source.name if isinstance(source, Path) else "network.geojson")
    document, lines = hostile.parse_json(hostile.read_bytes(source, file), file)
    if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
        raise refuse(Place(file), "is not a GeoJSON FeatureCollection")
    faults = FaultList(lines.of)
    _check_crs(document, file, faults)
    if HEADER in document:
        header = RecordReader(document, Place(file), faults).child(HEADER)
        header.refuse_unknown(HEADER_MEMBERS)
        network = read_header(header)
    else:
        network = Network(
            code=code or code_of(PurePosixPath(file).stem),
            name=name or PurePosixPath(file).stem,
            unit=unit,
            quality=quality or _default_quality(),
            clock=clock,
            nodes=(),
            edges=(),
            attribution=attribution,
        )
    nodes, edges = _read_features(document, file, faults, has_header=HEADER in document)
    check_network(network, Place(file), faults)
    check(nodes, edges, Place(file), faults)
    faults.raise_if_any()
    return replace(network, nodes=tuple(node for node, _ in nodes), edges=tuple(edge for edge, _ in edges))


def _node_feature(node: Node) -> dict[str, JsonValue]:
    record = node_record(node)
    position = _position(node)
    if position is not None:
        del record["longitude"], record["latitude"]
    return _feature(node.id, "Point", None if position is None else list(position), record)


def _edge_feature(edge: Edge, position_of: Mapping[str, Position | None]) -> dict[str, JsonValue]:
    record = edge_record(edge)
    record["from"], record["to"] = record.pop("tail"), record.pop("head")
    tail, head = position_of.get(edge.tail), position_of.get(edge.head)
    if tail is None or head is None:
        return _feature(edge.id, "LineString", None, record)
    record.pop("route", None)
    return _feature(edge.id, "LineString", [list(at) for at in (tail, *edge.route, head)], record)


def _feature(element_id: str, kind: str, coordinates: JsonValue, record: Record) -> dict[str, JsonValue]:
    geometry: JsonValue = None if coordinates is None else {"type": kind, "coordinates": coordinates}
    return {"type": "Feature", "id": element_id, "geometry": geometry, "properties": record}


def _position(node: Node) -> Position | None:
    if node.longitude is None or node.latitude is None:
        return None
    return node.longitude, node.latitude


def _default_quality() -> GasQuality:
    density = density_kg_per_nm3(GasProperties().molar_mass_kg_per_kmol)
    return GasQuality(GASLIB_CALORIFIC_VALUE_MJ_PER_NM3 * KWH_PER_MJ, density)


def _check_crs(document: Record, file: str, faults: FaultList) -> None:
    crs = document.get("crs")
    if crs is not None and not any(known in json.dumps(crs) for known in _CRS_WGS84):
        faults.add(Place(file), "has a coordinate reference system other than WGS 84")


def _read_features(
    document: Record, file: str, faults: FaultList, *, has_header: bool
) -> tuple[list[Placed[Node]], list[Placed[Edge]]]:
    features = document.get("features")
    if not isinstance(features, list):
        faults.add(Place(file), "features must be a list")
        features = []
    nodes: list[Placed[Node]] = []
    edges: list[Placed[Edge]] = []
    for index, feature in enumerate(features):
        place = Place(file, element=f"feature {index + 1}", item=("features", index))
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            faults.add(place, "is not a Feature")
            continue
        geometry = feature.get("geometry")
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        reader = _properties(feature, place, faults, is_line=kind == "LineString")
        line = _line(geometry, kind, reader)
        if line is None:
            continue
        if "tail" in reader.record:
            edges.append((_edge(reader, line, has_header=has_header), reader.place))
        else:
            nodes.append((_node(reader, line), reader.place))
    return nodes, edges


def _node(reader: RecordReader, line: list[Position]) -> Node:
    node = read_node(reader)
    return replace(node, longitude=line[0][0], latitude=line[0][1]) if line else node


def _edge(reader: RecordReader, line: list[Position], *, has_header: bool) -> Edge:
    edge = read_edge(reader)
    if not line:
        return edge
    edge = replace(edge, route=tuple(line[1:-1]))
    if has_header or edge.kind is not EdgeKind.PIPE or edge.length_m is not None:
        return edge
    return replace(edge, length_m=length_m(line))


def _line(geometry: JsonValue, kind: JsonValue, reader: RecordReader) -> list[Position] | None:
    """Return the positions of a geometry, none for null; None, with a fault, for one that is not read."""
    if geometry is None:
        return []
    coordinates = geometry.get("coordinates") if isinstance(geometry, dict) else None
    if kind == "Point":
        coordinates = [coordinates]
    elif kind != "LineString":
        said = str(kind)[:_SHOWN_LENGTH_MAX]
        reader.faults.add(reader.place, f"has the geometry {said}; only Point and LineString are read")
        return None
    if not isinstance(coordinates, list) or (kind == "LineString" and len(coordinates) < 2):
        reader.faults.add(reader.place, "has a LineString of fewer than two positions")
        return None
    positions = [reader.position(item, "coordinates") for item in coordinates]
    return [position for position in positions if position is not None]


def _properties(feature: Record, place: Place, faults: FaultList, *, is_line: bool) -> RecordReader:
    """Return a reader of the feature's properties under the names and in the units of our records."""
    properties = feature.get("properties")
    if not isinstance(properties, dict):
        properties = {}
    record = {member: value for member, value in properties.items() if member in _MEMBERS}
    if not isinstance(record.get("station"), dict):
        record.pop("station", None)
    for ours, theirs in (("tail", "from"), ("head", "to")):
        if theirs in properties:
            record[ours] = _identity(properties[theirs])
    element_id = _identity(properties.get("id", feature.get("id")))
    if element_id is not None:
        record["id"] = element_id
    is_edge = is_line or "tail" in record or "head" in record
    at = replace(place, element=f"{'edge' if is_edge else 'node'} {element_id or ''}".strip())
    if is_edge and not ("tail" in record and "head" in record):
        faults.add(at, "does not name its ends in the properties from and to")
        record = {"tail": "", "head": "", **record}
    reader = RecordReader(record, at, faults)
    for name, value in properties.items():
        if name not in _MEMBERS and isinstance(value, int | float):
            _take_measure(name, value, record, reader)
    return reader


def _take_measure(name: str, value: float, record: dict[str, JsonValue], reader: RecordReader) -> None:
    for stem, (member, factors) in _SCALES.items():
        if name != stem and not name.startswith(f"{stem}_"):
            continue
        unit = name.removeprefix(stem).removeprefix("_").lower()
        if unit in factors:
            record.setdefault(member, value * factors[unit])
            return
        known = ", ".join(f"{stem}_{unit}" for unit in factors)
        said = "has no unit" if not unit else f"has the unknown unit {unit[:_SHOWN_LENGTH_MAX]!r}"
        reader.faults.add(reader.place, f"{stem} {said}; known are {known}")
        return


def _identity(value: JsonValue) -> JsonValue:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _compact(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
