from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from tests.integration.capacity.parties import (
    BERT,
    OPERATOR,
    OTHER_OPERATOR,
    SHIPPER,
    acting_for,
    book,
    fresh,
    release,
)
from tests.unit.capacity.contracts.samples import OTHER_NETWORK_ID, bundled

from capacity.contracts import repository
from capacity.contracts.contract import Contract
from capacity.contracts.lineage import lineage
from capacity.contracts.pricing.price import Flat
from capacity.rights.balance import Segment, balance
from capacity.rights.ledger import of_contracts
from capacity.rights.model import Firmness, Route
from linepack.access import Principal, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.database.paging import Window, newest, read_window
from linepack.gasday import Period
from linepack.ids import ContractId, new_id
from linepack.problems import NotFound

pytestmark = pytest.mark.anyio

FEBRUARY = Period(date(2027, 2, 1), date(2027, 3, 1))
ANNA = acting_for(SHIPPER)
REGULATOR = acting_for(None, Role.REGULATOR)


async def get(database: Database, principal: Principal, contract_id: ContractId) -> Contract:
    async with database.read() as connection:
        return await repository.get(connection, principal, contract_id)


async def test_a_contract_is_read_as_it_was_written(parties: Database) -> None:
    price = Flat(Decimal("0.25"))
    written = await book(
        parties, replace(fresh(), network=bundled("r", "d", 100, entry_price=price, exit_price=price))
    )

    assert await get(parties, ANNA, written.id) == written


@pytest.mark.parametrize(
    "principal",
    [
        acting_for(BERT),
        acting_for(OTHER_OPERATOR, Role.OPERATOR),
        acting_for(None),
        acting_for(OPERATOR, Role.SHIPPER),
    ],
    ids=["another shipper", "another operator", "nobody", "a shipper's role at the operator"],
)
async def test_others_see_no_contract_where_there_is_one(parties: Database, principal: Principal) -> None:
    own = await book(parties, fresh())

    with pytest.raises(NotFound) as hidden:
        await get(parties, principal, own.id)
    with pytest.raises(NotFound) as absent:
        await get(parties, principal, ContractId(new_id()))

    assert type(hidden.value) is type(absent.value)
    async with parties.read() as connection:
        assert await repository.get_many(connection, principal, [own.id]) == {}
        assert await newest(connection, repository.contracts(principal), 10) == []
        with pytest.raises(NotFound):
            await lineage(connection, principal, own.id)


@pytest.mark.parametrize(
    "principal",
    [
        acting_for(OPERATOR, Role.OPERATOR),
        REGULATOR,
        acting_for(OTHER_OPERATOR, Role.BILLING),
        acting_for(None, Role.ADMIN),
    ],
)
async def test_operator_regulator_billing_and_administrator_see_it(
    parties: Database, principal: Principal
) -> None:
    own = await book(parties, fresh())

    assert await get(parties, principal, own.id) == own


async def test_contracts_page_from_the_newest_by_key(parties: Database) -> None:
    booked = [await book(parties, fresh()) for _ in range(5)]
    newest_first = [one.id for one in reversed(booked)]

    async with parties.read() as connection:
        first = await read_window(connection, repository.contracts(ANNA, holder_id=SHIPPER), Window(2))
        second = await read_window(connection, repository.contracts(ANNA), Window(2, after=first.keys[-1]))
        third = await read_window(connection, repository.contracts(ANNA), Window(2, after=second.keys[-1]))

    assert [one.id for page in (first, second, third) for one in page.values] == newest_first
    assert [page.has_more for page in (first, second, third)] == [True, True, False]


async def test_contracts_are_narrowed_by_network_holder_and_days(parties: Database) -> None:
    here = await book(parties, fresh())
    there = await book(parties, replace(fresh(), network_id=OTHER_NETWORK_ID))
    late = await book(parties, replace(fresh(), period=Period(date(2028, 1, 1), date(2029, 1, 1))))

    async with parties.read() as connection:
        by_network = await newest(connection, repository.contracts(ANNA, network_id=there.network_id), 9)
        by_days = await newest(connection, repository.contracts(ANNA, period=FEBRUARY), 9)
        by_holder = await newest(connection, repository.contracts(REGULATOR, holder_id=BERT), 9)
        last_day = Period(date(2027, 12, 31), date(2028, 1, 1))
        on_last_day = await newest(connection, repository.contracts(ANNA, period=last_day), 9)

    assert [one.id for one in by_network] == [there.id]
    assert {one.id for one in by_days} == {here.id, there.id} == {one.id for one in on_last_day}
    assert late.id not in {one.id for one in by_days}
    assert by_holder == []


async def test_balances_show_what_is_left(parties: Database) -> None:
    parent = await book(parties, fresh())
    child = await release(parties, parent, BERT, 15, FEBRUARY)
    key = (Route("r", "d"), Firmness.FIRM)

    async with parties.read() as connection:
        moved = await of_contracts(connection, [parent.id, child.id])

    assert balance(moved[parent.id])[key] == (
        Segment(Period(date(2027, 1, 1), FEBRUARY.start), 100),
        Segment(FEBRUARY, 85),
        Segment(Period(FEBRUARY.end, date(2028, 1, 1)), 100),
    )
    assert balance(moved[child.id])[key] == (Segment(FEBRUARY, 15),)


async def test_commands_find_the_contract_behind_an_offer_and_its_children(parties: Database) -> None:
    parent = await book(parties, fresh())
    child = await release(parties, parent, BERT, 15, FEBRUARY)

    async with parties.read() as connection:
        assert await repository.behind(connection, parent.id) == parent
        assert await repository.children(connection, parent.id) == [child]
        march = Period(FEBRUARY.end, date(2027, 4, 1))
        assert await repository.children(connection, parent.id, running=march) == []
        with pytest.raises(NotFound):
            await repository.behind(connection, ContractId(new_id()))


@pytest.mark.parametrize(
    "statement",
    ["UPDATE contract SET quantity = 1", "DELETE FROM contract", "TRUNCATE contract CASCADE"],
)
async def test_the_database_refuses_to_change_a_contract(parties: Database, statement: str) -> None:
    await book(parties, fresh())

    with pytest.raises(DBAPIError, match="contract is append-only"):
        async with UnitOfWork(parties) as uow:
            await uow.connection.execute(sa.text(statement))
