"""What administrators do with accounts, and the lists of accounts and of what was done with them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

import strawberry
from strawberry import relay

from linepack.access import Role
from linepack.identity import model, repository
from linepack.identity.account_events import model as events
from linepack.identity.account_events import repository as account_events
from linepack.identity.account_events.model import AccountEventKind
from linepack.identity.account_events.repository import AccountEventSort
from linepack.identity.administration import selection
from linepack.identity.administration.selection import AccountSort
from linepack.identity.administration.service import (
    Invitation,
    change_roles,
    disable_user,
    enable_user,
    invite_user,
    make_initial_password,
)
from linepack.identity.commands import ChangeRoles, DisableUser, EnableUser, InviteUser, MakeInitialPassword
from linepack.ids import ApiKeyId, PartyId, UserId
from linepack.limits import INITIAL_PASSWORD_DAYS
from schema.identity.accounts import Account
from schema.identity.api_keys import ApiKey
from schema.identity.parties import Party
from schema.types.connections import KeysetConnection, Shown, paged
from schema.types.context import Info
from schema.types.domain_values import command_of
from schema.types.nodes import StoredNode, batched, reference, uuid_of
from schema.types.permissions import MayManage
from schema.types.problems import Refusals

ACCOUNT_ID = "The id of the account."
SEARCH = "The beginning of an address, or of a word of a name; capitals and small letters are the same."
load_events = batched(account_events.events_by_id)


@strawberry.type
class AccountEvent(StoredNode):
    """A change of an account or key, shown to administrators of its party and of the installation."""

    id: relay.NodeID[UUID]
    kind: AccountEventKind = strawberry.field(description="What was changed.")
    party_id: strawberry.Private[PartyId]
    account_id: strawberry.Private[UserId | None]
    api_key_id: strawberry.Private[ApiKeyId | None]
    by_account_id: strawberry.Private[UserId | None]
    is_by_installation: bool = strawberry.field(
        description="Whether an administrator of the installation did it, and not the company itself."
    )
    roles_before: list[Role] = strawberry.field(description="The roles before; empty for what was made.")
    roles_after: list[Role] = strawberry.field(description="The roles from then on.")
    recorded_at: datetime
    party: Party = reference(Party, "party_id", "The company whose account or key it is.")
    account: Account | None = reference(Account, "account_id", "The account; null for a key.")
    api_key: ApiKey | None = reference(ApiKey, "api_key_id", "The key; null for an account.")
    by: Account | None = reference(
        Account, "by_account_id", "The person who did it; null if not a person whose account you may see."
    )

    load_rows = staticmethod(load_events)


@strawberry.input
class InviteUserInput:
    """A person to add to a party."""

    party_id: relay.GlobalID = strawberry.field(description="The id of the party to act for.")
    email: str
    name: str
    roles: list[Role]


@strawberry.type
class InitialPasswordPayload:
    """An account with its initial password, which is shown this once."""

    account: Account = strawberry.field(description="The account.")
    initial_password: str = strawberry.field(
        description="To be handed to the person, who replaces it at the first sign-in within "
        f"{INITIAL_PASSWORD_DAYS} days."
    )

    @classmethod
    def of(cls, invitation: Invitation) -> Self:
        """Show an account with its initial password."""
        return cls(account=Account.of(invitation.account), initial_password=invitation.initial_password)


@strawberry.input
class DisableUserInput:
    """A person who shall not act any more."""

    account_id: relay.GlobalID = strawberry.field(description=ACCOUNT_ID)


@strawberry.type
class DisableUserPayload:
    """The disabled account."""

    account: Account = strawberry.field(description="The account, disabled.")


@strawberry.input
class EnableUserInput:
    """A person who shall act again."""

    account_id: relay.GlobalID = strawberry.field(description=ACCOUNT_ID)


@strawberry.type
class EnableUserPayload:
    """The enabled account."""

    account: Account = strawberry.field(description="The account, enabled.")


@strawberry.input
class ChangeRolesInput:
    """The roles of a person from now on."""

    account_id: relay.GlobalID = strawberry.field(description=ACCOUNT_ID)
    roles: list[Role]


@strawberry.type
class ChangeRolesPayload:
    """The account with other roles."""

    account: Account = strawberry.field(description="The account, with its roles.")


@strawberry.input
class ResetPasswordInput:
    """A person who needs another password."""

    account_id: relay.GlobalID = strawberry.field(description=ACCOUNT_ID)


InitialPasswordResult = Annotated[
    InitialPasswordPayload | Refusals, strawberry.union("InitialPasswordResult")
]
DisableUserResult = Annotated[DisableUserPayload | Refusals, strawberry.union("DisableUserResult")]
EnableUserResult = Annotated[EnableUserPayload | Refusals, strawberry.union("EnableUserResult")]
ChangeRolesResult = Annotated[ChangeRolesPayload | Refusals, strawberry.union("ChangeRolesResult")]


@strawberry.type
class AdministrationQueries:
    """Queries of administrators."""

    @paged(KeysetConnection[Account], MayManage, orders=AccountSort)
    async def accounts(
        self,
        info: Info,
        *,
        search: Annotated[str | None, strawberry.argument(description=SEARCH)] = None,
        party: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this party: its id.")
        ] = None,
        role: Annotated[Role | None, strawberry.argument(description="Only those with this role.")] = None,
        is_enabled: Annotated[
            bool | None, strawberry.argument(description="Only those who may act, or only the disabled.")
        ] = None,
    ) -> Shown[model.Account]:
        """The accounts of your party; for the installation's administrators those of every party."""
        conditions = [selection.kept_by(info.context.caller())]
        if search is not None:
            conditions.append(selection.matches(search))
        if party is not None:
            conditions.append(selection.is_of_party(PartyId(uuid_of("Party", party, "party"))))
        if role is not None:
            conditions.append(selection.has_role(role))
        if is_enabled is not None:
            conditions.append(selection.may_act(is_enabled))
        return Shown(repository.accounts(*conditions))

    @paged(KeysetConnection[AccountEvent], MayManage, orders=AccountEventSort)
    async def account_events(
        self,
        info: Info,
        *,
        account: Annotated[
            relay.GlobalID | None, strawberry.argument(description="Only of this account: its id.")
        ] = None,
        kind: Annotated[
            AccountEventKind | None, strawberry.argument(description="Only changes of this kind.")
        ] = None,
    ) -> Shown[events.AccountEvent]:
        """What was changed about accounts and keys of your party, newest first; nothing is ever removed.

        For the installation's administrators: of every party.
        """
        account_id = None if account is None else UserId(uuid_of("Account", account, "account"))
        return Shown(account_events.events(info.context.caller(), account_id=account_id, kind=kind))


@strawberry.type
class AdministrationMutations:
    """Mutations of administrators."""

    @strawberry.mutation(permission_classes=[MayManage])
    async def invite_user(self, info: Info, input: InviteUserInput) -> InitialPasswordResult:  # noqa: A002
        """Add a person to a party, with an initial password."""
        command = command_of(
            InviteUser,
            input,
            party_id=PartyId(uuid_of("Party", input.party_id, "partyId")),
            roles=frozenset(input.roles),
        )
        context = info.context.services.identity.context(info.context.caller())
        return InitialPasswordPayload.of(await invite_user(command, context))

    @strawberry.mutation(permission_classes=[MayManage])
    async def disable_user(self, info: Info, input: DisableUserInput) -> DisableUserResult:  # noqa: A002
        """Keep a person from acting, from now on."""
        command = DisableUser(UserId(uuid_of("Account", input.account_id, "accountId")))
        account = await disable_user(command, info.context.services.identity.context(info.context.caller()))
        return DisableUserPayload(account=Account.of(account))

    @strawberry.mutation(permission_classes=[MayManage])
    async def enable_user(self, info: Info, input: EnableUserInput) -> EnableUserResult:  # noqa: A002
        """Let a person act again, who signs in with the password it had."""
        command = EnableUser(UserId(uuid_of("Account", input.account_id, "accountId")))
        account = await enable_user(command, info.context.services.identity.context(info.context.caller()))
        return EnableUserPayload(account=Account.of(account))

    @strawberry.mutation(permission_classes=[MayManage])
    async def change_roles(self, info: Info, input: ChangeRolesInput) -> ChangeRolesResult:  # noqa: A002
        """Give a person other roles."""
        user_id = UserId(uuid_of("Account", input.account_id, "accountId"))
        command = ChangeRoles(user_id, frozenset(input.roles))
        account = await change_roles(command, info.context.services.identity.context(info.context.caller()))
        return ChangeRolesPayload(account=Account.of(account))

    @strawberry.mutation(permission_classes=[MayManage])
    async def reset_password(self, info: Info, input: ResetPasswordInput) -> InitialPasswordResult:  # noqa: A002
        """Replace a person's password by an initial one, which ends all sessions of that person."""
        command = MakeInitialPassword(UserId(uuid_of("Account", input.account_id, "accountId")))
        context = info.context.services.identity.context(info.context.caller())
        return InitialPasswordPayload.of(await make_initial_password(command, context))
