from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import anyio
import pytest
import sqlalchemy as sa
from tests.identities import Identities
from time_machine import travel

from linepack.access import PartyKind, Principal, Role, Scope
from linepack.database.connections import Database
from linepack.database.paging import Direction, Key, Window, read_window
from linepack.identity import repository
from linepack.identity.commands import NewParty, RevokeApiKey, RotateApiKey
from linepack.identity.errors import NameTaken, Unauthenticated
from linepack.identity.model import ApiKey
from linepack.identity.service import IssuedKey, create_api_key, create_party, revoke_api_key, rotate_api_key
from linepack.identity.tables import ApiKeyRow
from linepack.ids import ApiKeyId
from linepack.problems import Conflict, Forbidden, InvalidInput, NotFound

pytestmark = pytest.mark.anyio


async def reason(identities: Identities, text: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await identities.identity.authenticate(text)
    return refused.value.reason


async def keys_of(
    identities: Identities,
    principal: Principal,
    *,
    after: ApiKey | None = None,
    limit: int,
) -> list[ApiKey]:
    key = None if after is None else Key(after.created_at, after.id)
    window = Window(limit, by="created_at", direction=Direction.ASCENDING, after=key)
    async with identities.identity.context(principal).database.read() as connection:
        found = await read_window(connection, repository.keys_of(principal.require_party()), window)
    return list(found.values)


async def test_a_key_acts_for_the_party_of_the_person_who_made_it_with_its_scopes_only(
    identities: Identities,
) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(
        identities.new_key(identities.shipper, Scope.READ, Scope.BOOK), identities.identity.context(alice)
    )
    principal = await identities.identity.authenticate(issued.text)
    assert principal == Principal(
        subject=f"key:{issued.key.prefix}",
        party_id=identities.shipper.id,
        roles=frozenset({Role.SHIPPER}),
        scopes=frozenset({Scope.READ, Scope.BOOK}),
        expires_at=issued.key.expires_at,
        api_key_id=issued.key.id,
    )


async def test_the_secret_is_nowhere_in_the_database(identities: Identities, database: Database) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    secret = issued.text.split("_", 2)[2]
    async with database.read() as connection:
        row = (await connection.execute(sa.select(ApiKeyRow.core()))).one()
    assert secret not in repr(tuple(row))
    assert secret not in repr(issued)


async def test_a_right_prefix_with_a_wrong_secret_is_refused_like_no_key_at_all(
    identities: Identities,
) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    last = "A" if issued.text[-2] != "A" else "B"
    assert await reason(identities, issued.text[:-2] + last + issued.text[-1]) == "no such key"
    assert await reason(identities, "lp_aaaaaaaaaaaa_" + "b" * 43) == "no such key"


async def test_a_revoked_key_is_refused_at_once(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    await identities.identity.authenticate(issued.text)
    revoked = await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(alice))
    assert revoked.revoked_at is not None
    assert await reason(identities, issued.text) == "key revoked"
    with pytest.raises(Conflict):
        await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(alice))
    with pytest.raises(Conflict):
        await rotate_api_key(
            RotateApiKey(issued.key.id, overlap=timedelta(0)), identities.identity.context(alice)
        )


async def test_an_expired_key_is_refused(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    with travel(issued.key.expires_at + timedelta(seconds=1)):
        assert await reason(identities, issued.text) == "key expired"


async def test_a_rotated_key_and_its_successor_are_both_good_until_the_overlap_ends(
    identities: Identities,
) -> None:
    alice = await identities.sign_in(identities.alice)
    old = await create_api_key(
        identities.new_key(identities.shipper, Scope.READ, Scope.TRADE), identities.identity.context(alice)
    )
    new = await rotate_api_key(
        RotateApiKey(old.key.id, overlap=timedelta(days=2)), identities.identity.context(alice)
    )
    assert new.key.rotated_from == old.key.id
    assert (new.key.scopes, new.key.roles, new.key.name) == (old.key.scopes, old.key.roles, old.key.name)
    term = timedelta(days=30)
    assert abs(new.key.expires_at - new.key.created_at - term) < timedelta(seconds=10)
    for text in (old.text, new.text):
        assert (await identities.identity.authenticate(text)).party_id == identities.shipper.id
    with travel(datetime.now(UTC) + timedelta(days=2, minutes=1), tick=True):
        await identities.identity.endings.announce(old.key.id)
        assert await reason(identities, old.text) == "key expired"
        await identities.identity.authenticate(new.text)


async def test_rotating_without_overlap_ends_the_old_key_at_once(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    old = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    await rotate_api_key(RotateApiKey(old.key.id, overlap=timedelta(0)), identities.identity.context(alice))
    assert await reason(identities, old.text) == "key expired"


async def test_rotating_never_lengthens_the_old_keys_life(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    short = replace(identities.new_key(identities.shipper), expires_at=datetime.now(UTC) + timedelta(hours=1))
    old = await create_api_key(short, identities.identity.context(alice))
    await rotate_api_key(
        RotateApiKey(old.key.id, overlap=timedelta(days=30)), identities.identity.context(alice)
    )
    keys = await keys_of(identities, alice, limit=10)
    assert next(key for key in keys if key.id == old.key.id).expires_at == short.expires_at


async def test_a_party_keeps_several_keys_and_pages_through_them(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    made = [
        (
            await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
        ).key.id
        for _ in range(5)
    ]
    first = await keys_of(identities, alice, limit=3)
    rest = await keys_of(identities, alice, after=first[-1], limit=3)
    assert [key.id for key in first + rest] == made


async def test_another_partys_keys_are_not_found(identities: Identities) -> None:
    alice, bob = await identities.sign_in(identities.alice), await identities.sign_in(identities.bob)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    assert await keys_of(identities, bob, limit=10) == []
    nobodys = ApiKeyId(UUID(int=3))
    for key_id in (issued.key.id, nobodys):
        with pytest.raises(NotFound) as revoking:
            await revoke_api_key(RevokeApiKey(key_id), identities.identity.context(bob))
        with pytest.raises(NotFound):
            await rotate_api_key(RotateApiKey(key_id, overlap=timedelta(0)), identities.identity.context(bob))
        assert revoking.value.message == f"no key {key_id}"
    with pytest.raises(NotFound):
        await create_api_key(identities.new_key(identities.shipper), identities.identity.context(bob))
    await identities.identity.authenticate(issued.text)


async def test_a_key_has_no_more_rights_than_the_person_who_makes_it(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    with pytest.raises(InvalidInput, match="a party of kind SHIPPER has no OPERATOR"):
        await create_api_key(
            identities.new_key(identities.shipper, role=Role.OPERATOR), identities.identity.context(alice)
        )
    with pytest.raises(Forbidden, match="more rights"):
        await create_api_key(
            identities.new_key(identities.shipper, role=Role.MARKETER), identities.identity.context(alice)
        )


async def test_a_key_makes_no_keys_and_ends_none(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    machine = await identities.identity.authenticate(issued.text)
    with pytest.raises(Forbidden):
        await create_api_key(identities.new_key(identities.shipper), identities.identity.context(machine))
    with pytest.raises(Forbidden):
        await rotate_api_key(
            RotateApiKey(issued.key.id, overlap=timedelta(0)), identities.identity.context(machine)
        )
    with pytest.raises(Forbidden):
        await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(machine))


async def test_an_administrator_keeps_the_keys_of_every_party(identities: Identities) -> None:
    admin = await identities.sign_in(identities.admin)
    issued = await create_api_key(
        identities.new_key(identities.shipper, Scope.BOOK), identities.identity.context(admin)
    )
    assert (await identities.identity.authenticate(issued.text)).party_id == identities.shipper.id
    await revoke_api_key(RevokeApiKey(issued.key.id), identities.identity.context(admin))


async def test_the_number_of_valid_keys_is_bounded_even_when_made_at_once(
    identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.identity.service.API_KEYS_PER_PARTY_MAX", 4)
    alice = await identities.sign_in(identities.alice)
    made: list[IssuedKey] = []
    refusals: list[str] = []

    async def make() -> None:
        try:
            made.append(
                await create_api_key(
                    identities.new_key(identities.shipper), identities.identity.context(alice)
                )
            )
        except InvalidInput as refused:
            refusals.append(refused.message)

    async with anyio.create_task_group() as group:
        for _ in range(12):
            group.start_soon(make)
    assert len(made) == 4
    assert set(refusals) == {"1 fault: partyId: a party has at most 4 valid keys"}
    await revoke_api_key(RevokeApiKey(made[0].key.id), identities.identity.context(alice))
    await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))


async def test_keys_that_overlap_count_among_the_valid_ones(
    identities: Identities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linepack.identity.service.API_KEYS_PER_PARTY_MAX", 2)
    alice = identities.identity.context(await identities.sign_in(identities.alice))
    first = await create_api_key(identities.new_key(identities.shipper), alice)
    second = await rotate_api_key(RotateApiKey(first.key.id, overlap=timedelta(days=1)), alice)
    with pytest.raises(InvalidInput, match="overlapDays: a party has at most 2 valid keys"):
        await rotate_api_key(RotateApiKey(second.key.id, overlap=timedelta(days=1)), alice)
    await rotate_api_key(RotateApiKey(second.key.id, overlap=timedelta(0)), alice)
    assert await reason(identities, second.text) == "key expired"


async def test_the_use_of_a_key_is_noted_but_not_at_every_use(identities: Identities) -> None:
    alice = await identities.sign_in(identities.alice)
    issued = await create_api_key(identities.new_key(identities.shipper), identities.identity.context(alice))
    seen = []
    for _ in range(2):
        await identities.identity.endings.announce(issued.key.id)
        await identities.identity.authenticate(issued.text)
        seen.append((await keys_of(identities, alice, limit=1))[0].last_used_at)
    assert seen[0] is not None
    assert seen[0] == seen[1]


async def test_a_partys_code_is_taken_once(identities: Identities) -> None:
    with pytest.raises(NameTaken, match="already a party SHIP-A"):
        await create_party(
            NewParty("SHIP-A", "Again", PartyKind.SHIPPER), identities.identity.context(identities.platform)
        )
    with pytest.raises(Forbidden):
        await create_party(
            NewParty("SHIP-C", "C", PartyKind.SHIPPER),
            identities.identity.context(await identities.sign_in(identities.alice)),
        )
