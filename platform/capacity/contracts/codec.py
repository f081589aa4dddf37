"""The JSON form of contracts and contract networks.

Numbers that may be broken are decimal strings, days and instants ISO 8601, identifiers strings; absent values
are left out of networks and null in contracts. Reading checks everything and raises InvalidInput with every
fault.
"""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import PlainSerializer, PlainValidator, TypeAdapter, ValidationError

from capacity.contracts.contract import Contract
from capacity.contracts.model import ContractNetwork
from capacity.contracts.pricing.codec import JsonObject, faults_of
from capacity.contracts.rules import require_valid
from linepack.problems import InvalidInput

_CONTRACT = TypeAdapter(Contract)
_NETWORK = TypeAdapter(ContractNetwork)


def contract_to_json(contract: Contract) -> JsonObject:
    """Return the JSON form of a contract."""
    plain = _CONTRACT.dump_python(contract, mode="json")
    network, created_at = _without_absent(plain["network"]), contract.created_at.isoformat()
    return {**plain, "network": network, "created_at": created_at}


def contract_from_json(value: object) -> Contract:
    """Read a contract; raises InvalidInput with every fault."""
    try:
        contract = _CONTRACT.validate_python(value)
    except ValidationError as error:
        raise InvalidInput(faults_of(error, "contract")) from None
    require_valid(contract.network)
    return contract


def network_from_json(value: object, place: str = "network") -> ContractNetwork:
    """Read and check a contract network; raises InvalidInput with every fault."""
    try:
        network = _NETWORK.validate_python(value)
    except ValidationError as error:
        raise InvalidInput(faults_of(error, place)) from None
    return require_valid(network, place)


def _contract(value: object) -> Contract:
    return value if isinstance(value, Contract) else contract_from_json(value)


ContractInFull = Annotated[Contract, PlainValidator(_contract), PlainSerializer(contract_to_json)]
"""A contract as an event holds it."""


def _without_absent(value: Any) -> Any:
    """Leave out what nodes, edges, bands and integral quantities do not say; prices keep all parameters."""
    if isinstance(value, list):
        return [_without_absent(one) for one in value]
    if not isinstance(value, dict) or "form" in value:
        return value
    return {name: _without_absent(one) for name, one in value.items() if not _is_absent(name, one)}


def _is_absent(name: str, value: object) -> bool:
    if value is None or value == "" or (name == "rank" and value == 0):
        return True
    if name == "demand":
        return not Decimal(str(value))
    return name in ("bands", "integrals") and not value
