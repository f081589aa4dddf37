"""The home of the embedding: all contracts of a gas day laid over the physical network.

The union is one graph. A contract's points fall on the physical nodes they stand for, the hubs of all
contracts are the one hub of the network, and everything else keeps its place beside it, named after its
contract. That graph is what is verified (`stack`: the rights of the day per route), drawn and billed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from capacity.contracts.contract import Contract
from capacity.contracts.errors import OffNetwork
from capacity.contracts.model import ContractNode, ContractNodeKind, EdgeRole
from capacity.networks.model import Edge, Network
from capacity.rights.model import Firmness, Route
from linepack.gasday import GasDay
from linepack.ids import ContractId

HUB = "∗hub"


@dataclass(frozen=True, slots=True)
class LaidEdge:
    """An edge of a contract in the union; `quantity` is the most it carries, in commercial units."""

    id: str
    contract_id: ContractId
    role: EdgeRole
    firmness: Firmness
    tail: str
    head: str
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class Embedding:
    """The union graph of a gas day.

    `nodes` are ids: those of the physical network, the hub if a contract uses it, and the partners, meters
    and unmapped nodes of contracts.
    """

    day: GasDay
    nodes: tuple[str, ...]
    physical: tuple[Edge, ...]
    laid: tuple[LaidEdge, ...]
    stacks: Mapping[Firmness, Mapping[Route, int]]

    def stack(self, firmness: Firmness = Firmness.FIRM) -> Mapping[Route, int]:
        """Return the rights of the day per route, in whole commercial units: what feasibility verifies."""
        return self.stacks.get(firmness, {})


def embed(network: Network, contracts: Iterable[Contract], day: GasDay) -> Embedding:
    """Lay the contracts that run on `day` over `network`.

    Each must hold what it still has that day (`capacity.contracts.algebra.split.Split.remaining`). Raises
    OffNetwork with all points that the network does not have.
    """
    running = [contract for contract in contracts if day in contract.period]
    places = {node.id: node.id for node in network.nodes}
    missing = sorted(
        {
            node.physical_id
            for contract in running
            for node in contract.network.nodes
            if node.physical_id is not None and node.physical_id not in places
        }
    )
    if missing:
        raise OffNetwork(network.code, missing)
    nodes = dict(places)
    laid: list[LaidEdge] = []
    stacks: dict[Firmness, Counter[Route]] = {}
    for contract in running:
        where = {node.id: _place(contract, node) for node in contract.network.nodes}
        nodes |= {place: place for place in where.values()}
        laid += _laid(contract, where)
        stacks.setdefault(contract.firmness, Counter()).update(dict(contract.routes()))
    return Embedding(day, tuple(nodes), network.edges, tuple(laid), stacks)


def _place(contract: Contract, node: ContractNode) -> str:
    if node.kind is ContractNodeKind.HUB:
        return HUB
    return node.physical_id or f"{contract.code}/{node.id}"


def _laid(contract: Contract, where: Mapping[str, str]) -> Iterable[LaidEdge]:
    for edge in contract.network.edges:
        yield LaidEdge(
            id=f"{contract.code}/{edge.id}",
            contract_id=contract.id,
            role=edge.role,
            firmness=contract.firmness,
            tail=where[edge.tail],
            head=where[edge.head],
            quantity=edge.quantity,
        )
