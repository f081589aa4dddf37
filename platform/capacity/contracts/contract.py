"""Contracts: who holds which rights from whom, when, and where it came from.

A contract is immutable. What its holder still has of it is the balance of its movements in the rights ledger
(`capacity.rights.ledger`): a trade takes rights from one contract and gives them to a child contract, whose
network was split off the parent's (`capacity.contracts.algebra.split`).
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Strict

from capacity.contracts.model import ContractNetwork, EdgeRole
from capacity.rights.model import Firmness, Movement, MovementCause, Route
from linepack.gasday import GasDay, Period
from linepack.ids import ContractId, NetworkId, PartyId, RevisionId, VerdictId
from linepack.money import Currency

_CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CODE_LENGTH = 12


class ContractState(StrEnum):
    """Where a contract stands in time."""

    UPCOMING = "UPCOMING"
    RUNNING = "RUNNING"
    ENDED = "ENDED"


@dataclass(frozen=True, slots=True)
class Contract:
    """One contract; `quantity` is its daily (or hourly) quantity in whole commercial units of the network.

    `cause` is why it came to be; a contract that came of a trade has a `parent_id`. `verdict_id` is the proof
    that its rights can be transported; a child rests on its parent's, and what a network clearing sold on the
    proof that is stored with the clearing.
    """

    id: ContractId
    code: str
    network_id: NetworkId
    revision_id: RevisionId
    holder_id: PartyId
    operator_id: PartyId
    firmness: Firmness
    period: Period
    quantity: Annotated[int, Strict()]
    currency: Currency
    network: ContractNetwork
    parent_id: ContractId | None
    cause: MovementCause
    verdict_id: VerdictId | None
    created_at: datetime

    def state_on(self, day: GasDay) -> ContractState:
        """Return where the contract stands on a gas day."""
        if day < self.period.start:
            return ContractState.UPCOMING
        return ContractState.RUNNING if day < self.period.end else ContractState.ENDED

    @property
    def is_given_up(self) -> bool:
        """Whether it is what its parent's holder gave up in a network clearing.

        The operator holds it and owes its price; no right comes of it.
        """
        return self.cause is MovementCause.CLEARING and self.parent_id is not None

    def routes(self) -> list[tuple[Route, int]]:
        """Return the rights of the contract: its booking edges, as routes with whole commercial units."""
        return routes(self.network)

    def movements(self, cause_id: UUID) -> list[Movement]:
        """Return the movements that give the holder the rights of this contract."""
        return [
            Movement(
                network_id=self.network_id,
                contract_id=self.id,
                holder_id=self.holder_id,
                route=route,
                firmness=self.firmness,
                period=self.period,
                quantity=quantity,
                cause=self.cause,
                cause_id=cause_id,
            )
            for route, quantity in self.routes()
        ]

    def movements_from(self, parent: "Contract", cause_id: UUID) -> list[Movement]:
        """Return the movements of a trade: what the parent's holder loses, and this contract gains.

        What is given up is lost, and gained by no contract.
        """
        gained = self.movements(cause_id)
        lost = [
            Movement(
                network_id=parent.network_id,
                contract_id=parent.id,
                holder_id=parent.holder_id,
                route=one.route,
                firmness=parent.firmness,
                period=one.period,
                quantity=-one.quantity,
                cause=one.cause,
                cause_id=cause_id,
            )
            for one in gained
        ]
        return lost if self.is_given_up else lost + gained


def routes(network: ContractNetwork) -> list[tuple[Route, int]]:
    """Return the rights that a valid contract network's booking edges stand for, one row per route.

    Raises ValueError for a booking that is not in whole units.
    """
    nodes = {node.id: node for node in network.nodes}
    rights: Counter[Route] = Counter()
    for edge in network.edges_of(EdgeRole.BOOKING):
        if edge.quantity != int(edge.quantity):
            raise ValueError(f"rights are whole units, not {edge.quantity}")
        route = Route(nodes[edge.tail].physical_id, nodes[edge.head].physical_id)
        rights[route] += int(edge.quantity)
    return sorted(rights.items(), key=lambda item: item[0].sort_key)


def contract_code(contract_id: ContractId, start: GasDay) -> str:
    """Return the code people write: the year the contract starts in, and the random end of its id."""
    digits, rest = [], contract_id.int
    for _ in range(_CODE_LENGTH):
        rest, digit = divmod(rest, len(_CODE_ALPHABET))
        digits.append(_CODE_ALPHABET[digit])
    groups = ("".join(digits[i : i + 4]) for i in range(0, _CODE_LENGTH, 4))
    return f"LP-{start.year}-{'-'.join(groups)}"
