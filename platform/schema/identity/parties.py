"""Parties: the companies of the market."""

from collections.abc import Sequence
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.access import PARTY_ROLES, PartyKind, Role
from linepack.database.paging import Direction
from linepack.identity import directory, model, repository
from linepack.identity.commands import NewParty
from linepack.identity.directory import PartySort
from linepack.identity.service import create_party
from linepack.ids import PartyId
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, batched_public
from schema.types.permissions import MayAdminister, MayRead
from schema.types.problems import Refusals

CODE = "The unique business key: an EIC, a DUNS number or a short name."
SEARCH = "The beginning of a code, or of a word of a name; capitals and small letters are the same."


@strawberry.type
class Party(StoredNode):
    """A company."""

    id: relay.NodeID[UUID]
    code: str = strawberry.field(description=CODE)
    name: str
    kind: PartyKind

    @strawberry.field(description="The roles that its people and its API keys may have.")
    def possible_roles(self) -> list[Role]:
        """In the order of the roles."""
        return [role for role in Role if role in PARTY_ROLES[self.kind]]

    load_rows = staticmethod(batched_public(repository.parties_by_id))

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the parties the caller may look up; None for the others."""
        found = await info.context.loader(cls.load_rows).load_many([PartyId(one) for one in ids])
        caller = info.context.caller()
        return [cls.of(party) if party and directory.finds(caller, party) else None for party in found]


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

    @paged(KeysetConnection[Party], MayRead, orders=PartySort, direction=Direction.ASCENDING)
    async def parties(
        self,
        info: Info,
        *,
        search: Annotated[str | None, strawberry.argument(description=SEARCH)] = None,
        kind: Annotated[PartyKind | None, strawberry.argument(description="Only of this kind.")] = None,
    ) -> Shown[model.Party]:
        """The directory, by code unless you say: shippers and operators.

        For operators and those who oversee the market everyone.
        """
        conditions = [directory.found_by(info.context.caller())]
        if search is not None:
            conditions.append(directory.matches(search))
        if kind is not None:
            conditions.append(directory.is_of_kind(kind))
        return Shown(repository.parties(*conditions))


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
