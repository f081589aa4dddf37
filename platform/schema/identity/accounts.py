"""Accounts: signing in, going on with a session, the caller, and the people who act for a party."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack import access
from linepack.access import Role, Scope
from linepack.identity import model, repository
from linepack.identity.administration.selection import seen_by
from linepack.identity.authentication import SignedIn as NewTokens
from linepack.identity.commands import ChangePassword, NewUser
from linepack.identity.enrolment import ResetSecondFactor, reset_second_factor
from linepack.identity.model import OidcSubject
from linepack.identity.service import change_password, create_user
from linepack.identity.sessions import repository as sessions
from linepack.ids import PartyId, UserId
from schema.identity.attempts import TooManyAttemptsProblem
from schema.identity.parties import Party
from schema.identity.second_factor import SecondFactor
from schema.identity.sessions import Session
from schema.types.context import Info, RequestContext
from schema.types.domain_values import FromDomain, command_of, shown_as
from schema.types.nodes import StoredNode, reference, uuid_of
from schema.types.permissions import MayAdminister, Public, SignedIn
from schema.types.problems import Refusals

PASSWORD = "The password."  # noqa: S105 a description
TOKEN = 'Send it as "Authorization: Bearer …", until `viewer.expiresAt`.'  # noqa: S105 a description
REFRESH_TOKEN = "Keep it secret and send it once, by `refresh`, which returns the next."  # noqa: S105


async def load_accounts(context: RequestContext, ids: Sequence[UserId]) -> list[model.Account | None]:
    """Return the accounts with these ids that the caller may see: its own, and those that it keeps."""
    found = await repository.accounts_by_id(context.reading, ids, seen_by(context.caller()))
    return [found.get(user_id) for user_id in ids]


async def load_key_counts(context: RequestContext, ids: Sequence[UserId]) -> list[int]:
    """Return how many valid keys each of these people has made."""
    found = await repository.count_valid_keys_made_by(context.reading, ids, now=context.services.now())
    return [found.get(user_id, 0) for user_id in ids]


@strawberry.type
class Account(StoredNode):
    """A person who signs in and acts for one party, shown to itself and to administrators."""

    id: relay.NodeID[UUID]
    party_id: strawberry.Private[PartyId]
    email: str
    name: str
    roles: list[Role]
    created_at: datetime = strawberry.field(description="When it was made.")
    disabled_at: datetime | None = strawberry.field(
        description="Since when the person may not act; null while they may."
    )
    signed_in_at: datetime | None = strawberry.field(
        description="When the person last signed in, or came through the identity provider; null for never."
    )
    initial_password_until: datetime | None = strawberry.field(
        description="Until when the initial password can be replaced; null once the person has its own."
    )
    party: Party = reference(Party, "party_id", "The company the person acts for.")

    load_rows = staticmethod(load_accounts)

    @strawberry.field
    async def key_count(self, info: Info) -> int:
        """How many keys that are valid now the person has made: they stay valid whatever becomes of it."""
        return await info.context.loader(load_key_counts).load(UserId(self.id))


@strawberry.type
class Viewer(FromDomain):
    """The authenticated caller, a person or a machine, and the party it acts for."""

    principal: strawberry.Private[access.Principal]
    roles: list[Role]
    scopes: list[Scope] = strawberry.field(description="What the caller may do.")
    expires_at: datetime = strawberry.field(description="When the token or key ceases to be valid.")
    party: Party | None = reference(
        Party, "principal.party_id", "The company the caller acts for; null for the platform itself."
    )

    @classmethod
    def of(cls, value: access.Principal) -> Self:
        """Show a principal to itself."""
        return shown_as(cls, value, principal=value)

    @strawberry.field
    async def account(self, info: Info) -> Account | None:
        """The person's account; null for a machine."""
        if self.principal.user_id is None:
            return None
        async with info.context.services.database.read() as connection:
            return Account.of(await repository.get_account(connection, self.principal.user_id))

    @strawberry.field
    async def session(self, info: Info) -> Session | None:
        """The session that the token belongs to; null for a machine, or a token of an identity provider."""
        user_id, session_id = self.principal.user_id, self.principal.session_id
        if user_id is None or session_id is None:
            return None
        async with info.context.services.database.read() as connection:
            found = await sessions.of_account(connection, user_id, [session_id])
        return Session.of(found[session_id])

    @strawberry.field
    async def second_factor(self, info: Info) -> SecondFactor | None:
        """The person's second factor; null while none is in force."""
        if self.principal.user_id is None:
            return None
        async with info.context.services.database.read() as connection:
            return await SecondFactor.load(connection, self.principal.user_id)


@strawberry.input
class SignInInput:
    """The credentials of a local account."""

    email: str
    password: str = strawberry.field(description=PASSWORD)
    new_password: str | None = strawberry.field(
        default=None, description="Your own password from now on, if `password` is an initial one."
    )
    code: str | None = strawberry.field(
        default=None,
        description="A code of the second factor, or a recovery code; null for an account without one.",
    )


@strawberry.type
class SignInPayload:
    """The tokens of a session, shown once."""

    token: str = strawberry.field(description=TOKEN)
    refresh_token: str = strawberry.field(description=REFRESH_TOKEN)
    viewer: Viewer = strawberry.field(description="The caller from now on.")

    @classmethod
    def of(cls, issued: NewTokens) -> Self:
        """Show new tokens."""
        return cls(token=issued.token, refresh_token=issued.refresh_token, viewer=Viewer.of(issued.principal))


@strawberry.input
class RefreshInput:
    """A session to go on with."""

    refresh_token: str = strawberry.field(description="The newest refresh token of the session.")


@strawberry.input
class ChangePasswordInput:
    """Your own password, old and new."""

    current: str = strawberry.field(description="The password so far.")
    new: str = strawberry.field(description="The password from now on.")


@strawberry.type
class ChangePasswordPayload:
    """Every session has ended: sign in again."""

    viewer: Viewer = strawberry.field(description="The caller whose password was changed.")


@strawberry.input
class CreateUserInput:
    """A person to add to a party."""

    party_id: relay.GlobalID = strawberry.field(description="The id of the party to act for.")
    email: str
    name: str
    roles: list[Role]
    password: str | None = strawberry.field(
        default=None, description="Null for a person who signs in through the identity provider `issuer`."
    )
    issuer: str | None = strawberry.field(
        default=None, description="The address of the identity provider; null for a local account."
    )
    subject: str | None = strawberry.field(
        default=None, description="The person's id at the identity provider; null for a local account."
    )


@strawberry.type
class CreateUserPayload:
    """The account that was added."""

    account: Account = strawberry.field(description="The new account.")


@strawberry.input
class ResetSecondFactorInput:
    """A person who has lost the second factor."""

    account_id: relay.GlobalID = strawberry.field(description="The id of the account.")


@strawberry.type
class ResetSecondFactorPayload:
    """The account without a second factor; its sessions have ended."""

    account: Account = strawberry.field(description="The account.")


SignInResult = Annotated[SignInPayload | TooManyAttemptsProblem | Refusals, strawberry.union("SignInResult")]
RefreshResult = Annotated[SignInPayload | Refusals, strawberry.union("RefreshResult")]
ChangePasswordResult = Annotated[
    ChangePasswordPayload | TooManyAttemptsProblem | Refusals, strawberry.union("ChangePasswordResult")
]
CreateUserResult = Annotated[CreateUserPayload | Refusals, strawberry.union("CreateUserResult")]
ResetSecondFactorResult = Annotated[
    ResetSecondFactorPayload | Refusals, strawberry.union("ResetSecondFactorResult")
]


@strawberry.type
class AccountQueries:
    """Queries of the caller."""

    @strawberry.field(permission_classes=[SignedIn])
    def viewer(self, info: Info) -> Viewer:
        """The authenticated caller."""
        return Viewer.of(info.context.caller())


@strawberry.type
class AccountMutations:
    """Signing in, and mutations of accounts."""

    @strawberry.mutation(permission_classes=[Public])
    async def sign_in(self, info: Info, input: SignInInput) -> SignInResult:  # noqa: A002
        """Sign in with a local account; an initial password is replaced by a new one.

        With a code where SECOND_FACTOR_REQUIRED is answered without one.
        """
        context = info.context
        issued = await context.services.identity.sign_in(
            input.email,
            input.password,
            address=context.address,
            user_agent=context.user_agent,
            code=input.code,
            new_password=input.new_password,
        )
        return SignInPayload.of(issued)

    @strawberry.mutation(permission_classes=[Public])
    async def refresh(self, info: Info, input: RefreshInput) -> RefreshResult:  # noqa: A002
        """Go on with a session: its tokens are replaced, and its websockets stay open for longer."""
        context = info.context
        issued = await context.services.identity.refresh(
            input.refresh_token, address=context.address, user_agent=context.user_agent
        )
        return SignInPayload.of(issued)

    @strawberry.mutation(permission_classes=[SignedIn])
    async def change_password(self, info: Info, input: ChangePasswordInput) -> ChangePasswordResult:  # noqa: A002
        """Change your own password, which ends all your sessions."""
        context, caller = info.context, info.context.caller()
        await change_password(
            ChangePassword(current=input.current, new=input.new, address=context.address),
            context.services.identity.context(caller),
        )
        return ChangePasswordPayload(viewer=Viewer.of(caller))

    @strawberry.mutation(permission_classes=[MayAdminister])
    async def create_user(self, info: Info, input: CreateUserInput) -> CreateUserResult:  # noqa: A002
        """Add a person to a party, who signs in with this password or through an identity provider."""
        command = command_of(
            NewUser,
            input,
            party_id=PartyId(uuid_of("Party", input.party_id, "partyId")),
            roles=frozenset(input.roles),
            foreign=OidcSubject(input.issuer, input.subject) if input.issuer and input.subject else None,
        )
        account = await create_user(command, info.context.services.identity.context(info.context.caller()))
        return CreateUserPayload(account=Account.of(account))

    @strawberry.mutation(permission_classes=[MayAdminister])
    async def reset_second_factor(self, info: Info, input: ResetSecondFactorInput) -> ResetSecondFactorResult:  # noqa: A002
        """Remove the second factor of a person who has lost it; every session of theirs ends."""
        command = ResetSecondFactor(UserId(uuid_of("Account", input.account_id, "accountId")))
        context = info.context.services.identity.context(info.context.caller())
        return ResetSecondFactorPayload(account=Account.of(await reset_second_factor(command, context)))
