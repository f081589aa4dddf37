"""The transparency logs in the API: checkpoints, and proofs of what the caller may see.

Hashes are Base64, as in checkpoints. Who has the verifier key needs nothing else of ours to check them.
"""

import hashlib
from base64 import b64encode
from datetime import datetime
from typing import Annotated, Self

import strawberry
from strawberry import relay

from capacity.feasibility.storage import transparency_log as verdicts
from linepack.ids import ContractId
from linepack.limits import PAGE_SIZE_DEFAULT, PAGE_SIZE_MAX
from linepack.problems import Fault, InvalidInput, NotFound
from linepack.transparency import model, queries, repository
from linepack.transparency.checkpoint import InclusionProof
from linepack.transparency.merkle import leaf_hash
from linepack.transparency.model import LogName
from schema.capacity.contracts import load_contracts, load_verdicts
from schema.settlement.billing_feed import load_records
from schema.types.nodes import Info, uuid_of
from schema.types.permissions import MayRead, MaySettle


@strawberry.type(description="A signed statement of the root over all leaves of a log at one size.")
class LogCheckpoint:
    """A checkpoint."""

    size: int = strawberry.field(description="How many leaves it covers.")
    root: str
    note: str = strawberry.field(description="The signed note, in the format C2SP tlog-checkpoint.")
    verifier_key: str = strawberry.field(
        description="The key that signed it, in the format C2SP signed-note."
    )
    signed_at: datetime

    @classmethod
    def of(cls, signed: model.SignedCheckpoint) -> Self:
        """Show a checkpoint."""
        return cls(
            size=signed.size,
            root=_base64(signed.root),
            note=signed.note,
            verifier_key=signed.vkey,
            signed_at=signed.signed_at,
        )


@strawberry.type(description="A Merkle tree that only grows, over the ledger's entries or over verdicts.")
class TransparencyLog:
    """A log, as it is now."""

    name: LogName
    origin: str = strawberry.field(description="The name of the log to the world.")
    newest: LogCheckpoint

    @strawberry.field(description="Checkpoints kept for good, of trees larger than `after`, by size.")
    async def checkpoints(
        self, info: Info, after: int = -1, first: int = PAGE_SIZE_DEFAULT
    ) -> list[LogCheckpoint]:
        """Return a page of the kept checkpoints."""
        if not 1 <= first <= PAGE_SIZE_MAX:
            raise InvalidInput([Fault("first", f"a page has 1 to {PAGE_SIZE_MAX} rows, not {first}")])
        async with info.context.services.database.read() as connection:
            kept = await repository.checkpoints(connection, self.name, after=after, limit=first)
        return [LogCheckpoint.of(one) for one in kept]

    @strawberry.field(description="The proof that the tree of `to` leaves extends that of `from`: RFC 9162.")
    async def consistency(
        self, info: Info, *, from_size: Annotated[int, strawberry.argument(name="from")], to: int
    ) -> list[str]:
        """Return a consistency proof."""
        async with info.context.services.database.read() as connection:
            hashes = await queries.consistency(connection, self.name, from_size, to)
        return [_base64(one) for one in hashes]


@strawberry.type(description="The proof that a record is in a log, checked without asking anybody.")
class LogInclusion:
    """A record and its proof."""

    digest: str = strawberry.field(
        description="What is proved: the data of the leaf, the SHA-256 of the record, in hexadecimal."
    )
    record: str | None = strawberry.field(
        description="The canonical JSON with this digest. Of a verdict only for the network's operator and "
        "those who oversee the market: its certificates hold figures of others."
    )
    index: int = strawberry.field(description="The leaf's place, from 0.")
    leaf: str = strawberry.field(description="The hash of the leaf: RFC 6962.")
    hashes: list[str] = strawberry.field(description="The audit path, from the leaf upwards: RFC 6962.")
    checkpoint: str = strawberry.field(description="The signed note of the tree in which it is proved.")
    file: str = strawberry.field(description="Index, hashes and checkpoint in the format C2SP tlog-proof.")

    @classmethod
    def of(cls, record: bytes, proof: InclusionProof, *, shows_record: bool) -> Self:
        """Show a proof, and what it proves to those who may read all of that."""
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
    """The logs, and what is in them."""

    @strawberry.field(
        permission_classes=[MayRead],
        description="The transparency logs; empty before the first checkpoint. Tiles are below `/log`.",
    )
    async def transparency_logs(self, info: Info) -> list[TransparencyLog]:
        """Return the logs that have begun."""
        async with info.context.services.database.read() as connection:
            heads = {name: await repository.head(connection, name) for name in LogName}
        return [
            TransparencyLog(name=name, origin=head.note.partition("\n")[0], newest=LogCheckpoint.of(head))
            for name, head in heads.items()
            if head is not None
        ]

    @strawberry.field(
        permission_classes=[MaySettle],
        description="The proof that an entry is in the log; not found while it is not, within a second.",
    )
    async def entry_inclusion(self, info: Info, sequence: int) -> LogInclusion:
        """Return the proof of an entry of which the caller may see every line."""
        record = await info.context.loader(load_records).load(sequence)
        if record is None:
            raise NotFound("entry", sequence, path=("sequence",))
        async with info.context.services.database.read() as connection:
            proof = await queries.inclusion(connection, LogName.LEDGER, sequence - 1)
        return LogInclusion.of(record.encode(), proof, shows_record=True)

    @strawberry.field(
        permission_classes=[MayRead],
        description="The proof that the verdict a contract rests on is in the log, with its certificates.",
    )
    async def verdict_inclusion(self, info: Info, contract: relay.GlobalID) -> LogInclusion:
        """Return the proof of the verdict of a contract that the caller may see."""
        contract_id = ContractId(uuid_of("Contract", contract, "contract"))
        found = await info.context.loader(load_contracts).load(contract_id)
        verdict_id = None if found is None else found.verdict_id
        stored = verdict_id and await info.context.loader(load_verdicts).load(verdict_id)
        if not stored:
            raise NotFound("verdict of contract", contract, path=("contract",))
        async with info.context.services.database.read() as connection:
            logged = await verdicts.logged(connection, stored.id)
            proof = await queries.inclusion(connection, LogName.VERDICTS, logged.place)
        shows_record = info.context.caller().sees(operator_id=stored.operator_id)
        return LogInclusion.of(logged.record, proof, shows_record=shows_record)


def _base64(digest: bytes) -> str:
    return b64encode(digest).decode()
