"""On what a principal may act: its own contracts, and as an operator its own networks."""

from capacity.contracts import repository as contracts
from capacity.contracts.contract import Contract
from capacity.networks.repository import PublishedNetwork
from linepack.commands.handling import Caller, Context
from linepack.ids import ContractId, PartyId
from linepack.problems import NotFound


def require_operator(caller: Caller, published: PublishedNetwork) -> PartyId:
    """Return the operator of the network, for which the principal acts; else NotFound is raised."""
    if caller.party_id != published.operator_id:
        raise NotFound("network", published.id)
    return published.operator_id


async def own_contract(context: Context, contract_id: ContractId) -> Contract:
    """Return a contract that the principal's party holds; raises NotFound for one that it does not."""
    contract = await contracts.get(context.connection, context.principal, contract_id)
    if contract.holder_id != context.party_id:
        raise NotFound("contract", contract_id, path=("contractId",))
    return contract
