"""Transparency logs: checkpoints, and proofs that records the caller may see are in a log.

Hashes are Base64, as in checkpoints. A client that has the verifier key needs nothing else to check them.
"""

import hashlib
from base64 import b64encode
from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import relay

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.ids import ContractId
from linepack.limits import PAGE_SIZE_DEFAULT
from linepack.problems import NotFound
from linepack.transparency import model, repository
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import LogName
from schema.capacity.contracts import Contract, load_proved
from schema.settlement.billing_feed import load_records
from schema.types.context import Info
from schema.types.domain_values import FromDomain, shown_as
from schema.types.nodes import uuid_of
from schema.types.page_cursors import page_size
from schema.types.permissions import MayRead, MaySettle


@strawberry.type
class LogCheckpoint(FromDomain):
    """A signed statement of the root over all leaves of a log at one size."""

    size: int = strawberry.field(description="How many leaves it covers.")
    root: str = strawberry.field(description="The root of the Merkle tree.")
    note: str = strawberry.field(description="The signed note, in the format C2SP tlog-checkpoint.")
    verifier_key: str = strawberry.field(
        description="The key that signed it, in the format C2SP signed-note."
    )
    signed_at: datetime = strawberry.field(description="When it was signed.")

    @classmethod
    def of(cls, value: model.SignedCheckpoint) -> Self:
        """Show a checkpoint."""
        return shown_as(cls, value, root=_base64(value.root), verifier_key=value.vkey)


@strawberry.type
class TransparencyLog:
    """A Merkle tree that only grows, over the ledger's entries or over verdicts, as it is now."""

    name: LogName = strawberry.field(description="Which log it is.")
    origin: str = strawberry.field(description="The name of the log in its checkpoints.")
    newest: LogCheckpoint = strawberry.field(description="The newest checkpoint.")

    @strawberry.field
    async def checkpoints(
        self,
        info: Info,
        after: Annotated[
            int, strawberry.argument(description="Only checkpoints of trees larger than this.")
        ] = -1,
        first: int = PAGE_SIZE_DEFAULT,
    ) -> list[LogCheckpoint]:
        """Checkpoints kept for good, by size."""
        size = page_size(first)
        async with info.context.services.database.read() as connection:
            kept = await repository.checkpoints(connection, self.name, after=after, limit=size)
        return [LogCheckpoint.of(one) for one in kept]

    @strawberry.field
    async def consistency(
        self,
        info: Info,
        *,
        from_size: Annotated[
            int, strawberry.argument(name="from", description="The size of the smaller tree.")
        ],
        to: Annotated[int, strawberry.argument(description="The size of the larger tree.")],
    ) -> list[str]:
        """The proof that the tree of `to` leaves extends that of `from`: RFC 9162."""
        async with info.context.services.database.read() as connection:
            hashes = await repository.consistency(connection, self.name, from_size, to)
        return [_base64(one) for one in hashes]


@strawberry.type
class LogInclusion:
    """The proof that a record is in a log, which can be checked without this installation."""

    digest: str = strawberry.field(
        description="What is proved: the data of the leaf, the SHA-256 of the record, in hexadecimal."
    )
    record: str | None = strawberry.field(
        description="The canonical JSON with this digest. Of a verdict only for the network's operator, "
        "regulators, billing and administrators: its certificates hold figures of others."
    )
    index: int = strawberry.field(description="The leaf's place, from 0.")
    leaf: str = strawberry.field(description="The hash of the leaf: RFC 6962.")
    hashes: list[str] = strawberry.field(description="The audit path, from the leaf upwards: RFC 6962.")
    checkpoint: str = strawberry.field(description="The signed note of the tree in which it is proved.")
    file: str = strawberry.field(description="Index, hashes and checkpoint in the format C2SP tlog-proof.")

    @classmethod
    def of(cls, record: bytes, proof: InclusionProof, *, shows_record: bool) -> Self:
        """Show a proof, and what it proves if the caller may read all of that."""
        digest = hashlib.sha256(record).digest()
        return cls(
            digest=digest.hex(),
            record=record.decode() if shows_record else None,
            index=proof.index,
            leaf=_base64(leaf_hash(digest)),
            hashes=[_base64(one) for one in proof.hashes],
            checkpoint=proof.note,
            file=proof.to_file(),
        )


@strawberry.type
class TransparencyQueries:
    """Queries of the transparency logs."""

    @strawberry.field(permission_classes=[MayRead])
    async def transparency_logs(
        self,
        info: Info,
        name: Annotated[LogName | None, strawberry.argument(description="Only this one.")] = None,
    ) -> list[TransparencyLog]:
        """The transparency logs; empty before the first checkpoint. Tiles are below `/log`."""
        names = LogName if name is None else (name,)
        async with info.context.services.database.read() as connection:
            heads = {name: await repository.head(connection, name) for name in names}
        return [
            TransparencyLog(name=name, origin=head.note.partition("\n")[0], newest=LogCheckpoint.of(head))
            for name, head in heads.items()
            if head is not None
        ]

    @strawberry.field(permission_classes=[MaySettle])
    async def entry_inclusion(
        self,
        info: Info,
        sequence: Annotated[int, strawberry.argument(description="The entry's place in the ledger.")],
    ) -> LogInclusion:
        """The proof that an entry is in the log, if you may see every line of it.

        Not found until it is in the log, which takes about a second.
        """
        record = await info.context.loader(load_records).load(sequence)
        if record is None:
            raise NotFound("entry", sequence, path=("sequence",))
        async with info.context.services.database.read() as connection:
            proof = await repository.inclusion(connection, LogName.LEDGER, sequence - 1)
        return LogInclusion.of(record.encode(), proof, shows_record=True)

    @strawberry.field(permission_classes=[MayRead])
    async def verdict_inclusion(self, info: Info, contract: relay.GlobalID) -> LogInclusion:
        """The proof that the verdict a contract rests on is in the log, with its certificates."""
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        found = await info.context.loader(Contract.load_rows).load(contract_id)
        verdict_id = None if found is None else found.verdict_id
        proved = verdict_id and await info.context.loader(load_proved).load(verdict_id)
        if not proved:
            raise NotFound("verdict of contract", contract, path=("contract",))
        async with info.context.services.database.read() as connection:
            logged = await verdicts.logged(connection, proved.verdict_id)
            proof = await repository.inclusion(connection, LogName.VERDICTS, logged.place)
        shows_record = info.context.caller().sees(operator_id=proved.operator_id)
        return LogInclusion.of(logged.record, proof, shows_record=shows_record)


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
