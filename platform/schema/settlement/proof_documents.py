"""Proof documents: the certificates of a booking and all that is needed to check them elsewhere."""

import asyncio
from typing import Annotated

import strawberry
from strawberry import relay

from linepack.ids import ContractId
from linepack.problems import NotFound
from schema.capacity.contracts import Contract, load_verdicts
from schema.types.context import Info
from schema.types.nodes import uuid_of
from schema.types.permissions import MayRead
from settlement.audit import proof_documents


@strawberry.type
class ProofDocuments:
    """The certificates of a booking, and all that is needed to check them without this installation.

    docs/guide/certificates.md is the format, from which anyone may write a checker.
    """

    revision: str = strawberry.field(
        description="The network as it was proved: JSON in the format linepack.network/1, as published."
    )
    proof: str = strawberry.field(
        description="JSON in the format linepack.proof/1: the verdict with its certificates, the overlays "
        "and the rights that they are about, by route and over all holders."
    )


@strawberry.type
class ProofDocumentQueries:
    """Queries of proof documents."""

    @strawberry.field(permission_classes=[MayRead])
    async def proof_documents(
        self,
        info: Info,
        contract: Annotated[
            relay.GlobalID,
            strawberry.argument(
                description="The id of a contract that was booked, not derived from another."
            ),
        ],
    ) -> ProofDocuments:
        """The certificates of a booking of yours, to be checked by yourself.

        An error where `Contract.verdict` is null.
        """
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        found = await info.context.loader(Contract.load_rows).load(contract_id)
        verdict_id = None if found is None or found.parent_id is not None else found.verdict_id
        stored = verdict_id and await info.context.loader(load_verdicts).load(verdict_id)
        if not stored:
            raise NotFound("verdict of contract", contract, path=("contract",))
        services = info.context.services
        view = await services.snapshots.current(stored.network_id)
        async with services.database.read() as connection:
            booking = await proof_documents.proved_booking(connection, stored, contract_id, view.rights)
        documents = await asyncio.to_thread(booking.documents)
        return ProofDocuments(revision=documents.network.decode(), proof=documents.proof.decode())
