from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import anyio
import pytest
import sqlalchemy as sa
from tests.identities import Cast
from time_machine import travel

from linepack.access import PartyKind, Principal, Role, Scope
from linepack.database.connections import Database
from linepack.identity import repository
from linepack.identity.commands import NewParty, RevokeApiKey, RotateApiKey
from linepack.identity.errors import NameTaken, Unauthenticated
from linepack.identity.model import ApiKey
from linepack.identity.service import IssuedKey, create_api_key, create_party, revoke_api_key, rotate_api_key
from linepack.identity.tables import ApiKeyRow
from linepack.ids import ApiKeyId
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound

pytestmark = pytest.mark.anyio


async def reason(cast: Cast, text: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await cast.identity.authenticate(text)
    return refused.value.reason


async def keys_of(
    cast: Cast, principal: Principal, *, after: tuple[datetime, ApiKeyId] | None = None, limit: int
) -> list[ApiKey]:
    async with cast.identity.context(principal).database.read() as connection:
        return await repository.list_keys(connection, principal.require_party(), after=after, limit=limit)


async def test_a_key_acts_for_the_party_of_the_person_who_made_it_with_its_scopes_only(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(
        cast.new_key(cast.shipper, Scope.READ, Scope.BOOK), cast.identity.context(alice)
    )
    principal = await cast.identity.authenticate(issued.text)
    assert principal == Principal(
        subject=f"key:{issued.key.prefix}",
        party_id=cast.shipper.id,
        roles=frozenset({Role.SHIPPER}),
        scopes=frozenset({Scope.READ, Scope.BOOK}),
        expires_at=issued.key.expires_at,
        api_key_id=issued.key.id,
    )


async def test_the_secret_is_nowhere_in_the_database(cast: Cast, database: Database) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    secret = issued.text.split("_", 2)[2]
    async with database.read() as connection:
        row = (await connection.execute(sa.select(ApiKeyRow.core()))).one()
    assert secret not in repr(tuple(row))
    assert secret not in repr(issued)


async def test_a_right_prefix_with_a_wrong_secret_is_refused_like_no_key_at_all(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    last = "A" if issued.text[-2] != "A" else "B"
    assert await reason(cast, issued.text[:-2] + last + issued.text[-1]) == "no such key"
    assert await reason(cast, "lp_aaaaaaaaaaaa_" + "b" * 43) == "no such key"


async def test_a_revoked_key_is_refused_at_once(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    await cast.identity.authenticate(issued.text)
    revoked = await revoke_api_key(RevokeApiKey(issued.key.id), cast.identity.context(alice))
    assert revoked.revoked_at is not None
    assert await reason(cast, issued.text) == "key revoked"
    with pytest.raises(Conflict):
        await revoke_api_key(RevokeApiKey(issued.key.id), cast.identity.context(alice))
    with pytest.raises(Conflict):
        await rotate_api_key(RotateApiKey(issued.key.id, overlap=timedelta(0)), cast.identity.context(alice))


async def test_an_expired_key_is_refused(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    with travel(issued.key.expires_at + timedelta(seconds=1)):
        assert await reason(cast, issued.text) == "key expired"


async def test_a_rotated_key_and_its_successor_are_both_good_until_the_overlap_ends(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    old = await create_api_key(
        cast.new_key(cast.shipper, Scope.READ, Scope.TRADE), cast.identity.context(alice)
    )
    new = await rotate_api_key(
        RotateApiKey(old.key.id, overlap=timedelta(days=2)), cast.identity.context(alice)
    )
    assert new.key.rotated_from == old.key.id
    assert (new.key.scopes, new.key.roles, new.key.name) == (old.key.scopes, old.key.roles, old.key.name)
    term = timedelta(days=30)
    assert abs(new.key.expires_at - new.key.created_at - term) < timedelta(seconds=10)
    for text in (old.text, new.text):
        assert (await cast.identity.authenticate(text)).party_id == cast.shipper.id
    with travel(datetime.now(UTC) + timedelta(days=2, minutes=1), tick=True):
        cast.identity.forget_authentications()
        assert await reason(cast, old.text) == "key expired"
        await cast.identity.authenticate(new.text)


async def test_rotating_without_overlap_ends_the_old_key_at_once(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    old = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    await rotate_api_key(RotateApiKey(old.key.id, overlap=timedelta(0)), cast.identity.context(alice))
    assert await reason(cast, old.text) == "key expired"


async def test_rotating_never_lengthens_the_old_keys_life(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    short = replace(cast.new_key(cast.shipper), expires_at=datetime.now(UTC) + timedelta(hours=1))
    old = await create_api_key(short, cast.identity.context(alice))
    await rotate_api_key(RotateApiKey(old.key.id, overlap=timedelta(days=30)), cast.identity.context(alice))
    keys = await keys_of(cast, alice, limit=10)
    assert next(key for key in keys if key.id == old.key.id).expires_at == short.expires_at


async def test_a_party_keeps_several_keys_and_pages_through_them(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    made = [
        (await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))).key.id
        for _ in range(5)
    ]
    first = await keys_of(cast, alice, limit=3)
    rest = await keys_of(cast, alice, after=(first[-1].created_at, first[-1].id), limit=3)
    assert [key.id for key in first + rest] == made


async def test_another_partys_keys_are_not_found(cast: Cast) -> None:
    alice, bob = await cast.sign_in(cast.alice), await cast.sign_in(cast.bob)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    assert await keys_of(cast, bob, limit=10) == []
    nobodys = ApiKeyId(UUID(int=3))
    for key_id in (issued.key.id, nobodys):
        with pytest.raises(NotFound) as revoking:
            await revoke_api_key(RevokeApiKey(key_id), cast.identity.context(bob))
        with pytest.raises(NotFound):
            await rotate_api_key(RotateApiKey(key_id, overlap=timedelta(0)), cast.identity.context(bob))
        assert revoking.value.message == f"no key {key_id}"
    with pytest.raises(NotFound):
        await create_api_key(cast.new_key(cast.shipper), cast.identity.context(bob))
    await cast.identity.authenticate(issued.text)


async def test_a_key_has_no_more_rights_than_the_person_who_makes_it(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    with pytest.raises(InvalidInput, match="a party of kind SHIPPER has no OPERATOR"):
        await create_api_key(cast.new_key(cast.shipper, role=Role.OPERATOR), cast.identity.context(alice))
    with pytest.raises(Forbidden, match="more rights"):
        await create_api_key(cast.new_key(cast.shipper, role=Role.MARKETER), cast.identity.context(alice))


async def test_a_key_makes_no_keys_and_ends_none(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    machine = await cast.identity.authenticate(issued.text)
    with pytest.raises(Forbidden):
        await create_api_key(cast.new_key(cast.shipper), cast.identity.context(machine))
    with pytest.raises(Forbidden):
        await rotate_api_key(
            RotateApiKey(issued.key.id, overlap=timedelta(0)), cast.identity.context(machine)
        )
    with pytest.raises(Forbidden):
        await revoke_api_key(RevokeApiKey(issued.key.id), cast.identity.context(machine))


async def test_an_administrator_keeps_the_keys_of_every_party(cast: Cast) -> None:
    admin = await cast.sign_in(cast.admin)
    issued = await create_api_key(cast.new_key(cast.shipper, Scope.BOOK), cast.identity.context(admin))
    assert (await cast.identity.authenticate(issued.text)).party_id == cast.shipper.id
    await revoke_api_key(RevokeApiKey(issued.key.id), cast.identity.context(admin))


async def test_the_number_of_valid_keys_is_bounded_even_when_made_at_once(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.identity.service.API_KEYS_PER_PARTY_MAX", 4)
    alice = await cast.sign_in(cast.alice)
    made: list[IssuedKey] = []
    refusals: list[str] = []

    async def make() -> None:
        try:
            made.append(await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice)))
        except InvalidInput as refused:
            refusals.append(refused.message)

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(make)
    assert len(made) == 4
    assert set(refusals) == {"1 fault: partyId: a party has at most 4 valid keys"}
    await revoke_api_key(RevokeApiKey(made[0].key.id), cast.identity.context(alice))
    await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))


async def test_the_use_of_a_key_is_noted_but_not_at_every_use(cast: Cast) -> None:
    alice = await cast.sign_in(cast.alice)
    issued = await create_api_key(cast.new_key(cast.shipper), cast.identity.context(alice))
    seen = []
    for _ in range(2):
        cast.identity.forget_authentications()
        await cast.identity.authenticate(issued.text)
        seen.append((await keys_of(cast, alice, limit=1))[0].last_used_at)
    assert seen[0] is not None
    assert seen[0] == seen[1]


async def test_a_partys_code_is_taken_once(cast: Cast) -> None:
    with pytest.raises(NameTaken, match="already a party SHIP-A"):
        await create_party(
            NewParty("SHIP-A", "Again", PartyKind.SHIPPER), cast.identity.context(cast.platform)
        )
    with pytest.raises(Forbidden):
        await create_party(
            NewParty("SHIP-C", "C", PartyKind.SHIPPER), cast.identity.context(await cast.sign_in(cast.alice))
        )
