"""The directory of parties: whom a caller finds, and a release prearranged with a party found there."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from strawberry.relay import GlobalID
from tests.integration.market.market_fixture import ANNA, OPERATING, REGULATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness

from linepack.access import PartyKind, Principal, Role
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.ids import PartyId

pytestmark = pytest.mark.anyio

BY_ANNA = acting_for(ANNA)
BILLER, REGULATOR, PLATFORM = (PartyId(UUID(int=number)) for number in (20, 21, 22))
NORTH = PartyId(UUID(int=23))
OTHERS = (
    Party(BILLER, "BILL", "Billing Company", PartyKind.BILLING),
    Party(REGULATOR, "REG", "Regulator", PartyKind.REGULATOR),
    Party(PLATFORM, "PLAT", "Platform", PartyKind.PLATFORM),
    Party(NORTH, "NORTH-1", "Gas of the 100% North_Sea", PartyKind.SHIPPER),
)
DEALING = ["NORTH-1", *(f"P{number}" for number in range(6))]
LIST = """query ($search: String, $kind: PartyKind, $first: Int, $after: String) {
    parties(search: $search, kind: $kind, first: $first, after: $after) {
        edges { node { id code name kind } } pageInfo { hasNextPage endCursor }
    }
}"""


@pytest.fixture
async def directory(harness: SchemaHarness) -> SchemaHarness:
    async with UnitOfWork(harness.market_fixture.database) as uow:
        for party in OTHERS:
            await insert_party(uow.connection, party, now=datetime(2026, 1, 1, tzinfo=UTC))
    return harness


async def found(harness: SchemaHarness, principal: Principal, **asked: Any) -> list[dict[str, Any]]:
    answer = await harness.ask(principal, LIST, **asked)
    return [edge["node"] for edge in answer["parties"]["edges"]]


async def codes(harness: SchemaHarness, principal: Principal, **asked: Any) -> list[str]:
    return [party["code"] for party in await found(harness, principal, **asked)]


async def test_a_shipper_finds_shippers_and_operators_and_no_others(directory: SchemaHarness) -> None:
    assert await codes(directory, BY_ANNA) == DEALING
    assert await codes(directory, acting_for(ANNA, Role.MARKETER)) == DEALING
    assert await codes(directory, BY_ANNA, kind="OPERATOR") == ["P4", "P5"]
    assert await codes(directory, BY_ANNA, kind="BILLING") == []


async def test_operators_and_those_who_oversee_find_every_party(directory: SchemaHarness) -> None:
    everyone = ["BILL", "NORTH-1", *(f"P{number}" for number in range(6)), "PLAT", "REG"]
    for principal in (OPERATING, REGULATING, acting_for(BILLER, Role.BILLING), acting_for(None, Role.ADMIN)):
        assert await codes(directory, principal) == everyone


async def test_a_search_finds_the_beginning_of_a_code_or_of_a_word_of_a_name(
    directory: SchemaHarness,
) -> None:
    for search in ("north", "NORTH-", " gas", "north_", "100%"):
        assert await codes(directory, BY_ANNA, search=search) == ["NORTH-1"], search
    # Neither the inside of a word nor a pattern of SQL finds anything.
    for search in ("orth", "%", "_", "n_rth", "bill"):
        assert await codes(directory, BY_ANNA, search=search) == [], search
    assert await codes(directory, REGULATING, search="bill") == ["BILL"]


async def test_a_search_is_paged_like_the_whole(directory: SchemaHarness) -> None:
    first = await directory.ask(BY_ANNA, LIST, search="p", first=4)
    end = first["parties"]["pageInfo"]
    assert end["hasNextPage"]
    rest = await codes(directory, BY_ANNA, search="p", first=4, after=end["endCursor"])
    assert [edge["node"]["code"] for edge in first["parties"]["edges"]] + rest == DEALING[1:]


async def test_a_node_is_found_where_the_directory_shows_it(directory: SchemaHarness) -> None:
    query = "query ($id: ID!) { node(id: $id) { ... on Party { code name kind } } }"
    shown = {party["id"]: party for party in await found(directory, REGULATING)}
    for identity, party in shown.items():
        answer = await directory.ask(BY_ANNA, query, id=identity)
        expected = {name: party[name] for name in ("code", "name", "kind")}
        assert answer["node"] == (expected if party["code"] in DEALING else None)


async def test_a_party_says_which_roles_its_people_and_keys_may_have(directory: SchemaHarness) -> None:
    answer = await directory.ask(REGULATING, "{ parties { edges { node { kind possibleRoles } } } }")
    roles = {edge["node"]["kind"]: edge["node"]["possibleRoles"] for edge in answer["parties"]["edges"]}
    assert roles["SHIPPER"] == ["SHIPPER", "MARKETER", "COMPANY_ADMIN"]
    assert roles["OPERATOR"] == ["OPERATOR"]
    assert roles["BILLING"] == ["BILLING"]


async def test_a_party_is_found_by_itself_whatever_it_is(directory: SchemaHarness) -> None:
    # No role of a biller is held: READ alone, as a key may have it.
    reader = Principal("test", BILLER, frozenset(), BY_ANNA.scopes, BY_ANNA.expires_at)
    assert "BILL" in await codes(directory, reader)
    assert "REG" not in await codes(directory, reader)


@pytest.mark.parametrize("search", ["", "   ", "x" * 101])
async def test_an_empty_or_endless_search_is_refused(directory: SchemaHarness, search: str) -> None:
    with pytest.raises(AssertionError, match="a search has 1 to 100 characters"):
        await codes(directory, BY_ANNA, search=search)


async def offer(harness: SchemaHarness, **bidder: Any) -> dict[str, Any]:
    contract = await harness.market_fixture.book(ANNA, quantity=40)
    return await harness.act(
        BY_ANNA,
        "offerRelease",
        "... on ReleasePayload { release { prearrangedBidder { code } } }",
        contractId=str(GlobalID("Contract", str(contract.id))),
        start="2026-11-01",
        end="2026-12-01",
        quantity=10,
        method="HIGHEST_RATE",
        bidsCloseAt="2026-10-20T12:00:00Z",
        idempotencyKey=key(),
        **bidder,
    )


async def test_a_release_is_prearranged_with_a_party_found_in_the_directory(directory: SchemaHarness) -> None:
    [north] = await found(directory, BY_ANNA, search="north_sea")
    assert north["code"] == "NORTH-1"
    by_id = await offer(directory, prearrangedBidderId=north["id"])
    assert by_id["release"]["prearrangedBidder"] == {"code": "NORTH-1"}


async def test_a_release_is_prearranged_with_a_party_named_by_its_code(directory: SchemaHarness) -> None:
    by_code = await offer(directory, prearrangedBidderCode="NORTH-1")
    assert by_code["release"]["prearrangedBidder"] == {"code": "NORTH-1"}


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("P0", "a release is prearranged with another party"),
        ("P4", "P4 is a party of kind OPERATOR, which may not bid"),
        ("nowhere", "there is no such party"),
    ],
)
async def test_a_code_that_no_bidder_has_is_refused_at_its_field(
    directory: SchemaHarness, code: str, message: str
) -> None:
    refused = await offer(directory, prearrangedBidderCode=code)
    [fault] = refused["faults"]
    assert (fault["path"], fault["message"]) == (["prearrangedBidderCode"], message)


async def test_a_bidder_is_named_once(directory: SchemaHarness) -> None:
    [north] = await found(directory, BY_ANNA, search="north-1")
    refused = await offer(directory, prearrangedBidderId=north["id"], prearrangedBidderCode="NORTH-1")
    assert [fault["path"] for fault in refused["faults"]] == [["prearrangedBidderCode"]]
