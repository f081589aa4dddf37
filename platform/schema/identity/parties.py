"""Parties: the companies of the market."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack import access
from linepack.access import PartyKind, Role
from linepack.identity import model, repository
from linepack.identity.commands import NewParty
from linepack.identity.service import create_party
from linepack.ids import PartyId
from schema.types.connections import KeysetConnection, page
from schema.types.context import Info
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, batched_public
from schema.types.permissions import MayAdminister, MayRead
from schema.types.problems import Refusals

CODE = "The unique business key: an EIC, a DUNS number or a short name."


@strawberry.type
class Party(StoredNode):
    """A company."""

    id: relay.NodeID[UUID]
    code: str = strawberry.field(description=CODE)
    name: str
    kind: PartyKind

    load_rows = staticmethod(batched_public(repository.parties_by_id))

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the parties the caller may look up; None for the others."""
        found = await info.context.loader(cls.load_rows).load_many([PartyId(one) for one in ids])
        caller = info.context.caller()
        return [cls.of(party) if party and may_look_up(caller, party) else None for party in found]


def may_look_up(caller: access.Principal, party: model.Party) -> bool:
    """Return whether the caller may look a party up: operators look up everyone, everyone operators."""
    is_operator = Role.OPERATOR in caller.roles or party.kind is PartyKind.OPERATOR
    return is_operator or caller.sees(party.id)


@strawberry.input
class CreatePartyInput:
    """A company to add."""

    code: str = strawberry.field(description=CODE)
    name: str
    kind: PartyKind


@strawberry.type
class CreatePartyPayload:
    """The company that was added."""

    party: Party


CreatePartyResult = Annotated[CreatePartyPayload | Refusals, strawberry.union("CreatePartyResult")]


@strawberry.type
class PartyQueries:
    """Queries of parties."""

    @strawberry.field(permission_classes=[MayRead])
    async def parties(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Party]:
        """All parties, by code, for operators, regulators, billing and administrators; else your own."""
        caller, asked = info.context.caller(), page("parties", first, after)
        if caller.oversees or Role.OPERATOR in caller.roles:
            key = asked.after and (asked.after[0], PartyId(asked.after[1]))
            async with info.context.services.database.read() as connection:
                rows = await repository.list_parties(connection, after=key, limit=asked.limit)
        else:
            own = caller.party_id and await info.context.loader(Party.load_rows).load(caller.party_id)
            rows = [own] if own and not asked.after else []
        return KeysetConnection[Party].of(
            rows, asked, key=lambda party: (party.code, party.id), node=Party.of
        )


@strawberry.type
class PartyMutations:
    """Mutations of parties."""

    @strawberry.mutation(permission_classes=[MayAdminister])
    async def create_party(self, info: Info, input: CreatePartyInput) -> CreatePartyResult:  # noqa: A002
        """Add a company."""
        party = await create_party(
            command_of(NewParty, input), info.context.services.identity.context(info.context.caller())
        )
        return CreatePartyPayload(party=Party.of(party))
