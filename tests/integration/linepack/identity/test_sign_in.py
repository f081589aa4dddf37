from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from tests.identities import ADDRESS, PASSWORD, TOKENS, Identities
from tests.unit.linepack.identity.test_oidc import ISSUER, RSA, Publisher, jwk, token
from time_machine import travel

from linepack.access import Role, Scope
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity import repository
from linepack.identity.administration.service import disable_user
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import ChangePassword, DisableUser, NewUser, ResetPassword
from linepack.identity.errors import InvalidCredentials, NameTaken, Unauthenticated
from linepack.identity.model import OidcSubject
from linepack.identity.oidc import OidcTokens, Provider, ProviderKeys
from linepack.identity.service import change_password, create_user, reset_password
from linepack.ids import PartyId, SessionId, UserId
from linepack.problems import Forbidden, InvalidInput, NotFound

pytestmark = pytest.mark.anyio


async def test_signing_in_gives_a_token_that_authenticates_as_the_same_principal(
    identities: Identities,
) -> None:
    session = await identities.identity.sign_in(" Alice@A.example ", PASSWORD, address=ADDRESS)
    principal = await identities.identity.authenticate(session.token)
    assert principal == session.principal
    assert principal.user_id == identities.alice.id
    assert principal.party_id == identities.shipper.id
    assert principal.scopes == {Scope.READ, Scope.BOOK, Scope.TRADE, Scope.SETTLE}


async def test_a_wrong_password_and_an_unknown_account_read_the_same(identities: Identities) -> None:
    with pytest.raises(InvalidCredentials) as wrong:
        await identities.identity.sign_in(identities.alice.email, "wrong horse battery", address=ADDRESS)
    with pytest.raises(InvalidCredentials) as unknown:
        await identities.identity.sign_in("nobody@a.example", PASSWORD, address=ADDRESS)
    assert wrong.value.message == unknown.value.message


async def test_a_disabled_account_can_neither_sign_in_nor_go_on(identities: Identities) -> None:
    session = await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await disable_user(DisableUser(identities.alice.id), identities.identity.context(identities.platform))
    with pytest.raises(InvalidCredentials):
        await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    with pytest.raises(Unauthenticated) as refused:
        await identities.identity.authenticate(session.token)
    assert refused.value.reason == "account disabled"


async def test_another_process_stops_trusting_a_disabled_account_after_seconds(
    identities: Identities, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await identities.identity.authenticate(session.token)
    async with UnitOfWork(database) as uow:
        await repository.update_account(
            uow.connection, replace(identities.alice, disabled_at=datetime.now(UTC))
        )
    await identities.identity.authenticate(session.token)
    monkeypatch.setattr("linepack.identity.sessions.endings.AUTHENTICATION_FRESH_S", 0)
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(session.token)


async def test_a_token_just_checked_is_still_refused_once_it_has_expired(identities: Identities) -> None:
    session = await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await identities.identity.authenticate(session.token)
    with (
        travel(session.principal.expires_at + timedelta(seconds=31), tick=True),
        pytest.raises(Unauthenticated),
    ):
        await identities.identity.authenticate(session.token)


async def test_a_changed_password_voids_the_tokens_issued_before(identities: Identities) -> None:
    before = await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await change_password(
        ChangePassword(current=PASSWORD, new="another horse battery", address=ADDRESS),
        identities.identity.context(before.principal),
    )
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(before.token)
    after = await identities.identity.sign_in(
        identities.alice.email, "another horse battery", address=ADDRESS
    )
    assert await identities.identity.authenticate(after.token) == after.principal


async def test_a_password_is_changed_by_one_who_knows_it_only(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    with pytest.raises(InvalidCredentials):
        await change_password(
            ChangePassword(current="wrong horse battery", new="another horse battery", address=ADDRESS),
            identities.identity.context(alice),
        )
    with pytest.raises(InvalidInput):
        await change_password(
            ChangePassword(current=PASSWORD, new="short", address=ADDRESS), identities.identity.context(alice)
        )
    await identities.sign_in(identities.alice)


async def test_an_administrator_resets_a_password_and_others_do_not(identities: Identities) -> None:
    admin, bob = await identities.sign_in(identities.admin), await identities.sign_in(identities.bob)
    with pytest.raises(Forbidden):
        await reset_password(
            ResetPassword(identities.alice.id, new="another horse battery"), identities.identity.context(bob)
        )
    await reset_password(
        ResetPassword(identities.alice.id, new="another horse battery"), identities.identity.context(admin)
    )
    await identities.identity.sign_in(identities.alice.email, "another horse battery", address=ADDRESS)
    with pytest.raises(NotFound):
        await reset_password(
            ResetPassword(UserId(UUID(int=1)), new="another horse battery"),
            identities.identity.context(admin),
        )


async def test_signing_in_rightly_is_not_counted(identities: Identities) -> None:
    for _ in range(60):
        await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)


async def test_an_outdated_hash_is_replaced_at_sign_in(
    identities: Identities, database: Database, identity: Authenticator
) -> None:
    weak = "$argon2id$v=19$m=16,t=1,p=1$"
    async with UnitOfWork(database) as uow:
        old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
        await repository.set_password(uow.connection, identities.alice.id, old, changed_at=None)
    session = await identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    async with database.read() as connection:
        stored = await repository.account_by_id(connection, identities.alice.id)
    assert stored is not None
    assert stored.password_hash is not None
    assert not stored.password_hash.startswith(weak)
    assert await identity.authenticate(session.token) == session.principal


async def test_an_outdated_hash_is_not_made_anew_in_the_place_of_another_password(
    identities: Identities, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = identities.identity.passwords
    async with UnitOfWork(database) as uow:
        old = PasswordHasher(time_cost=1, memory_cost=16, parallelism=1).hash(PASSWORD)
        await repository.set_password(uow.connection, identities.alice.id, old, changed_at=None)
    hash_, another = passwords.hash, "another horse battery"

    async def reset_meanwhile(password: str) -> str:
        monkeypatch.setattr(passwords, "hash", hash_)
        platform = identities.identity.context(identities.platform)
        await reset_password(ResetPassword(identities.alice.id, new=another), platform)
        return await hash_(password)

    monkeypatch.setattr(passwords, "hash", reset_meanwhile)
    with pytest.raises(InvalidCredentials):
        await identities.identity.sign_in(identities.alice.email, PASSWORD, address=ADDRESS)
    await identities.identity.sign_in(identities.alice.email, another, address=ADDRESS)


@pytest.mark.parametrize("bearer", ["", "x", "lp_", "lp_aaaaaaaaaaaa_" + "b" * 43, "é", "\ud800", "a.b.c"])
async def test_what_is_no_credential_is_refused(identities: Identities, bearer: str) -> None:
    with pytest.raises(Unauthenticated):
        await identities.identity.authenticate(bearer)


async def test_a_token_of_an_account_that_never_was_is_refused(identities: Identities) -> None:
    now = datetime.now(UTC)
    nobody, nowhere = UserId(UUID(int=5)), SessionId(UUID(int=6))
    text = TOKENS.issue(nobody, nowhere, now=now, expires_at=now + timedelta(minutes=1))
    with pytest.raises(Unauthenticated) as refused:
        await identities.identity.authenticate(text)
    assert refused.value.reason == "no such account"


async def test_a_token_of_the_provider_acts_as_the_account_it_is_linked_to(
    identities: Identities, identity: Authenticator
) -> None:
    provider = Provider(ISSUER, "linepack", f"{ISSUER}/keys")
    identity._oidc_tokens = OidcTokens(provider, ProviderKeys(provider, Publisher(jwk(RSA, "1"))))
    with pytest.raises(Unauthenticated) as refused:
        await identity.authenticate(token())
    assert refused.value.reason == "no such account"

    linked = NewUser(
        identities.shipper.id,
        "carol@a.example",
        "Carol",
        frozenset({Role.MARKETER}),
        foreign=OidcSubject(ISSUER, "alice"),
    )
    carol = await create_user(linked, identity.context(identities.platform))
    principal = await identity.authenticate(token())
    assert principal.user_id == carol.id
    assert principal.party_id == identities.shipper.id
    assert principal.roles == {Role.MARKETER}
    with pytest.raises(InvalidCredentials):
        await identity.sign_in("carol@a.example", "", address=ADDRESS)
    with pytest.raises(NameTaken):
        await create_user(linked, identity.context(identities.platform))


async def test_claims_of_roles_in_a_providers_token_change_nothing(
    identities: Identities, identity: Authenticator
) -> None:
    provider = Provider(ISSUER, "linepack", f"{ISSUER}/keys")
    identity._oidc_tokens = OidcTokens(provider, ProviderKeys(provider, Publisher(jwk(RSA, "1"))))
    foreign = OidcSubject(ISSUER, "alice")
    command = NewUser(
        identities.shipper.id, "carol@a.example", "Carol", frozenset({Role.MARKETER}), foreign=foreign
    )
    await create_user(command, identity.context(identities.platform))
    principal = await identity.authenticate(token(roles=["ADMIN"], scope="ADMINISTER", email="admin@x"))
    assert principal.roles == {Role.MARKETER}


async def test_only_an_administrator_adds_people(identities: Identities) -> None:
    command = NewUser(identities.shipper.id, "dan@a.example", "Dan", frozenset({Role.SHIPPER}), PASSWORD)
    with pytest.raises(Forbidden):
        await create_user(command, identities.identity.context(await identities.sign_in(identities.alice)))
    assert (
        await create_user(command, identities.identity.context(await identities.sign_in(identities.admin)))
    ).name == "Dan"


async def test_an_email_is_taken_whatever_its_case_and_a_party_must_exist(identities: Identities) -> None:
    taken = NewUser(identities.shipper.id, "ALICE@a.example", "Alice", frozenset({Role.SHIPPER}), PASSWORD)
    with pytest.raises(NameTaken):
        await create_user(taken, identities.identity.context(identities.platform))
    nowhere = NewUser(PartyId(UUID(int=9)), "e@a.example", "E", frozenset({Role.SHIPPER}), PASSWORD)
    with pytest.raises(NotFound):
        await create_user(nowhere, identities.identity.context(identities.platform))
