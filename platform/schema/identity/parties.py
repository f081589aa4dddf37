"""The home of parties and people in the API: who is who, and on whose behalf one acts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack import access
from linepack.access import PartyKind, Role, Scope
from linepack.identity import model, repository
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.model import OidcSubject
from linepack.identity.service import Session
from linepack.ids import PartyId, UserId
from schema.types.connections import KeysetConnection, page
from schema.types.context import RequestContext
from schema.types.nodes import Found, Info, Refusals, uuid_of
from schema.types.permissions import MayAdminister, MayRead, Public, SignedIn


async def load_parties(context: RequestContext, ids: Sequence[PartyId]) -> list[model.Party | None]:
    """Return the parties with these ids; who may see them is the caller's to decide."""
    async with context.services.database.read() as connection:
        parties = await repository.parties_by_id(connection, ids)
    return [parties.get(party_id) for party_id in ids]


@strawberry.type(description="A company.")
class Party(Found):
    """A party as those who deal with it see it."""

    id: relay.NodeID[UUID]
    code: str = strawberry.field(
        description="Its unique business key: an EIC, a DUNS number or a short name."
    )
    name: str
    kind: PartyKind

    @classmethod
    def of(cls, party: model.Party) -> Self:
        """Show a party."""
        return cls(id=party.id, code=party.code, name=party.name, kind=party.kind)

    @classmethod
    async def load(cls, info: Info, party_id: PartyId) -> Self:
        """Show the party with this id, which a row that the caller may see refers to."""
        party = await info.context.loader(load_parties).load(party_id)
        if party is None:
            raise LookupError(f"no party {party_id}")
        return cls.of(party)

    @classmethod
    async def find(cls, info: Info, ids: Sequence[UUID]) -> list[Self | None]:
        """Return the parties the caller knows, and operators, who are public; None for the others."""
        caller = info.context.caller()
        parties = await info.context.loader(load_parties).load_many([PartyId(one) for one in ids])
        return [cls.of(party) if party and knows(caller, party) else None for party in parties]


def knows(caller: access.Principal, party: model.Party) -> bool:
    """Tell whether the caller may look a party up: operators deal with all, and all with operators."""
    is_operator = Role.OPERATOR in caller.roles or party.kind is PartyKind.OPERATOR
    return is_operator or caller.sees(party.id)


@strawberry.type(description="Whoever asks: a person or a machine, and the party it acts for.")
class Viewer:
    """The caller."""

    principal: strawberry.Private[access.Principal]
    roles: list[Role]
    scopes: list[Scope]
    expires_at: datetime = strawberry.field(description="When the token or key stops being good.")

    @classmethod
    def of(cls, principal: access.Principal) -> Self:
        """Show a principal to itself."""
        return cls(
            principal=principal,
            roles=sorted(principal.roles),
            scopes=sorted(principal.scopes),
            expires_at=principal.expires_at,
        )

    @strawberry.field(description="The person; null for a machine.")
    async def account(self, info: Info) -> "Account | None":
        """Return the caller's own account."""
        if self.principal.user_id is None:
            return None
        return Account.of(await info.context.services.identity.account(self.principal.user_id))

    @strawberry.field(description="The company it acts for; null for the platform itself.")
    async def party(self, info: Info) -> Party | None:
        """Return the caller's party."""
        if self.principal.party_id is None:
            return None
        return await Party.load(info, self.principal.party_id)


@strawberry.type(description="A person who signs in and acts for one party.")
class Account:
    """An account without its credentials."""

    id: relay.GlobalID
    party_id: strawberry.Private[PartyId]
    email: str
    name: str
    roles: list[Role]
    disabled_at: datetime | None

    @classmethod
    def of(cls, account: model.Account) -> Self:
        """Show an account."""
        return cls(
            id=relay.GlobalID("Account", str(account.id)),
            party_id=account.party_id,
            email=account.email,
            name=account.name,
            roles=sorted(account.roles),
            disabled_at=account.disabled_at,
        )

    @strawberry.field
    async def party(self, info: Info) -> Party:
        """Return the company the person acts for."""
        return await Party.load(info, self.party_id)


@strawberry.input
class SignInInput:
    """Credentials of a local account."""

    email: str
    password: str


@strawberry.type
class SignInPayload:
    """A session."""

    token: str = strawberry.field(description='Send it as "Authorization: Bearer …".')
    viewer: Viewer

    @classmethod
    def of(cls, session: Session) -> Self:
        """Show a new session, once."""
        return cls(token=session.token, viewer=Viewer.of(session.principal))


@strawberry.input
class ChangePasswordInput:
    """One's own password, old and new."""

    current: str
    new: str


@strawberry.type(description="Every token issued before is void: sign in again.")
class ChangePasswordPayload:
    """Whose password was changed."""

    viewer: Viewer


@strawberry.input
class CreatePartyInput:
    """A company to add."""

    code: str
    name: str
    kind: PartyKind


@strawberry.type
class CreatePartyPayload:
    """The party added."""

    party: Party


@strawberry.input
class CreateUserInput:
    """A person to add to a party."""

    party_id: relay.GlobalID
    email: str
    name: str
    roles: list[Role]
    password: str | None = strawberry.field(
        default=None, description="Null for one who signs in through the identity provider `issuer`."
    )
    issuer: str | None = None
    subject: str | None = None


@strawberry.type
class CreateUserPayload:
    """The account added."""

    account: Account


@strawberry.input
class DisableUserInput:
    """A person who shall not act any more."""

    account_id: relay.GlobalID


@strawberry.type
class DisableUserPayload:
    """The account, as it is from now on."""

    account: Account


SignInResult = Annotated[SignInPayload | Refusals, strawberry.union("SignInResult")]
ChangePasswordResult = Annotated[ChangePasswordPayload | Refusals, strawberry.union("ChangePasswordResult")]
CreatePartyResult = Annotated[CreatePartyPayload | Refusals, strawberry.union("CreatePartyResult")]
CreateUserResult = Annotated[CreateUserPayload | Refusals, strawberry.union("CreateUserResult")]
DisableUserResult = Annotated[DisableUserPayload | Refusals, strawberry.union("DisableUserResult")]


@strawberry.type
class IdentityQueries:
    """Who am I, and who else is there."""

    @strawberry.field(permission_classes=[SignedIn], description="Whoever asks.")
    def viewer(self, info: Info) -> Viewer:
        """Return the caller."""
        return Viewer.of(info.context.caller())

    @strawberry.field(
        permission_classes=[MayRead],
        description="All parties, for operators and those who keep order in the market; else your own.",
    )
    async def parties(
        self, info: Info, first: int | None = None, after: str | None = None
    ) -> KeysetConnection[Party]:
        """Return parties in the order of their codes."""
        caller, asked = info.context.caller(), page("parties", first, after)
        if caller.oversees or Role.OPERATOR in caller.roles:
            key = asked.after and (asked.after[0], PartyId(asked.after[1]))
            async with info.context.services.database.read() as connection:
                rows = await repository.list_parties(connection, after=key, limit=asked.limit)
        else:
            own = caller.party_id and await info.context.loader(load_parties).load(caller.party_id)
            rows = [own] if own and not asked.after else []
        return KeysetConnection[Party].of(
            rows, asked, key=lambda party: (party.code, party.id), node=Party.of
        )


@strawberry.type
class IdentityMutations:
    """Signing in, and keeping parties, people and keys."""

    @strawberry.mutation(permission_classes=[Public], description="Sign in with a local account.")
    async def sign_in(self, info: Info, input: SignInInput) -> SignInResult:  # noqa: A002
        """Return a session."""
        context = info.context
        session = await context.services.identity.sign_in(
            input.email, input.password, address=context.address
        )
        return SignInPayload.of(session)

    @strawberry.mutation(permission_classes=[SignedIn], description="Change your own password.")
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:  # noqa: A002
        """Void every session, to be signed in to with the new password."""
        context, caller = info.context, info.context.caller()
        await context.services.identity.change_password(
            caller, current=input.current, new=input.new, address=context.address
        )
        return ChangePasswordPayload(viewer=Viewer.of(caller))

    @strawberry.mutation(permission_classes=[MayAdminister], description="Add a company.")
    async def create_party(self, info: Info, input: CreatePartyInput) -> CreatePartyResult:  # noqa: A002
        """Return the new party."""
        command = NewParty(code=input.code, name=input.name, kind=input.kind)
        party = await info.context.services.identity.create_party(info.context.caller(), command)
        return CreatePartyPayload(party=Party.of(party))

    @strawberry.mutation(permission_classes=[MayAdminister], description="Add a person to a party.")
    async def create_user(self, info: Info, input: CreateUserInput) -> CreateUserResult:  # noqa: A002
        """Return the new account."""
        foreign = OidcSubject(input.issuer, input.subject) if input.issuer and input.subject else None
        command = NewUser(
            party_id=PartyId(uuid_of("Party", input.party_id, "partyId")),
            email=input.email,
            name=input.name,
            roles=frozenset(input.roles),
            password=input.password,
            foreign=foreign,
        )
        account = await info.context.services.identity.create_user(info.context.caller(), command)
        return CreateUserPayload(account=Account.of(account))

    @strawberry.mutation(
        permission_classes=[MayAdminister], description="Keep a person from acting, from now on."
    )
    async def disable_user(self, info: Info, input: DisableUserInput) -> DisableUserResult:  # noqa: A002
        """Return the disabled account."""
        identity = info.context.services.identity
        user_id = UserId(uuid_of("Account", input.account_id, "accountId"))
        await identity.disable_user(info.context.caller(), user_id)
        return DisableUserPayload(account=Account.of(await identity.account(user_id)))
