"""Who is shown which contracts of a lineage: its own, and those on whose holders it depends."""

from datetime import date

import pytest
from tests.integration.capacity.parties import (
    BERT,
    CARLA,
    OPERATOR,
    SHIPPER,
    acting_for,
    book,
    fresh,
    release,
)

from capacity.contracts.contract import Contract
from capacity.contracts.lineage import lineage
from capacity.rights.model import MovementCause
from linepack.access import Principal, Role
from linepack.database.connections import Database
from linepack.gasday import Period
from linepack.ids import ContractId
from linepack.problems import NotFound

pytestmark = pytest.mark.anyio

FEBRUARY = Period(date(2027, 2, 1), date(2027, 3, 1))
ANNA, BY_BERT, BY_CARLA = acting_for(SHIPPER), acting_for(BERT), acting_for(CARLA)
REGULATOR = acting_for(None, Role.REGULATOR)
ASSIGNED, LENT, RELEASED = (
    MovementCause.ASSIGNMENT,
    MovementCause.TRANSFER_OF_USE,
    MovementCause.RELEASE,
)


async def shown(database: Database, principal: Principal, of: Contract) -> list[tuple[ContractId, bool]]:
    """Return the contracts shown of a lineage, each with whether all of it is."""
    async with database.read() as connection:
        members = await lineage(connection, principal, of.id)
    return [(one.contract.id, one.is_visible) for one in members]


async def test_a_seller_is_shown_what_it_passed_on_and_not_what_others_made_of_it(parties: Database) -> None:
    root = await book(parties, fresh())
    sold = await release(parties, root, BERT, 50, FEBRUARY, cause=ASSIGNED)
    lent = await release(parties, root, CARLA, 10, FEBRUARY, cause=LENT)
    sold_on = await release(parties, sold, CARLA, 20, FEBRUARY, cause=ASSIGNED)

    assert await shown(parties, ANNA, root) == [(root.id, True), (sold.id, False), (lent.id, False)]
    assert await shown(parties, BY_BERT, sold) == [(sold.id, True), (sold_on.id, False)]
    assert await shown(parties, BY_CARLA, sold_on) == [(sold_on.id, True)]
    for principal in (REGULATOR, acting_for(OPERATOR, Role.OPERATOR)):
        assert await shown(parties, principal, root) == [
            (one.id, True) for one in (root, sold, lent, sold_on)
        ]
    assert await shown(parties, REGULATOR, sold) == [(one.id, True) for one in (root, sold, sold_on)]


async def test_a_releasing_shipper_is_shown_who_owes_its_credit_now(parties: Database) -> None:
    """Demand money passes with an assignment; what is lent or released on, its seller still owes."""
    root = await book(parties, fresh())
    released = await release(parties, root, BERT, 50, FEBRUARY, cause=RELEASED)
    assigned = await release(parties, released, CARLA, 20, FEBRUARY, cause=ASSIGNED)
    assigned_again = await release(parties, assigned, BERT, 5, FEBRUARY, cause=ASSIGNED)
    await release(parties, released, CARLA, 10, FEBRUARY, cause=LENT)
    await release(parties, assigned, BERT, 3, FEBRUARY, cause=RELEASED)

    owing = [(one.id, False) for one in (released, assigned, assigned_again)]
    assert await shown(parties, ANNA, root) == [(root.id, True), *owing]


async def test_who_buys_back_is_shown_its_own_and_what_lies_between(parties: Database) -> None:
    root = await book(parties, fresh())
    sold = await release(parties, root, BERT, 50, FEBRUARY, cause=ASSIGNED)
    back = await release(parties, sold, SHIPPER, 20, FEBRUARY, cause=ASSIGNED)
    sold_again = await release(parties, back, CARLA, 5, FEBRUARY, cause=ASSIGNED)
    elsewhere = await release(parties, root, CARLA, 5, FEBRUARY, cause=ASSIGNED)

    between = [(root.id, True), (sold.id, False), (back.id, True), (sold_again.id, False)]
    assert await shown(parties, ANNA, back) == between
    assert await shown(parties, ANNA, root) == [*between, (elsewhere.id, False)]
    assert await shown(parties, BY_BERT, sold) == [(sold.id, True), (back.id, False)]


async def test_a_parent_is_named_only_where_it_is_shown(parties: Database) -> None:
    root = await book(parties, fresh())
    sold = await release(parties, root, BERT, 50, FEBRUARY, cause=ASSIGNED)
    async with parties.read() as connection:
        annas = await lineage(connection, ANNA, root.id)
        berts = await lineage(connection, BY_BERT, sold.id)
        with pytest.raises(NotFound):
            await lineage(connection, ANNA, sold.id)
    assert [one.parent for one in annas] == [None, root]
    assert [one.parent for one in berts] == [None]
