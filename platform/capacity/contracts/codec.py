"""The home of the JSON form of contracts and contract networks.

Numbers that may be broken are decimal strings, days and instants ISO 8601, identifiers strings; absent values
are left out of networks and null in contracts. Reading a network checks all of it and raises InvalidInput
with every fault, because it may come from anyone; reading a contract trusts what `contract_to_json` wrote.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, TypeVar
from uuid import UUID

from pydantic import PlainSerializer, PlainValidator

from capacity.contracts.contract import Contract
from capacity.contracts.model import (
    ZERO,
    Band,
    Binding,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
    Interval,
)
from capacity.contracts.pricing.codec import JsonObject, price_to_json, read_decimal, read_price
from capacity.contracts.rules import BANDS_MAX, BINDING_DEPTH_MAX, ELEMENTS_MAX, network_faults
from capacity.rights.model import Firmness, MovementCause
from linepack.gasday import Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId, VerdictId
from linepack.money import Currency
from linepack.problems import Fault, InvalidInput

Kind = TypeVar("Kind", bound=StrEnum)
EPOCH = Period(date(1970, 1, 1), date(1970, 1, 2))


def contract_to_json(contract: Contract) -> JsonObject:
    """Return the JSON form of a contract."""
    return {
        "id": str(contract.id),
        "code": contract.code,
        "network_id": str(contract.network_id),
        "revision_id": str(contract.revision_id),
        "holder_id": str(contract.holder_id),
        "operator_id": str(contract.operator_id),
        "firmness": str(contract.firmness),
        "period": _period_to_json(contract.period),
        "quantity": contract.quantity,
        "currency": str(contract.currency),
        "network": network_to_json(contract.network),
        "parent_id": None if contract.parent_id is None else str(contract.parent_id),
        "cause": str(contract.cause),
        "verdict_id": None if contract.verdict_id is None else str(contract.verdict_id),
        "created_at": contract.created_at.isoformat(),
    }


def contract_from_json(value: Mapping[str, object]) -> Contract:
    """Read what `contract_to_json` wrote; raises InvalidInput or ValueError for anything else."""
    quantity, period = value["quantity"], value["period"]
    if not isinstance(quantity, int) or not isinstance(period, Mapping):
        raise ValueError("a contract has a whole quantity and a period")
    return Contract(
        id=ContractId(UUID(str(value["id"]))),
        code=str(value["code"]),
        network_id=NetworkId(UUID(str(value["network_id"]))),
        revision_id=RevisionId(UUID(str(value["revision_id"]))),
        holder_id=PartyId(UUID(str(value["holder_id"]))),
        operator_id=PartyId(UUID(str(value["operator_id"]))),
        firmness=Firmness(str(value["firmness"])),
        period=Period(date.fromisoformat(str(period["start"])), date.fromisoformat(str(period["end"]))),
        quantity=quantity,
        currency=Currency(str(value["currency"])),
        network=network_from_json(value["network"]),
        parent_id=ContractId(parent) if (parent := _uuid(value["parent_id"])) else None,
        cause=MovementCause(str(value["cause"])),
        verdict_id=VerdictId(verdict) if (verdict := _uuid(value["verdict_id"])) else None,
        created_at=datetime.fromisoformat(str(value["created_at"])),
    )


def network_to_json(network: ContractNetwork) -> JsonObject:
    """Return the JSON form of a contract network."""
    plain: JsonObject = {
        "nodes": [_node_to_json(node) for node in network.nodes],
        "edges": [_edge_to_json(edge) for edge in network.edges],
    }
    if network.integrals:
        plain["integrals"] = [_integral_to_json(integral) for integral in network.integrals]
    return plain


def network_from_json(value: object, place: str = "network") -> ContractNetwork:
    """Read and check a contract network; raises InvalidInput with every fault."""
    reader = _Reader()
    network = reader.network(value, place, depth=1)
    if not reader.faults:
        reader.faults.extend(network_faults(network, place))
    if reader.faults:
        raise InvalidInput(reader.faults)
    return network


def _node_to_json(node: ContractNode) -> JsonObject:
    plain: JsonObject = {"id": node.id, "kind": str(node.kind)}
    if node.name:
        plain["name"] = node.name
    if node.physical_id is not None:
        plain["physical_id"] = node.physical_id
    if node.party_id is not None:
        plain["party_id"] = str(node.party_id)
    if node.demand:
        plain["demand"] = str(node.demand)
    if node.storage_max is not None:
        plain["storage_max"] = str(node.storage_max)
    return plain | _binding_to_json(node.binding)


def _edge_to_json(edge: ContractEdge) -> JsonObject:
    plain: JsonObject = {"id": edge.id, "role": str(edge.role), "tail": edge.tail, "head": edge.head}
    if edge.rank:
        plain["rank"] = edge.rank
    if edge.bands:
        plain["bands"] = [_band_to_json(band) for band in edge.bands]
    return plain | _binding_to_json(edge.binding)


def _band_to_json(band: Band) -> JsonObject:
    plain: JsonObject = {
        "low": str(band.low),
        "high": str(band.high),
        "price": price_to_json(band.price),
    }
    if band.pressure_bar is not None:
        plain["pressure_bar"] = _interval_to_json(band.pressure_bar)
    if band.calorific_value_kwh_per_nm3 is not None:
        plain["calorific_value_kwh_per_nm3"] = _interval_to_json(band.calorific_value_kwh_per_nm3)
    return plain


def _integral_to_json(integral: IntegralQuantity) -> JsonObject:
    plain: JsonObject = {
        "kind": str(integral.kind),
        "period": _period_to_json(integral.period),
        "minimum": str(integral.minimum),
        "used": str(integral.used),
    }
    if integral.maximum is not None:
        plain["maximum"] = str(integral.maximum)
    if integral.price is not None:
        plain["price"] = price_to_json(integral.price)
    return plain


def _interval_to_json(interval: Interval) -> JsonObject:
    return {"low": str(interval.low), "high": str(interval.high)}


def _period_to_json(period: Period) -> JsonObject:
    return {"start": period.start.isoformat(), "end": period.end.isoformat()}


def _binding_to_json(binding: Binding | None) -> JsonObject:
    if binding is None:
        return {}
    inner = {"network": network_to_json(binding.network), "inlet": binding.inlet, "outlet": binding.outlet}
    return {"binding": inner}


def _contract(value: Any) -> Contract:
    return value if isinstance(value, Contract) else contract_from_json(value)


ContractInFull = Annotated[Contract, PlainValidator(_contract), PlainSerializer(contract_to_json)]
"""A contract as an event holds it."""


def _uuid(value: object) -> UUID | None:
    return None if value is None else UUID(str(value))


class _Reader:
    """Reads a network and keeps its faults; what it returns counts only while there are none."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def network(self, value: object, place: str, depth: int) -> ContractNetwork:
        if depth > BINDING_DEPTH_MAX:
            self._fault(place, f"sub-networks nest at most {BINDING_DEPTH_MAX} deep")
            return ContractNetwork((), ())
        plain = self._object(value, place)
        nodes = [self._node(item, here, depth) for item, here in self._items(plain, "nodes", place)]
        edges = [self._edge(item, here, depth) for item, here in self._items(plain, "edges", place)]
        integrals = [self._integral(item, here) for item, here in self._items(plain, "integrals", place)]
        return ContractNetwork(tuple(nodes), tuple(edges), tuple(integrals))

    def _node(self, plain: Mapping[str, object], place: str, depth: int) -> ContractNode:
        party, storage = plain.get("party_id"), plain.get("storage_max")
        physical = None if plain.get("physical_id") is None else self._text(plain, "physical_id", place)
        return ContractNode(
            id=self._text(plain, "id", place),
            kind=self._choice(ContractNodeKind, plain, "kind", place),
            name=self._text(plain, "name", place, default=""),
            physical_id=physical,
            party_id=None if party is None else self._party(party, f"{place}.party_id"),
            demand=self._decimal(plain, "demand", place, default=ZERO),
            storage_max=None if storage is None else self._decimal(plain, "storage_max", place),
            binding=self._binding(plain, place, depth),
        )

    def _edge(self, plain: Mapping[str, object], place: str, depth: int) -> ContractEdge:
        rank = plain.get("rank", 0)
        if not isinstance(rank, int) or isinstance(rank, bool):
            self._fault(f"{place}.rank", "a rank is a whole number")
            rank = 0
        bands = [self._band(item, here) for item, here in self._items(plain, "bands", place, limit=BANDS_MAX)]
        return ContractEdge(
            id=self._text(plain, "id", place),
            role=self._choice(EdgeRole, plain, "role", place),
            tail=self._text(plain, "tail", place),
            head=self._text(plain, "head", place),
            bands=tuple(bands),
            rank=rank,
            binding=self._binding(plain, place, depth),
        )

    def _band(self, plain: Mapping[str, object], place: str) -> Band:
        return Band(
            low=self._decimal(plain, "low", place),
            high=self._decimal(plain, "high", place),
            price=read_price(plain.get("price"), f"{place}.price", self.faults),
            pressure_bar=self._interval(plain, "pressure_bar", place),
            calorific_value_kwh_per_nm3=self._interval(plain, "calorific_value_kwh_per_nm3", place),
        )

    def _integral(self, plain: Mapping[str, object], place: str) -> IntegralQuantity:
        maximum, price = plain.get("maximum"), plain.get("price")
        return IntegralQuantity(
            kind=self._choice(IntegralKind, plain, "kind", place),
            period=self._period(plain.get("period"), f"{place}.period"),
            minimum=self._decimal(plain, "minimum", place, default=ZERO),
            maximum=None if maximum is None else self._decimal(plain, "maximum", place),
            used=self._decimal(plain, "used", place, default=ZERO),
            price=None if price is None else read_price(price, f"{place}.price", self.faults),
        )

    def _interval(self, plain: Mapping[str, object], name: str, place: str) -> Interval | None:
        if plain.get(name) is None:
            return None
        here = f"{place}.{name}"
        bounds = self._object(plain[name], here)
        return Interval(self._decimal(bounds, "low", here), self._decimal(bounds, "high", here))

    def _binding(self, plain: Mapping[str, object], place: str, depth: int) -> Binding | None:
        if plain.get("binding") is None:
            return None
        here = f"{place}.binding"
        inner = self._object(plain["binding"], here)
        network = self.network(inner.get("network"), f"{here}.network", depth + 1)
        return Binding(network, self._text(inner, "inlet", here), self._text(inner, "outlet", here))

    def _period(self, value: object, place: str) -> Period:
        plain = self._object(value, place)
        try:
            return Period(
                date.fromisoformat(str(plain.get("start"))), date.fromisoformat(str(plain.get("end")))
            )
        except ValueError as reason:
            self._fault(place, str(reason))
            return EPOCH

    def _party(self, value: object, place: str) -> PartyId | None:
        try:
            return PartyId(UUID(str(value)))
        except ValueError:
            self._fault(place, f"{value!r} is no identifier of a party")
            return None

    def _choice(self, kinds: type[Kind], plain: Mapping[str, object], name: str, place: str) -> Kind:
        try:
            return kinds(str(plain.get(name)))
        except ValueError:
            self._fault(f"{place}.{name}", f"{plain.get(name)!r} is none of {', '.join(kinds)}")
            return next(iter(kinds))

    def _decimal(
        self, plain: Mapping[str, object], name: str, place: str, default: Decimal | None = None
    ) -> Decimal:
        if default is not None and plain.get(name) is None:
            return default
        return read_decimal(plain.get(name), f"{place}.{name}", self.faults)

    def _text(self, plain: Mapping[str, object], name: str, place: str, default: str | None = None) -> str:
        value = plain.get(name, default)
        if isinstance(value, str):
            return value
        self._fault(f"{place}.{name}", "must be text")
        return ""

    def _items(
        self, plain: Mapping[str, object], name: str, place: str, limit: int = ELEMENTS_MAX
    ) -> list[tuple[Mapping[str, object], str]]:
        items = plain.get(name, [])
        if not isinstance(items, list) or len(items) > limit:
            self._fault(f"{place}.{name}", f"must be a list of at most {limit}")
            return []
        places = [f"{place}.{name}[{number}]" for number in range(1, len(items) + 1)]
        return [(self._object(item, here), here) for item, here in zip(items, places, strict=True)]

    def _object(self, value: object, place: str) -> Mapping[str, object]:
        if isinstance(value, Mapping):
            return value
        self._fault(place, "must be an object")
        return {}

    def _fault(self, place: str, message: str) -> None:
        self.faults.append(Fault(place, message))
