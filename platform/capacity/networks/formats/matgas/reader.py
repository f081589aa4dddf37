"""MATGAS: the text format of GasModels.jl (`.m`), in SI units.

Pressures in Pa, lengths and diameters in metres, flows in kg/s; flows become whole commercial units through
the calorific value (MATGAS has none: GasLib's is assumed, and noted) and the density of an ideal gas of the
file's molar mass, else of its specific gravity. Junction ids are kept; edge ids are the table and the id
(`pipe_12`), because MATGAS numbers each table for itself. Elements with status 0 are out of service and left
out, as are candidates for expansion (`ne_…`). `directionality` and `is_bidirectional` close the way back.
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
)
from capacity.networks.formats.hostile import Source
from capacity.networks.formats.matgas.document import SHOWN_LENGTH_MAX, Document, Row, parse
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
from capacity.networks.validation import Placed, check, check_network, code_of
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
_POWER_UNLIMITED_W = 1e50
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
    gas = _gas(document, faults)
    notes: list[str] = []
    if calorific_value_kwh_per_nm3 is None:
        calorific_value_kwh_per_nm3 = GASLIB_CALORIFIC_VALUE_MJ_PER_NM3 * KWH_PER_MJ
        notes.append("MATGAS gives no calorific value; GasLib's, 36.454 MJ/m³, is assumed.")
    quality = GasQuality(calorific_value_kwh_per_nm3, density_kg_per_nm3(gas.molar_mass_kg_per_kmol))
    reader = _Reader(document, unit, quality, faults)
    nodes, edges = reader.nodes(), reader.edges()
    if reader.unplaced:
        notes.append(f"{reader.unplaced:,} junctions have no coordinates: the source gives 0, 0.")
    if candidates := sorted(table for table in document.tables if table.startswith("ne_")):
        notes.append(f"Candidates for expansion are left out: {', '.join(candidates)}.")
    nodes = rebalanced(nodes, unit, notes)
    network = Network(
        code=code or code_of(PurePosixPath(file).stem),
        name=name or document.name or file,
        unit=unit,
        quality=quality,
        clock=clock,
        nodes=tuple(node for node, _ in nodes),
        edges=tuple(edge for edge, _ in edges),
        attribution=attribution,
        gas_temperature_k=document.number("temperature", faults),
        gas=gas,
        notes=tuple(notes),
    )
    check_network(network, Place(file), faults)
    check(nodes, edges, Place(file), faults)
    faults.raise_if_any()
    return network


def _gas(document: Document, faults: FaultList) -> GasProperties:
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
    return GasProperties(
        molar_mass_kg_per_kmol=molar_mass,
        compressibility=document.number("compressibility_factor", faults),
    )


@dataclass(slots=True)
class _Hand:
    """What is handed over at a junction, in kg/s; taking off is negative in `nominal`."""

    nominal: float = 0.0
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
        ways = self._ways_back()
        return [
            (self._edge(table, row, may_return=ways.get((table, row.place.line), True)), row.place)
            for table in _KINDS
            for row in self._document.rows(table, self._faults)
        ]

    def _edge(self, table: str, row: Row, *, may_return: bool) -> Edge:
        forward, backward = self._limit(row, "flow_max", 1), self._limit(row, "flow_min", -1)
        is_one_way = row.number("is_bidirectional") == 0 or row.number("directionality") == _FORWARD_ONLY
        return Edge(
            id=f"{table}_{row.text('id')}",
            kind=_KINDS[table],
            tail=row.text("fr_junction"),
            head=row.text("to_junction"),
            length_m=row.number("length"),
            diameter_mm=row.number("diameter", _MM_PER_M),
            friction_factor=row.number("friction_factor"),
            capacity_forward=forward,
            capacity_backward=0 if is_one_way or not may_return else backward,
            attributes=_attributes(table, row),
        )

    def _ways_back(self) -> dict[tuple[str, int], bool]:
        """Read `is_bidirectional` from extended tables (`regulator_data`), parallel to the table proper."""
        ways: dict[tuple[str, int], bool] = {}
        for table in _KINDS:
            columns = self._document.columns.get(f"{table}_data", [])
            if "is_bidirectional" not in columns:
                continue
            rows, extended = self._document.tables.get(table, []), self._document.tables[f"{table}_data"]
            if len(rows) != len(extended):
                place = Place(self._document.file, element=f"mgc.{table}_data")
                self._faults.add(place, f"has {len(extended)} rows, mgc.{table} has {len(rows)}")
                continue
            column = columns.index("is_bidirectional")
            for (_, line), (values, _) in zip(rows, extended, strict=True):
                ways[table, line] = len(values) <= column or values[column] != "0"
        return ways

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
    elif table == "receipt":
        hand.entry_max += row.flow("injection_max")
        hand.nominal += row.flow("injection_nominal")
    else:
        hand.exit_max += max(0.0, row.flow("withdrawal_max"))
        hand.entry_max += max(0.0, -row.flow("withdrawal_min"))
        hand.nominal -= row.flow("withdrawal_nominal")


def _attributes(table: str, row: Row) -> dict[str, float | str]:
    attributes: dict[str, float | str] = {}
    for (owner, column), name in _PRESSURES.items():
        if owner == table and (pressure := row.number(column, _BAR_PER_PA)) is not None:
            attributes[name] = pressure
    for (owner, column), name in _RATIOS.items():
        if owner == table and (ratio := row.number(column)) is not None:
            attributes[name] = ratio
    power = row.number("power_max")
    if power is not None and power < _POWER_UNLIMITED_W:
        attributes["power_max_w"] = power
    return attributes
