"""What parties owe by gas month and charge code, and what a contract's holder owes and is owed under it."""

from collections import defaultdict
from decimal import Decimal
from typing import Any

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    CARLA,
    OPERATING,
    REGULATING,
    WINTER,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness

from linepack.access import Principal
from schema.api import build_schema

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT, BY_CARLA = acting_for(ANNA), acting_for(BERT), acting_for(CARLA)
BALANCES = """query ($party: ID, $period: PeriodInput) { partyBalances(party: $party, period: $period) {
  cursor balances { party { id code } gasMonth code amount { amount currency } } } }"""
EXPOSURE = """{ contracts(own: true) { edges { node { id
  exposure { owes { amount } isOwed { amount } net { amount } } } } } }"""


async def trade(harness: SchemaHarness, *, price: str = "0.3") -> str:
    """Let Anna book 10 units for the winter, and Bert take the use of 4 for November; return her contract."""
    contract = await harness.market_fixture.book(quantity=10)
    contract_id = str(GlobalID("Contract", str(contract.id)))
    posted = await harness.act(
        BY_ANNA,
        "postListing",
        "... on PostListingPayload { listing { id } }",
        contractId=contract_id,
        kind="TRANSFER_OF_USE",
        start="2026-11-01",
        end="2026-12-01",
        quantity=10,
        pricePerUnitDay=price,
        idempotencyKey=key(),
    )
    await harness.act(
        BY_BERT, "takeListing", "", listingId=posted["listing"]["id"], quantity=4, idempotencyKey=key()
    )
    await harness.settle()
    return contract_id


async def balances(harness: SchemaHarness, principal: Principal, **given: Any) -> list[Any]:
    found: list[Any] = (await harness.ask(principal, BALANCES, **given))["partyBalances"]["balances"]
    return found


def by_code(rows: list[Any]) -> dict[tuple[str, str], Decimal]:
    sums: defaultdict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for row in rows:
        sums[row["party"]["code"], row["code"]] += Decimal(row["amount"]["amount"])
    return dict(sums)


async def test_a_party_sees_its_accounts_of_all_contracts_by_month_and_code(harness: SchemaHarness) -> None:
    await trade(harness)
    await trade(harness)
    rows = await balances(harness, BY_ANNA)
    november = {row["code"]: row["amount"]["amount"] for row in rows if row["gasMonth"] == "2026-11-01"}
    assert november == {"RESERVATION": "150.00", "SECONDARY_PRICE": "-72.00"}
    assert len(rows) == len({(row["gasMonth"], row["code"]) for row in rows}) == 6
    reserved = Decimal("0.25") * 20 * WINTER.days
    assert by_code(rows) == {("P0", "RESERVATION"): reserved, ("P0", "SECONDARY_PRICE"): Decimal(-72)}
    assert by_code(await balances(harness, BY_BERT)) == {("P1", "SECONDARY_PRICE"): Decimal(72)}
    assert await balances(harness, BY_CARLA) == []


async def test_they_are_the_sums_of_what_each_contract_shows(harness: SchemaHarness) -> None:
    contracts = [await trade(harness) for _ in range(2)]
    query = "query ($id: ID!) { balances(contract: $id) { party { code } code amount { amount } } }"
    for principal in (OPERATING, REGULATING):
        rows = [row for one in contracts for row in (await harness.ask(principal, query, id=one))["balances"]]
        whole = by_code(await balances(harness, principal))
        assert {key: amount for key, amount in whole.items() if key[1] == "RESERVATION"} == by_code(rows)


async def test_an_operator_sees_the_accounts_of_its_counterparties_with_it_alone(
    harness: SchemaHarness,
) -> None:
    await trade(harness)
    seen = by_code(await balances(harness, OPERATING))
    assert set(seen) == {("P0", "RESERVATION"), ("P4", "RESERVATION")}
    assert sum(seen.values()) == 0
    assert set(by_code(await balances(harness, REGULATING))) == {
        *seen,
        ("P0", "SECONDARY_PRICE"),
        ("P1", "SECONDARY_PRICE"),
    }


async def test_they_are_narrowed_to_a_party_and_to_gas_months(harness: SchemaHarness) -> None:
    await trade(harness)
    rows = await balances(harness, REGULATING)
    bert = next(row["party"]["id"] for row in rows if row["party"]["code"] == "P1")
    assert set(by_code(await balances(harness, REGULATING, party=bert))) == {("P1", "SECONDARY_PRICE")}
    assert await balances(harness, BY_ANNA, party=bert) == []
    months = {"start": "2026-12-01", "end": "2027-02-01"}
    found = await balances(harness, BY_ANNA, period=months)
    assert [row["gasMonth"] for row in found] == ["2026-12-01", "2027-01-01"]


async def test_too_many_are_refused_with_what_to_do(
    harness: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await trade(harness)
    monkeypatch.setattr("schema.settlement.balances.PARTY_BALANCES_MAX", 2)
    result = await build_schema().execute(BALANCES, context_value=harness.context(BY_ANNA))
    assert result.errors is not None
    assert "ask for one party" in result.errors[0].message


async def test_a_contract_shows_what_its_holder_owes_and_is_owed_for_the_parts_it_sold(
    harness: SchemaHarness,
) -> None:
    contract_id = await trade(harness)
    [edge] = (await harness.ask(BY_ANNA, EXPOSURE))["contracts"]["edges"]
    reserved = Decimal("0.25") * 10 * WINTER.days
    amounts = {name: Decimal(one["amount"]) for name, one in edge["node"]["exposure"].items()}
    assert edge["node"]["id"] == contract_id
    assert amounts == {"owes": reserved, "isOwed": Decimal(36), "net": reserved - 36}
    [edge] = (await harness.ask(BY_BERT, EXPOSURE))["contracts"]["edges"]
    amounts = {name: Decimal(one["amount"]) for name, one in edge["node"]["exposure"].items()}
    assert amounts == {"owes": Decimal(36), "isOwed": Decimal(0), "net": Decimal(36)}


async def test_an_operator_sees_of_a_contract_what_is_owed_to_it(harness: SchemaHarness) -> None:
    await trade(harness)
    query = EXPOSURE.replace("own: true", "cause: BOOKING")
    [edge] = (await harness.ask(OPERATING, query))["contracts"]["edges"]
    assert Decimal(edge["node"]["exposure"]["isOwed"]["amount"]) == 0
    assert Decimal(edge["node"]["exposure"]["owes"]["amount"]) == Decimal("0.25") * 10 * WINTER.days
