"""MATGAS: the text format of GasModels.jl (`.m`), in SI units.

Pressures in Pa, lengths and diameters in metres, flows in kg/s; flows become whole commercial units through
the calorific value (MATGAS has none: GasLib's is assumed, and noted) and the density of an ideal gas of the
file's molar mass, else of its specific gravity. Junction ids are kept; edge ids are the table and the id
(`pipe_12`), because MATGAS numbers each table for itself. Elements with status 0 are out of service and left
out, as are candidates for expansion (`ne_…`). `directionality` 1, `is_bidirectional` 0 and `flow_direction`
close one way. What else of the file is left out is noted (`left_out`).

Resistances are those of GasModels.jl, λ L a² / (D A²), A the pipe's cross-section and a the speed of sound:
a² is z R_s T, so that a file's `sound_speed`, where it gives one, says the compressibility z.
Format: GasModels.jl documentation, "The GasModels Matgas Format".
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path, PurePosixPath

from capacity.networks.faults import FaultList, Place
from capacity.networks.formats import hostile
from capacity.networks.formats.commerce import (
    DRY_AIR_KG_PER_KMOL,
    GASLIB_CALORIFIC_VALUE_MJ_PER_NM3,
    GERMAN_CLOCK,
    KWH_PER_MJ,
    density_kg_per_nm3,
    rebalanced,
    whole_units,
    with_dispatch,
)
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.matgas.document import CANDIDATES, SHOWN_LENGTH_MAX, Document, Row, parse
from capacity.networks.formats.matgas.left_out import POWER_UNLIMITED_W, left_out
from capacity.networks.formats.measures import decimal_number
from capacity.networks.model import (
    PRESSURE_MAX,
    PRESSURE_MIN,
    Edge,
    EdgeKind,
    GasProperties,
    Network,
    Node,
    NodeRole,
)
from capacity.networks.physics import GAS_CONSTANT_J_PER_KMOL_K
from capacity.networks.validation import Placed, check, check_network, code_of, components
from linepack.gasday import GasDayClock
from linepack.units import CommercialUnit, FlowKgPerS, GasQuality

_KINDS = {
    "pipe": EdgeKind.PIPE,
    "compressor": EdgeKind.COMPRESSOR_STATION,
    "short_pipe": EdgeKind.SHORT_PIPE,
    "resistor": EdgeKind.RESISTOR,
    "loss_resistor": EdgeKind.RESISTOR,
    "regulator": EdgeKind.CONTROL_VALVE,
    "valve": EdgeKind.VALVE,
}
_PRESSURES = {
    ("pipe", "p_min"): PRESSURE_MIN,
    ("pipe", "p_max"): PRESSURE_MAX,
    ("compressor", "inlet_p_min"): "pressure_in_min_bar",
    ("compressor", "inlet_p_max"): "pressure_in_max_bar",
    ("compressor", "outlet_p_min"): "pressure_out_min_bar",
    ("compressor", "outlet_p_max"): "pressure_out_max_bar",
    ("loss_resistor", "p_loss"): "pressure_loss_bar",
}
_RATIOS = {
    ("compressor", "c_ratio_min"): "pressure_ratio_min",
    ("compressor", "c_ratio_max"): "pressure_ratio_max",
    ("compressor", "directionality"): "directionality",
    ("regulator", "reduction_factor_min"): "pressure_ratio_min",
    ("regulator", "reduction_factor_max"): "pressure_ratio_max",
    ("resistor", "drag"): "drag_factor",
}
_BAR_PER_PA = Decimal("0.00001")
_MM_PER_M = Decimal(1000)
_FORWARD_ONLY = 1
"""Value of `directionality`; 0 compresses both ways, 2 lets gas pass back uncompressed."""

_NOWHERE = (0.0, 0.0)
"""What stands for coordinates that the source does not have."""


def read(
    source: Source,
    *,
    file: str = "",
    code: str | None = None,
    name: str | None = None,
    unit: CommercialUnit = CommercialUnit.KWH_PER_H,
    clock: GasDayClock = GERMAN_CLOCK,
    calorific_value_kwh_per_nm3: float | None = None,
    attribution: str = "",
) -> Network:
    """Return the network, its nominations balanced to whole units; raises InvalidInput with every fault.

    Pipes have no capacity yet: `capacity.networks.physics.with_capacities` derives it.
    """
    file = file or (source.name if isinstance(source, Path) else "network.m")
    faults = FaultList()
    document = parse(hostile.decode(hostile.read_bytes(source, file), file), file, faults)
    notes: list[str] = []
    temperature_k = document.number("temperature", faults)
    gas = _gas(document, temperature_k, notes, faults)
    if calorific_value_kwh_per_nm3 is None:
        calorific_value_kwh_per_nm3 = GASLIB_CALORIFIC_VALUE_MJ_PER_NM3 * KWH_PER_MJ
        notes.append("MATGAS gives no calorific value; GasLib's, 36.454 MJ/m³, is assumed.")
    quality = GasQuality(calorific_value_kwh_per_nm3, density_kg_per_nm3(gas.molar_mass_kg_per_kmol))
    reader = _Reader(document, unit, quality, faults)
    nodes, edges = reader.nodes(), reader.edges()
    if reader.unplaced:
        notes.append(f"{reader.unplaced:,} junctions have no coordinates: the source gives 0, 0.")
    nodes, edges = _built(document, nodes, edges, notes, faults)
    notes += left_out(document)
    nodes = rebalanced(with_dispatch(nodes, reader.ranges, unit, notes), unit, notes)
    network = Network(
        code=code or code_of(PurePosixPath(file).stem),
        name=name or document.name or file,
        unit=unit,
        quality=quality,
        clock=clock,
        nodes=tuple(node for node, _ in nodes),
        edges=tuple(edge for edge, _ in edges),
        attribution=attribution,
        gas_temperature_k=temperature_k,
        gas=gas,
        notes=tuple(notes),
    )
    check_network(network, Place(file), faults)
    check(nodes, edges, Place(file), faults)
    faults.raise_if_any()
    return network


def _gas(document: Document, temperature_k: float, notes: list[str], faults: FaultList) -> GasProperties:
    units, line = document.scalars.get("units", ("", 0))
    if units != "si":
        faults.add(
            Place(document.file, line, "mgc.units"), f"are {units[:SHOWN_LENGTH_MAX]!r}; only 'si' is read"
        )
    per_unit, line = document.scalars.get("is_per_unit", ("0", 0))
    if per_unit not in ("0", "false"):
        faults.add(Place(document.file, line, "mgc.is_per_unit"), "is set; only absolute values are read")
    if "gas_molar_mass" in document.scalars:
        molar_mass = 1000 * document.number("gas_molar_mass", faults)
    else:
        molar_mass = DRY_AIR_KG_PER_KMOL * document.number("gas_specific_gravity", faults)
    compressibility = document.number("compressibility_factor", faults)
    if "sound_speed" in document.scalars:
        speed = document.number("sound_speed", faults)
        by_speed = speed * speed * molar_mass / (GAS_CONSTANT_J_PER_KMOL_K * temperature_k)
        notes.append(
            f"The speed of sound, {speed:g} m/s, gives the compressibility {by_speed:.4f}, as in "
            f"GasModels.jl; compressibility_factor, {compressibility:g}, is not used."
        )
        compressibility = by_speed
    return GasProperties(molar_mass_kg_per_kmol=molar_mass, compressibility=compressibility)


def _built(
    document: Document,
    nodes: list[Placed[Node]],
    edges: list[Placed[Edge]],
    notes: list[str],
    faults: FaultList,
) -> tuple[list[Placed[Node]], list[Placed[Edge]]]:
    """Return what is built, without junctions that only candidates for expansion join to it.

    Where gas is handed over at such a junction, nothing can be transported: that is a fault.
    """
    ends: dict[str, str] = {}
    for table in CANDIDATES:
        for row in document.rows(table, faults):
            for end in ("fr_junction", "to_junction"):
                ends.setdefault(row.text(end), f"{table} {row.text('id')}")
    found = {node.id: (node, at) for node, at in nodes}
    known = [(edge.tail, edge.head) for edge, _ in edges if {edge.tail, edge.head} <= found.keys()]
    parts = sorted(components(found, known), key=len)
    apart = [set(part) for part in parts[:-1] if not ends.keys().isdisjoint(part)]
    unbuilt: set[str] = set()
    for part in apart:
        handing = [node_id for node_id in sorted(part) if found[node_id][0].role is not NodeRole.JUNCTION]
        for node_id in handing[:1]:
            by = min(ends[end] for end in part & ends.keys())
            message = f"is joined to the rest only by candidates for expansion ({by}), which are not built"
            faults.add(found[node_id][1], message)
        if not handing:
            unbuilt |= part
    if unbuilt:
        notes.append(f"Junctions that only candidates for expansion join are left out: {len(unbuilt):,}.")
    return (
        [(node, at) for node, at in nodes if node.id not in unbuilt],
        [(edge, at) for edge, at in edges if edge.tail not in unbuilt],
    )


@dataclass(slots=True)
class _Hand:
    """What is handed over at a junction, in kg/s; taking off is negative in `nominal`.

    `least` and `most` are what it may be dispatched to; without anything dispatchable both are `nominal`.
    """

    nominal: float = 0.0
    least: float = 0.0
    most: float = 0.0
    entry_max: float = 0.0
    exit_max: float = 0.0
    is_storage: bool = False

    @property
    def role(self) -> NodeRole:
        if self.is_storage:
            return NodeRole.STORAGE
        if self.entry_max > 0 and self.exit_max > 0:
            return NodeRole.INTERCONNECTION
        return NodeRole.ENTRY if self.entry_max > 0 else NodeRole.EXIT


class _Reader:
    """Turns the rows of a document into nodes and edges."""

    def __init__(
        self, document: Document, unit: CommercialUnit, quality: GasQuality, faults: FaultList
    ) -> None:
        self._document = document
        self._unit = unit
        self._quality = quality
        self._faults = faults
        self.unplaced = 0
        self.ranges: dict[str, tuple[int, int]] = {}
        """What each dispatchable point may be nominated, in whole units; taking off is negative."""

    def nodes(self) -> list[Placed[Node]]:
        hands = self._hands()
        found: list[Placed[Node]] = []
        for row in self._document.rows("junction", self._faults):
            hand = hands.pop(row.text("id"), (None, row.place))[0]
            longitude, latitude = row.number("lon"), row.number("lat")
            is_placed = (longitude, latitude) != _NOWHERE
            self.unplaced += not is_placed
            node = Node(
                id=row.text("id"),
                pressure_min_bar=row.number("p_min", _BAR_PER_PA),
                pressure_max_bar=row.number("p_max", _BAR_PER_PA),
                longitude=longitude if is_placed else None,
                latitude=latitude if is_placed else None,
            )
            found.append((node if hand is None else self._with_hand(node, hand), row.place))
        for junction, (_, place) in hands.items():
            self._faults.add(place, f"is at {junction!r}, which is no junction in service")
        for needed in ("receipt", "delivery"):
            if not any(self._document.tables.get(table) for table in (needed, "transfer", "storage")):
                self._faults.add(Place(self._document.file), f"has no {needed}: is it truncated?")
        return found

    def _with_hand(self, node: Node, hand: _Hand) -> Node:
        role = hand.role
        if hand.least < hand.most:
            self.ranges[node.id] = self._units(hand.least), self._units(hand.most)
        return replace(
            node,
            role=role,
            nomination=self._units(hand.nominal),
            entry_capacity=self._units(hand.entry_max) if role.may_enter else None,
            exit_capacity=self._units(hand.exit_max) if role.may_exit else None,
        )

    def _hands(self) -> dict[str, tuple[_Hand, Place]]:
        hands: dict[str, tuple[_Hand, Place]] = {}
        for table in ("receipt", "delivery", "transfer", "storage"):
            for row in self._document.rows(table, self._faults):
                hand, _ = hands.setdefault(row.text("junction_id"), (_Hand(), row.place))
                _hand_over(hand, table, row)
        return hands

    def edges(self) -> list[Placed[Edge]]:
        may_return = self._extended("is_bidirectional")
        direction = self._extended("flow_direction")
        return [
            (
                self._edge(
                    table,
                    row,
                    may_return=may_return.get((table, row.place.line)) != 0,
                    direction=direction.get((table, row.place.line), 0),
                ),
                row.place,
            )
            for table in _KINDS
            for row in self._document.rows(table, self._faults)
        ]

    def _edge(self, table: str, row: Row, *, may_return: bool, direction: float) -> Edge:
        """Return the edge of a row; `direction` is 1 or −1 where the sign of its flow is decided."""
        forward, backward = self._limit(row, "flow_max", 1), self._limit(row, "flow_min", -1)
        is_one_way = row.number("is_bidirectional") == 0 or row.number("directionality") == _FORWARD_ONLY
        is_one_way |= not may_return or direction > 0
        return Edge(
            id=f"{table}_{row.text('id')}",
            kind=_KINDS[table],
            tail=row.text("fr_junction"),
            head=row.text("to_junction"),
            length_m=row.number("length"),
            diameter_mm=row.number("diameter", _MM_PER_M),
            friction_factor=row.number("friction_factor"),
            capacity_forward=0 if direction < 0 else forward,
            capacity_backward=0 if is_one_way else backward,
            attributes=_attributes(table, row),
        )

    def _extended(self, name: str) -> dict[tuple[str, int], float]:
        """Read a column of the extended tables (`regulator_data`), by table and line of the table proper."""
        found: dict[tuple[str, int], float] = {}
        for table in _KINDS:
            columns = self._document.columns.get(f"{table}_data", [])
            if name not in columns:
                continue
            rows, extended = self._document.tables.get(table, []), self._document.tables[f"{table}_data"]
            if len(rows) != len(extended):
                place = Place(self._document.file, element=f"mgc.{table}_data")
                self._faults.add(place, f"has {len(extended)} rows, mgc.{table} has {len(rows)}")
                continue
            column = columns.index(name)
            for (_, line), (values, own_line) in zip(rows, extended, strict=True):
                number = decimal_number(values[column]) if len(values) > column else None
                if number is None:
                    place = Place(self._document.file, own_line, f"mgc.{table}_data")
                    self._faults.add(place, f"{name} must be a number")
                else:
                    found[table, line] = float(number)
        return found

    def _limit(self, row: Row, column: str, sign: int) -> int | None:
        flow = row.number(column)
        return None if flow is None else max(0, self._units(sign * flow))

    def _units(self, kg_per_s: float) -> int:
        return whole_units(FlowKgPerS(kg_per_s), self._unit, self._quality)


def _hand_over(hand: _Hand, table: str, row: Row) -> None:
    if table == "storage":
        hand.is_storage = True
        hand.entry_max += row.flow("flow_withdrawal_rate_max")
        hand.exit_max += row.flow("flow_injection_rate_max")
        return
    if table == "receipt":
        least, most = row.flow("injection_min"), row.flow("injection_max")
        nominal = row.flow("injection_nominal")
    else:
        least, most = -row.flow("withdrawal_max"), -row.flow("withdrawal_min")
        nominal = -row.flow("withdrawal_nominal")
        hand.exit_max += max(0.0, -least)
    hand.entry_max += most if table == "receipt" else max(0.0, most)
    hand.nominal += nominal
    is_free = row.number("is_dispatchable") != 0
    hand.least += least if is_free else nominal
    hand.most += most if is_free else nominal


def _attributes(table: str, row: Row) -> dict[str, float | str]:
    attributes: dict[str, float | str] = {}
    for (owner, column), name in _PRESSURES.items():
        if owner == table and (pressure := row.number(column, _BAR_PER_PA)) is not None:
            attributes[name] = pressure
    for (owner, column), name in _RATIOS.items():
        if owner == table and (ratio := row.number(column)) is not None:
            attributes[name] = ratio
    power = row.number("power_max")
    if power is not None and power < POWER_UNLIMITED_W:
        attributes["power_max_w"] = power
    return attributes
