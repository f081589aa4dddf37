"""The home of repetition: a market command that arrives twice with one key has one effect and one answer.

A command is a dataclass with an `idempotency_key`; its other fields are the request. Remembered is the id of
the thing the command makes, chosen beforehand, from which the answer is read again.
"""

from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.commands.idempotency import Claim, answers, claim, once
from linepack.commands.unit_of_work import UnitOfWork
from linepack.ids import PartyId
from linepack.problems import Conflict


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command with the key by which its sender tells a repetition from a new one."""

    idempotency_key: str


def claim_of(party_id: PartyId, command: Command) -> Claim:
    """Return the claim that a party's command makes on its key; raises InvalidInput for an unfit key."""
    request = asdict(command)
    key = request.pop("idempotency_key")
    return claim(party_id=party_id, operation=type(command).__name__, key=key, request=request)


async def answered_before(connection: AsyncConnection, party_id: PartyId, command: Command) -> UUID | None:
    """Return the id of what the same command made before; raises as `made_before` does, claims nothing."""
    own = claim_of(party_id, command)
    answer = (await answers(connection, [own])).get(own)
    if isinstance(answer, Conflict):
        raise answer
    return None if answer is None else UUID(answer["id"])


async def made_before(uow: UnitOfWork, party_id: PartyId, command: Command, making: UUID) -> UUID | None:
    """Return the id of what the same command made before, None when this is the first and makes `making`.

    Raises Conflict when the party used the key for another command of this kind.
    """
    request = asdict(command)
    result = await once(
        uow,
        party_id=party_id,
        operation=type(command).__name__,
        key=request.pop("idempotency_key"),
        request=request,
        result={"id": str(making)},
    )
    return None if result is None else UUID(result["id"])
