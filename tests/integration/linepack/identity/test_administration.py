"""Administrators and people on a real database: invitations, attacks on others and their rights, races."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from tests.identities import ADDRESS, PASSWORD, Identities
from time_machine import travel

from linepack.access import PartyKind, Principal, Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.database.paging import newest
from linepack.identity import repository
from linepack.identity.account_events.model import AccountEvent, AccountEventKind
from linepack.identity.account_events.repository import events
from linepack.identity.administration.service import (
    Invitation,
    change_roles,
    disable_user,
    enable_user,
    invite_user,
    make_initial_password,
)
from linepack.identity.authentication import IdentityContext
from linepack.identity.commands import (
    ChangePassword,
    ChangeRoles,
    DisableUser,
    EnableUser,
    InviteUser,
    MakeInitialPassword,
    NewParty,
    NewUser,
    ResetPassword,
    RevokeApiKey,
    RotateApiKey,
)
from linepack.identity.enrolment import ResetSecondFactor, reset_second_factor
from linepack.identity.errors import (
    InitialPassword,
    InvalidCredentials,
    LastAdministrator,
    NameTaken,
    Unauthenticated,
)
from linepack.identity.model import Account, OidcSubject, Party
from linepack.identity.service import (
    change_password,
    create_api_key,
    create_party,
    create_user,
    reset_password,
    revoke_api_key,
    rotate_api_key,
)
from linepack.identity.signing_out import EndSessionsOf, end_sessions_of
from linepack.ids import PartyId, UserId
from linepack.problems import Forbidden, InvalidInput, NotFound, Problem

pytestmark = pytest.mark.anyio

OWN_PASSWORD = "a password of one's own"


@dataclass(frozen=True)
class Company:
    """A shipper with an administrator, who is nothing else, and a trader."""

    identities: Identities
    party: Party
    keeper: Account
    trader: Account

    async def by_keeper(self) -> IdentityContext:
        return self.identities.identity.context(await self.identities.sign_in(self.keeper))

    def by_installation(self) -> IdentityContext:
        return self.identities.identity.context(self.identities.platform)

    async def add(self, name: str, *roles: Role, party: Party | None = None) -> Account:
        command = NewUser((party or self.party).id, f"{name}@a.example", name, frozenset(roles), PASSWORD)
        return await create_user(command, self.by_installation())


@pytest.fixture
async def company(identities: Identities) -> Company:
    command = NewUser(
        identities.shipper.id, "keeper@a.example", "Keeper", frozenset({Role.COMPANY_ADMIN}), PASSWORD
    )
    keeper = await create_user(command, identities.identity.context(identities.platform))
    return Company(identities, identities.shipper, keeper, identities.alice)


def invitation(company: Company, *roles: Role, email: str = "new@a.example") -> InviteUser:
    return InviteUser(company.party.id, email, "New", frozenset(roles or {Role.SHIPPER}))


async def stored(database: Database, account: Account) -> Account:
    async with database.read() as connection:
        return await repository.get_account(connection, account.id)


async def history(database: Database, principal: Principal) -> list[AccountEvent]:
    """Return the events that a principal sees, the first one first."""
    async with database.read() as connection:
        return list(await newest(connection, events(principal), 100))[::-1]


async def test_an_invited_person_replaces_the_initial_password_and_is_in(company: Company) -> None:
    identity = company.identities.identity
    invited = await invite_user(invitation(company), await company.by_keeper())
    email, initial = invited.account.email, invited.initial_password
    with pytest.raises(InitialPassword):
        await identity.sign_in(email, initial, address=ADDRESS)
    for unfit in ("short", initial):
        with pytest.raises(InvalidInput) as refused:
            await identity.sign_in(email, initial, address=ADDRESS, new_password=unfit)
        assert [fault.place for fault in refused.value.faults] == ["newPassword"]
    session = await identity.sign_in(email, initial, address=ADDRESS, new_password=OWN_PASSWORD)
    assert (await identity.authenticate(session.token)).user_id == invited.account.id
    with pytest.raises(InvalidCredentials):
        await identity.sign_in(email, initial, address=ADDRESS, new_password="yet another password")
    await identity.sign_in(email, OWN_PASSWORD, address=ADDRESS)
    with pytest.raises(InvalidInput):
        await identity.sign_in(email, OWN_PASSWORD, address=ADDRESS, new_password="yet another password")


async def test_an_initial_password_is_good_for_a_week(company: Company) -> None:
    identity = company.identities.identity
    invited = await invite_user(invitation(company), await company.by_keeper())
    arguments: dict[str, Any] = {"address": ADDRESS, "new_password": OWN_PASSWORD}
    with travel(datetime.now(UTC) + timedelta(days=7), tick=True), pytest.raises(InvalidCredentials):
        await identity.sign_in(invited.account.email, invited.initial_password, **arguments)
    with travel(datetime.now(UTC) + timedelta(days=6, hours=23), tick=True):
        await identity.sign_in(invited.account.email, invited.initial_password, **arguments)


async def test_of_two_who_know_an_initial_password_one_gets_in(company: Company) -> None:
    identity = company.identities.identity
    invited = await invite_user(invitation(company), await company.by_keeper())

    async def try_with(new: str) -> str | None:
        try:
            await identity.sign_in(
                invited.account.email, invited.initial_password, address=ADDRESS, new_password=new
            )
        except InvalidCredentials:
            return None
        return new

    chosen = await asyncio.gather(*(try_with(f"password number {number}") for number in range(4)))
    [won] = [one for one in chosen if one]
    await identity.sign_in(invited.account.email, won, address=ADDRESS)


async def test_a_reset_ends_sessions_and_gives_a_password_that_must_be_replaced(
    company: Company, database: Database
) -> None:
    identity = company.identities.identity
    before = await identity.sign_in(company.trader.email, PASSWORD, address=ADDRESS)
    reset = await make_initial_password(MakeInitialPassword(company.trader.id), await company.by_keeper())
    with pytest.raises(Unauthenticated):
        await identity.authenticate(before.token)
    with pytest.raises(InvalidCredentials):
        await identity.sign_in(company.trader.email, PASSWORD, address=ADDRESS)
    session = await identity.sign_in(
        company.trader.email, reset.initial_password, address=ADDRESS, new_password=OWN_PASSWORD
    )
    assert (await identity.authenticate(session.token)).roles == {Role.SHIPPER}
    assert (await stored(database, company.trader)).initial_password_until is None


async def test_disabling_ends_sessions_for_good_and_enabling_lets_sign_in_again(company: Company) -> None:
    identity = company.identities.identity
    before = await identity.sign_in(company.trader.email, PASSWORD, address=ADDRESS)
    await disable_user(DisableUser(company.trader.id), await company.by_keeper())
    with pytest.raises(Unauthenticated):
        await identity.authenticate(before.token)
    await enable_user(EnableUser(company.trader.id), await company.by_keeper())
    with pytest.raises(Unauthenticated):
        await identity.authenticate(before.token)
    await identity.sign_in(company.trader.email, PASSWORD, address=ADDRESS)


async def test_other_roles_count_at_once_for_tokens_issued_before(company: Company) -> None:
    identity = company.identities.identity
    session = await identity.sign_in(company.trader.email, PASSWORD, address=ADDRESS)
    assert Scope.SETTLE in (await identity.authenticate(session.token)).scopes
    await change_roles(ChangeRoles(company.trader.id, frozenset({Role.MARKETER})), await company.by_keeper())
    assert (await identity.authenticate(session.token)).roles == {Role.MARKETER}


async def test_sign_ins_are_noted(company: Company, database: Database) -> None:
    assert (await stored(database, company.trader)).signed_in_at is None
    at = datetime.now(UTC)
    await company.identities.sign_in(company.trader)
    noted = (await stored(database, company.trader)).signed_in_at
    assert noted is not None
    assert timedelta(0) <= noted - at


# What a company's administrator might try.

ON_A_PERSON: dict[str, Callable[[UserId, IdentityContext], Awaitable[object]]] = {
    "disable": lambda user_id, context: disable_user(DisableUser(user_id), context),
    "enable": lambda user_id, context: enable_user(EnableUser(user_id), context),
    "roles": lambda user_id, context: change_roles(ChangeRoles(user_id, frozenset({Role.MARKETER})), context),
    "reset": lambda user_id, context: make_initial_password(MakeInitialPassword(user_id), context),
}


@pytest.mark.parametrize("attack", ON_A_PERSON)
async def test_people_of_another_company_are_not_there_and_stay_as_they_are(
    company: Company, database: Database, attack: str
) -> None:
    others = [company.identities.bob, company.identities.admin]
    session = await company.identities.identity.sign_in(others[0].email, PASSWORD, address=ADDRESS)
    before = [await stored(database, one) for one in others]
    keeper = await company.by_keeper()
    for one in (*others, replace(others[0], id=UserId(UUID(int=7)))):
        with pytest.raises(NotFound) as refused:
            await ON_A_PERSON[attack](one.id, keeper)
        # The same words for who is another's and who never was.
        assert (refused.value.message, refused.value.path) == (f"no user {one.id}", ("accountId",))
    assert [await stored(database, one) for one in others] == before
    assert await company.identities.identity.authenticate(session.token) == session.principal


@pytest.mark.parametrize("attack", ON_A_PERSON)
async def test_an_account_with_rights_beyond_the_company_is_out_of_reach(
    company: Company, database: Database, attack: str
) -> None:
    # No command makes such an account: somebody has written to the database.
    async with UnitOfWork(database) as uow:
        await repository.update_account(
            uow.connection, replace(company.trader, roles=frozenset({Role.ADMIN}))
        )
    with pytest.raises(Forbidden):
        await ON_A_PERSON[attack](company.trader.id, await company.by_keeper())
    assert (await stored(database, company.trader)).roles == {Role.ADMIN}


async def test_nobody_is_added_to_another_company(company: Company) -> None:
    for party in (company.identities.other_shipper, replace(company.party, id=PartyId(UUID(int=9)))):
        with pytest.raises(NotFound):
            await invite_user(
                InviteUser(party.id, "x@a.example", "X", frozenset({Role.SHIPPER})), await company.by_keeper()
            )


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BILLING, Role.REGULATOR, Role.ADMIN])
async def test_no_role_beyond_the_company_is_given(company: Company, database: Database, role: Role) -> None:
    keeper = await company.by_keeper()
    with pytest.raises(InvalidInput):
        await invite_user(invitation(company, Role.SHIPPER, role), keeper)
    with pytest.raises(InvalidInput):
        await change_roles(ChangeRoles(company.trader.id, frozenset({role})), keeper)
    assert (await stored(database, company.trader)).roles == company.trader.roles


async def test_an_administrator_does_not_raise_itself(company: Company, database: Database) -> None:
    keeper = await company.by_keeper()
    for roles in ({Role.SHIPPER}, {Role.COMPANY_ADMIN, Role.MARKETER}):
        with pytest.raises(Forbidden):
            await change_roles(ChangeRoles(company.keeper.id, frozenset(roles)), keeper)
    with pytest.raises(Forbidden):
        # A session that somebody left open must not be enough to take the account over.
        await make_initial_password(MakeInitialPassword(company.keeper.id), keeper)
    assert await stored(database, company.keeper) == replace(
        company.keeper, signed_in_at=(await stored(database, company.keeper)).signed_in_at
    )


async def test_an_account_is_not_taken_over_by_its_address(company: Company, database: Database) -> None:
    taken = company.identities.bob
    for email in (taken.email, f" {taken.email.upper()} "):
        with pytest.raises((NameTaken, InvalidInput)):
            await invite_user(invitation(company, email=email), await company.by_keeper())
    assert await stored(database, taken) == taken
    await company.identities.sign_in(taken)


async def test_a_company_links_nobody_to_an_identity_provider(company: Company) -> None:
    linked = NewUser(
        company.party.id,
        "x@a.example",
        "X",
        frozenset({Role.SHIPPER}),
        foreign=OidcSubject("https://login.example", "bob"),
    )
    with pytest.raises(Forbidden):
        await create_user(linked, await company.by_keeper())


async def test_keys_give_an_administrator_no_more_rights_than_it_has(company: Company) -> None:
    identities, keeper = company.identities, await company.by_keeper()
    with pytest.raises(Forbidden):
        await create_api_key(identities.new_key(company.party, Scope.READ), keeper)
    with pytest.raises(InvalidInput):
        await create_api_key(identities.new_key(company.party, Scope.MANAGE, role=Role.COMPANY_ADMIN), keeper)
    trader = identities.identity.context(await identities.sign_in(company.trader))
    issued = await create_api_key(identities.new_key(company.party, Scope.BOOK), trader)
    with pytest.raises(Forbidden):
        await rotate_api_key(RotateApiKey(issued.key.id, timedelta(0)), keeper)
    bobs = identities.identity.context(await identities.sign_in(identities.bob))
    others = await create_api_key(identities.new_key(identities.other_shipper, Scope.BOOK), bobs)
    with pytest.raises(NotFound):
        await revoke_api_key(RevokeApiKey(others.key.id), keeper)
    # What it may do: end a key of its company.
    await revoke_api_key(RevokeApiKey(issued.key.id), keeper)
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(issued.text)


@pytest.mark.parametrize("attack", ON_A_PERSON)
async def test_who_was_disabled_a_moment_ago_does_nothing_more(
    company: Company, database: Database, attack: str
) -> None:
    second = await company.add("second", Role.COMPANY_ADMIN)
    gone = company.identities.identity.context(await company.identities.sign_in(second))
    await disable_user(DisableUser(second.id), await company.by_keeper())
    before = await stored(database, company.trader)
    with pytest.raises(Forbidden):
        await ON_A_PERSON[attack](company.trader.id, gone)
    with pytest.raises(Forbidden):
        await invite_user(invitation(company), gone)
    assert await stored(database, company.trader) == before


async def test_who_was_disabled_a_moment_ago_makes_no_key(company: Company) -> None:
    gone = company.identities.identity.context(await company.identities.sign_in(company.trader))
    issued = await create_api_key(company.identities.new_key(company.party, Scope.READ), gone)
    await disable_user(DisableUser(company.trader.id), await company.by_keeper())
    with pytest.raises(Forbidden):
        await create_api_key(company.identities.new_key(company.party, Scope.READ), gone)
    with pytest.raises(Forbidden):
        await rotate_api_key(RotateApiKey(issued.key.id, timedelta(0)), gone)


async def test_who_lost_the_role_a_moment_ago_does_nothing_more(company: Company) -> None:
    second = await company.add("second", Role.COMPANY_ADMIN, Role.MARKETER)
    lowered = company.identities.identity.context(await company.identities.sign_in(second))
    command = ChangeRoles(second.id, frozenset({Role.MARKETER}))
    await change_roles(command, await company.by_keeper())
    with pytest.raises(Forbidden):
        await disable_user(DisableUser(company.trader.id), lowered)


async def test_the_last_administrator_who_can_sign_in_stays(company: Company) -> None:
    keeper = await company.by_keeper()
    with pytest.raises(LastAdministrator):
        await disable_user(DisableUser(company.keeper.id), keeper)
    # One who was invited and never came is nobody to rely on.
    invited = await invite_user(invitation(company, Role.COMPANY_ADMIN), keeper)
    with pytest.raises(LastAdministrator):
        await disable_user(DisableUser(company.keeper.id), keeper)
    await company.identities.identity.sign_in(
        invited.account.email, invited.initial_password, address=ADDRESS, new_password=OWN_PASSWORD
    )
    await disable_user(DisableUser(company.keeper.id), keeper)


async def test_two_administrators_who_disable_each_other_at_once_do_not_both_go(
    company: Company, database: Database
) -> None:
    for number in range(10):
        pair = [await company.add(f"{name}{number}", Role.COMPANY_ADMIN) for name in ("left", "right")]
        await _retire_others(company, database, pair)
        contexts = [
            company.identities.identity.context(await company.identities.sign_in(one)) for one in pair
        ]
        outcomes = await asyncio.gather(
            disable_user(DisableUser(pair[1].id), contexts[0]),
            disable_user(DisableUser(pair[0].id), contexts[1]),
            return_exceptions=True,
        )
        async with database.read() as connection:
            left = await repository.accounts_with_role(connection, company.party.id, Role.COMPANY_ADMIN)
        assert len(left) == 1
        [refused] = [one for one in outcomes if isinstance(one, BaseException)]
        assert isinstance(refused, Problem), refused


async def test_who_comes_in_while_an_administrator_acts_on_the_account_is_in_or_out(
    company: Company, database: Database
) -> None:
    identity, keeper = company.identities.identity, await company.by_keeper()
    for number in range(5):
        invited = await invite_user(invitation(company, email=f"new{number}@a.example"), keeper)
        entered, _, _ = await asyncio.gather(
            identity.sign_in(
                invited.account.email, invited.initial_password, address=ADDRESS, new_password=OWN_PASSWORD
            ),
            disable_user(DisableUser(invited.account.id), keeper),
            change_roles(ChangeRoles(invited.account.id, frozenset({Role.MARKETER})), keeper),
            return_exceptions=True,
        )
        found = await stored(database, invited.account)
        assert (found.disabled_at is not None, found.roles) == (True, {Role.MARKETER})
        if isinstance(entered, BaseException):
            assert isinstance(entered, InvalidCredentials)
        else:
            with pytest.raises(Unauthenticated):
                await identity.authenticate(entered.token)


async def test_other_roles_do_not_undo_a_first_sign_in_under_way(
    company: Company, database: Database
) -> None:
    keeper = await company.by_keeper()
    invited = (await invite_user(invitation(company), keeper)).account
    async with UnitOfWork(database) as uow:
        await repository.lock_account(uow.connection, invited.id)
        command = ChangeRoles(invited.id, frozenset({Role.MARKETER}))
        changing = asyncio.create_task(change_roles(command, keeper))
        await asyncio.sleep(0.3)
        now = datetime.now(UTC)
        await repository.note_sign_in(uow.connection, invited.id, now=now, password_hash="own")
    await changing
    found = await stored(database, invited)
    assert (found.initial_password_until, found.roles) == (None, {Role.MARKETER})
    assert found.signed_in_at is not None


async def test_a_reset_stands_against_who_changes_the_old_password_meanwhile(
    company: Company, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = company.identities.identity.passwords
    trader = company.identities.identity.context(await company.identities.sign_in(company.trader))
    hash_, resets = passwords.hash, list[Invitation]()

    async def reset_meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_)
        command = MakeInitialPassword(company.trader.id)
        resets.append(await make_initial_password(command, company.by_installation()))
        return await hash_(password)

    monkeypatch.setattr(passwords, "hash", reset_meanwhile)
    with pytest.raises(InvalidCredentials):
        await change_password(ChangePassword(PASSWORD, OWN_PASSWORD, ADDRESS), trader)
    assert (await stored(database, company.trader)).initial_password_until is not None
    with pytest.raises(InitialPassword):
        await company.identities.identity.sign_in(
            company.trader.email, resets[0].initial_password, address=ADDRESS
        )


async def key_of_the_installation(identities: Identities, database: Database) -> IdentityContext:
    """Return the context of a machine that has a key with all that an administrator's can have."""
    async with database.read() as connection:
        office = await repository.get_party(connection, identities.admin.party_id)
    new_key = identities.new_key(office, Scope.MANAGE, Scope.ADMINISTER, role=Role.ADMIN)
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    issued = await create_api_key(new_key, admin)
    return identities.identity.context(await identities.identity.authenticate(issued.text))


async def test_a_key_of_the_installation_makes_neither_accounts_nor_passwords(
    company: Company, database: Database
) -> None:
    machine = await key_of_the_installation(company.identities, database)
    office = machine.principal.require_party()
    person = NewUser(office, "x@a.example", "X", frozenset({Role.ADMIN}), PASSWORD)
    for attempt in (
        create_user(person, machine),
        invite_user(invitation(company), machine),
        make_initial_password(MakeInitialPassword(company.trader.id), machine),
        reset_password(ResetPassword(company.trader.id, OWN_PASSWORD), machine),
    ):
        with pytest.raises(Forbidden, match="only people make accounts and passwords"):
            await attempt


async def test_a_key_of_the_installation_keeps_people_out_and_lets_nobody_in(
    company: Company, database: Database
) -> None:
    machine = await key_of_the_installation(company.identities, database)
    await end_sessions_of(EndSessionsOf(company.trader.id), machine)
    assert (await disable_user(DisableUser(company.trader.id), machine)).disabled_at is not None
    for attempt in (
        enable_user(EnableUser(company.trader.id), machine),
        change_roles(ChangeRoles(company.keeper.id, frozenset({Role.SHIPPER})), machine),
        reset_second_factor(ResetSecondFactor(company.keeper.id), machine),
    ):
        with pytest.raises(Forbidden, match="only people change roles, enable accounts and remove second"):
            await attempt
    assert (await stored(database, company.keeper)).roles == company.keeper.roles
    # A company without people and keys can do nothing.
    added = await create_party(NewParty("NEWCO", "New Company", PartyKind.SHIPPER), machine)
    assert added.code == "NEWCO"


async def test_two_administrators_who_step_down_at_once_do_not_both_go(
    company: Company, database: Database
) -> None:
    roles = frozenset({Role.MARKETER})
    pair = [await company.add(name, Role.COMPANY_ADMIN, Role.MARKETER) for name in ("left", "right")]
    await _retire_others(company, database, pair)
    contexts = [company.identities.identity.context(await company.identities.sign_in(one)) for one in pair]
    outcomes = await asyncio.gather(
        *(change_roles(ChangeRoles(one.id, roles), by) for one, by in zip(pair, contexts, strict=True)),
        return_exceptions=True,
    )
    [refused] = [one for one in outcomes if isinstance(one, BaseException)]
    assert isinstance(refused, LastAdministrator), refused


async def test_two_administrators_of_the_installation_do_not_both_go(
    company: Company, database: Database
) -> None:
    identities = company.identities
    async with database.read() as connection:
        office = await repository.get_party(connection, identities.admin.party_id)
    second = await company.add("second", Role.ADMIN, party=office)
    pair = [identities.admin, second]
    contexts = [identities.identity.context(await identities.sign_in(one)) for one in pair]
    outcomes = await asyncio.gather(
        disable_user(DisableUser(pair[1].id), contexts[0]),
        disable_user(DisableUser(pair[0].id), contexts[1]),
        return_exceptions=True,
    )
    [refused] = [one for one in outcomes if isinstance(one, BaseException)]
    assert isinstance(refused, Problem), refused
    [left] = [one for one, found in zip(pair, outcomes[::-1], strict=True) if isinstance(found, Problem)]
    with pytest.raises(LastAdministrator):
        await disable_user(DisableUser(left.id), company.by_installation())


async def test_two_administrators_who_end_each_others_sessions_at_once_do_not_block_each_other(
    company: Company, database: Database
) -> None:
    identities = company.identities
    async with database.read() as connection:
        office = await repository.get_party(connection, identities.admin.party_id)
    second = await company.add("second", Role.ADMIN, party=office)
    pair = [identities.admin, second]
    for _ in range(5):
        contexts = [identities.identity.context(await identities.sign_in(one)) for one in pair]
        ended = await asyncio.gather(
            end_sessions_of(EndSessionsOf(pair[1].id), contexts[0]),
            end_sessions_of(EndSessionsOf(pair[0].id), contexts[1]),
        )
        assert ended == [1, 1]
    kinds = {one.kind for one in await history(database, identities.platform) if one.account_id == second.id}
    assert AccountEventKind.SESSIONS_ENDED in kinds


async def _retire_others(company: Company, database: Database, pair: list[Account]) -> None:
    async with database.read() as connection:
        able = await repository.accounts_with_role(connection, company.party.id, Role.COMPANY_ADMIN)
    for user_id in able - {one.id for one in pair}:
        await disable_user(DisableUser(user_id), company.by_installation())


async def test_the_installation_does_it_for_every_company(company: Company, database: Database) -> None:
    identities = company.identities
    admin = identities.identity.context(await identities.sign_in(identities.admin))
    await disable_user(DisableUser(company.keeper.id), admin)
    await change_roles(ChangeRoles(identities.bob.id, frozenset({Role.COMPANY_ADMIN})), admin)
    reset = await make_initial_password(MakeInitialPassword(identities.bob.id), admin)
    assert reset.account.roles == {Role.COMPANY_ADMIN}
    await enable_user(EnableUser(company.keeper.id), admin)
    assert (await stored(database, company.keeper)).disabled_at is None


async def test_what_was_done_is_recorded_with_who_did_it_and_to_whom(
    company: Company, database: Database
) -> None:
    identities, keeper = company.identities, await company.by_keeper()
    begun = len(await history(database, keeper.principal))
    invited = await invite_user(invitation(company, Role.MARKETER), keeper)
    person = invited.account.id
    await identities.identity.sign_in(
        invited.account.email, invited.initial_password, address=ADDRESS, new_password=OWN_PASSWORD
    )
    await change_roles(ChangeRoles(person, frozenset({Role.SHIPPER})), keeper)
    await change_roles(ChangeRoles(person, frozenset({Role.SHIPPER})), keeper)  # changes nothing
    await disable_user(DisableUser(person), company.by_installation())
    await enable_user(EnableUser(person), keeper)
    await make_initial_password(MakeInitialPassword(person), keeper)
    with pytest.raises(NotFound):
        await disable_user(DisableUser(identities.bob.id), keeper)
    seen = (await history(database, keeper.principal))[begun:]
    marketer, shipper = frozenset({Role.MARKETER}), frozenset({Role.SHIPPER})
    kinds = AccountEventKind
    assert [
        (one.kind, one.by_account_id, one.is_by_installation, one.roles_before, one.roles_after)
        for one in seen
    ] == [
        (kinds.CREATED, company.keeper.id, False, frozenset(), marketer),
        (kinds.PASSWORD_CHANGED, person, False, marketer, marketer),
        (kinds.ROLES_CHANGED, company.keeper.id, False, marketer, shipper),
        (kinds.DISABLED, None, True, shipper, shipper),
        (kinds.ENABLED, company.keeper.id, False, shipper, shipper),
        (kinds.PASSWORD_RESET, company.keeper.id, False, shipper, shipper),
    ]
    assert {one.account_id for one in seen} == {person}
    assert {one.party_id for one in seen} == {company.party.id}
    # The other company sees nothing of it, and the trader, who is no administrator, nothing at all.
    bobs = await create_user(
        NewUser(identities.other_shipper.id, "k@b.example", "K", frozenset({Role.COMPANY_ADMIN}), PASSWORD),
        company.by_installation(),
    )
    others = await history(database, await identities.sign_in(bobs))
    assert {one.party_id for one in others} == {identities.other_shipper.id}
    assert await history(database, await identities.sign_in(company.trader)) == []


async def test_keys_and_ones_own_password_are_recorded_too(company: Company, database: Database) -> None:
    identities = company.identities
    trader = identities.identity.context(await identities.sign_in(company.trader))
    begun = len(await history(database, identities.platform))
    issued = await create_api_key(identities.new_key(company.party, Scope.READ), trader)
    successor = await rotate_api_key(RotateApiKey(issued.key.id, timedelta(days=1)), trader)
    await revoke_api_key(RevokeApiKey(successor.key.id), trader)
    await change_password(ChangePassword(PASSWORD, OWN_PASSWORD, ADDRESS), trader)
    kinds = AccountEventKind
    found = (await history(database, identities.platform))[begun:]
    assert [(one.kind, one.api_key_id, one.account_id, one.by_account_id) for one in found] == [
        (kinds.KEY_CREATED, issued.key.id, None, company.trader.id),
        (kinds.KEY_ROTATED, successor.key.id, None, company.trader.id),
        (kinds.KEY_REVOKED, successor.key.id, None, company.trader.id),
        (kinds.PASSWORD_CHANGED, None, company.trader.id, company.trader.id),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE account_event SET by_account_id = NULL",
        "UPDATE account_event SET roles_after = '{}'",
        "DELETE FROM account_event",
        "TRUNCATE account_event",
    ],
)
async def test_what_is_recorded_stays_recorded(company: Company, database: Database, statement: str) -> None:
    await disable_user(DisableUser(company.trader.id), await company.by_keeper())
    with pytest.raises(IntegrityError, match="append-only"):
        async with UnitOfWork(database) as uow:
            await uow.connection.execute(sa.text(statement))


async def test_a_change_that_cannot_be_recorded_is_not_made(
    company: Company, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise RuntimeError("no room")

    keeper = await company.by_keeper()
    monkeypatch.setattr("linepack.identity.administration.service.record", fail)
    for attempt in (
        lambda: disable_user(DisableUser(company.trader.id), keeper),
        lambda: invite_user(invitation(company), keeper),
    ):
        with pytest.raises(RuntimeError):
            await attempt()
    assert await stored(database, company.trader) == company.trader
    async with database.read() as connection:
        assert await repository.account_by_email(connection, "new@a.example") is None


async def test_an_initial_password_is_shown_once_and_kept_nowhere(
    company: Company, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    invited: Invitation = await invite_user(invitation(company), await company.by_keeper())
    assert invited.initial_password not in repr(invited)
    assert invited.initial_password not in caplog.text
    async with database.read() as connection:
        tables = ("account", "account_event")
        found = [await connection.execute(sa.text(f"SELECT t::text FROM {name} t")) for name in tables]
        rows = [row for one in found for row in one.scalars()]
    assert not any(invited.initial_password in row for row in rows)
    first, second = (
        invited.initial_password,
        (
            await make_initial_password(MakeInitialPassword(invited.account.id), await company.by_keeper())
        ).initial_password,
    )
    assert first != second
