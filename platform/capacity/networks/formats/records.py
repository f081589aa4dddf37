"""A network as JSON objects: one record per node, per edge, and a header for the whole.

Members stand in the order of the model's fields, and those with the model's default are left out, so that
equal networks have equal records. Reading notes every member that is missing, unknown or of the wrong type.
"""

from capacity.networks.formats.record_reader import RecordReader
from capacity.networks.formats.station_records import read_station, station_record
from capacity.networks.model import Edge, EdgeKind, GasProperties, Network, Node, NodeRole
from linepack.canonical_json import JsonValue
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, GasQuality

SCHEMA = "linepack.network/1"
"""Name and version of the records; a reader refuses any other."""

_NODE_TEXTS = ("name",)
_NODE_NUMBERS = ("pressure_min_bar", "pressure_max_bar", "height_m", "longitude", "latitude")
_NODE_PLACE = ("x", "y")
_NODE_LIMITS = ("entry_capacity", "exit_capacity")
_EDGE_NUMBERS = ("length_m", "diameter_mm", "roughness_mm", "friction_factor")
_EDGE_CAPACITIES = ("capacity_forward", "capacity_backward")

NODE_MEMBERS = ("id", "role", *_NODE_TEXTS, *_NODE_NUMBERS, "nomination", *_NODE_PLACE, *_NODE_LIMITS)
EDGE_MEMBERS = (
    "id",
    "kind",
    "tail",
    "head",
    "name",
    *_EDGE_NUMBERS,
    *_EDGE_CAPACITIES,
    "attributes",
    "route",
    "station",
)
HEADER_MEMBERS = (
    *("schema", "code", "name", "unit", "quality", "gas_day", "gas_temperature_k", "gas"),
    *("attribution", "notes"),
)

_PLAIN_NODE = Node("")
_PLAIN_EDGE = Edge("", EdgeKind.PIPE, "", "")


def node_record(node: Node) -> dict[str, JsonValue]:
    """Return a node as a JSON object."""
    return {
        member: getattr(node, member)
        for member in NODE_MEMBERS
        if member in ("id", "role") or getattr(node, member) != getattr(_PLAIN_NODE, member)
    }


def edge_record(edge: Edge) -> dict[str, JsonValue]:
    """Return an edge as a JSON object; attributes by name."""
    record: dict[str, JsonValue] = {
        member: getattr(edge, member)
        for member in EDGE_MEMBERS
        if member in ("id", "kind", "tail", "head") or getattr(edge, member) != getattr(_PLAIN_EDGE, member)
    }
    if edge.attributes:
        record["attributes"] = dict(sorted(edge.attributes.items()))
    if edge.route:
        record["route"] = [list(position) for position in edge.route]
    if edge.station is not None:
        record["station"] = station_record(edge.station)
    return record


def header_record(network: Network) -> dict[str, JsonValue]:
    """Return what the network says of itself as a JSON object."""
    quality, gas = network.quality, network.gas
    return {
        "schema": SCHEMA,
        "code": network.code,
        "name": network.name,
        "unit": network.unit,
        "quality": {
            "calorific_value_kwh_per_nm3": quality.calorific_value_kwh_per_nm3,
            "density_kg_per_nm3": quality.density_kg_per_nm3,
        },
        "gas_day": {"zone": network.clock.zone, "start_hour": network.clock.start_hour},
        "gas_temperature_k": network.gas_temperature_k,
        "gas": {
            "molar_mass_kg_per_kmol": gas.molar_mass_kg_per_kmol,
            "pseudocritical_pressure_bar": gas.pseudocritical_pressure_bar,
            "pseudocritical_temperature_k": gas.pseudocritical_temperature_k,
            "compressibility": gas.compressibility,
        },
        "attribution": network.attribution,
        "notes": list(network.notes),
    }


def read_node(reader: RecordReader) -> Node:
    """Return the node of a record."""
    return Node(
        id=reader.text("id", required=True),
        role=reader.choice("role", NodeRole, NodeRole.JUNCTION) or NodeRole.JUNCTION,
        name=reader.text("name"),
        pressure_min_bar=reader.number("pressure_min_bar"),
        pressure_max_bar=reader.number("pressure_max_bar"),
        height_m=reader.number("height_m") or 0.0,
        longitude=reader.number("longitude"),
        latitude=reader.number("latitude"),
        nomination=reader.whole("nomination") or 0,
        x=reader.number("x"),
        y=reader.number("y"),
        entry_capacity=reader.whole("entry_capacity"),
        exit_capacity=reader.whole("exit_capacity"),
    )


def read_edge(reader: RecordReader) -> Edge:
    """Return the edge of a record."""
    return Edge(
        id=reader.text("id", required=True),
        kind=reader.choice("kind", EdgeKind, EdgeKind.PIPE) or EdgeKind.PIPE,
        tail=reader.text("tail", required=True),
        head=reader.text("head", required=True),
        name=reader.text("name"),
        length_m=reader.number("length_m"),
        diameter_mm=reader.number("diameter_mm"),
        roughness_mm=reader.number("roughness_mm"),
        friction_factor=reader.number("friction_factor"),
        capacity_forward=reader.whole("capacity_forward"),
        capacity_backward=reader.whole("capacity_backward"),
        attributes=reader.attributes(),
        route=reader.positions("route"),
        station=read_station(reader.child("station")) if "station" in reader.record else None,
    )


def read_header(reader: RecordReader) -> Network:
    """Return a network without nodes and edges; call only with what `FaultList` then refuses if wrong."""
    if reader.record.get("schema") != SCHEMA:
        reader.faults.add(reader.place, f"has the schema {reader.record.get('schema')!r}, not {SCHEMA!r}")
    quality, gas = reader.child("quality"), reader.child("gas")
    return Network(
        code=reader.text("code", required=True),
        name=reader.text("name", required=True),
        unit=reader.choice("unit", CommercialUnit) or CommercialUnit.KWH_PER_H,
        quality=GasQuality(
            quality.positive("calorific_value_kwh_per_nm3"), quality.positive("density_kg_per_nm3")
        ),
        clock=_read_clock(reader.child("gas_day")),
        nodes=(),
        edges=(),
        attribution=reader.text("attribution"),
        gas_temperature_k=reader.positive("gas_temperature_k"),
        gas=GasProperties(
            molar_mass_kg_per_kmol=gas.positive("molar_mass_kg_per_kmol"),
            pseudocritical_pressure_bar=gas.positive("pseudocritical_pressure_bar"),
            pseudocritical_temperature_k=gas.positive("pseudocritical_temperature_k"),
            compressibility=gas.number("compressibility"),
        ),
        notes=_read_notes(reader),
    )


def _read_clock(reader: RecordReader) -> GasDayClock:
    zone, hour = reader.text("zone", required=True), reader.whole("start_hour")
    try:
        return GasDayClock(zone, -1 if hour is None else hour)
    except (ValueError, LookupError, OSError):
        reader.faults.add(reader.place, "gas_day must be a known time zone and an hour from 0 to 23")
        return GasDayClock("UTC", 0)


def _read_notes(reader: RecordReader) -> tuple[str, ...]:
    notes = reader.record.get("notes", [])
    if not isinstance(notes, list) or not all(isinstance(note, str) for note in notes):
        reader.faults.add(reader.place, "notes must be a list of strings")
        return ()
    return tuple(note for note in notes if isinstance(note, str))
