"""Profiles through the API: quoted, booked as a whole, refused part by part, and found together later."""

from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NOVEMBER,
    OPERATING,
    REGULATING,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness, places, statements

from linepack.access import Principal

pytestmark = pytest.mark.anyio

BY_ANNA, BY_BERT = acting_for(ANNA), acting_for(BERT)
REFUSED = """... on ProfileRefusedProblem {
  parts {
    number missing verdict { outcome bottlenecks { text edges { edge { code } } periods { start end } } }
  }
  largestScale { scale isExact quantities }
}"""
BOOKED = """... on BookProfilePayload {
  bookings { contract { id code quantity period { start end } } charge { amount { amount } } }
  total { amount currency }
}"""
DRY_RUN = f"""query ($input: ProfileRequestInput!) {{
  dryRunBookProfile(input: $input) {{
    __typename
    ... on DryRunBookProfilePayload {{
      parts {{ runtime verdict {{ outcome }} charge {{ amount {{ amount }} }} }} total {{ amount }}
    }}
    {REFUSED}
    ... on InvalidInputProblem {{ faults {{ path place message }} }}
  }}
}}"""
TOGETHER = "query ($id: ID!) { contract(id: $id) { bookedTogether { id code } } }"


def by_month(*quantities: int, **changes: Any) -> list[dict[str, Any]]:
    """A part on a → x for each month from November on."""
    firsts = ["2026-11-01", "2026-12-01", "2027-01-01", "2027-02-01"]
    route = {"receipt": "a", "delivery": "x", **changes}
    return [
        {**route, "start": firsts[place], "end": firsts[place + 1], "quantity": quantity}
        for place, quantity in enumerate(quantities)
    ]


async def book(
    harness: SchemaHarness, principal: Principal, parts: list[dict[str, Any]], **changes: Any
) -> dict[str, Any]:
    given = {"network": "fork", "parts": parts, "idempotencyKey": key(), **changes}
    return await harness.act(principal, "bookProfile", f"{BOOKED} {REFUSED}", **given)


async def dry_run(harness: SchemaHarness, parts: list[dict[str, Any]]) -> dict[str, Any]:
    given = {"network": "fork", "parts": parts}
    answer: dict[str, Any] = (await harness.ask(BY_ANNA, DRY_RUN, input=given))["dryRunBookProfile"]
    return answer


async def test_another_quantity_for_each_month_is_booked_at_once(harness: SchemaHarness) -> None:
    parts = by_month(80, 40, 60)
    quoted, booked = await dry_run(harness, parts), await book(harness, BY_ANNA, parts)

    # 0.25 EUR per unit and gas day: 80 x 30 days, 40 x 31 and 60 x 31.
    amounts = ["600.00", "310.00", "465.00"]
    assert [part["charge"]["amount"]["amount"] for part in quoted["parts"]] == amounts
    assert {part["verdict"]["outcome"] for part in quoted["parts"]} == {"FEASIBLE"}
    assert [part["runtime"] for part in quoted["parts"]] == ["MONTHLY"] * 3
    assert [one["charge"]["amount"]["amount"] for one in booked["bookings"]] == amounts
    assert quoted["total"]["amount"] == booked["total"]["amount"] == "1375.00"
    assert [one["contract"]["quantity"] for one in booked["bookings"]] == [80, 40, 60]


async def test_a_refusal_is_the_same_dry_and_names_each_part(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(BERT, quantity=50, period=NOVEMBER)
    parts = by_month(40, 80, 90)
    refused = await book(harness, BY_ANNA, parts)

    assert (refused["__typename"], refused["code"]) == ("ProfileRefusedProblem", "PROFILE_REFUSED")
    assert [(part["number"], part["missing"]) for part in refused["parts"]] == [(0, 10), (2, 10)]
    [cut] = refused["parts"][0]["verdict"]["bottlenecks"]
    assert [edge["edge"]["code"] for edge in cut["edges"]] == ["jx"]
    assert cut["periods"] == [{"start": "2026-11-01", "end": "2026-12-01"}]
    # j → x carries 80: 30 are left of 40 in November, so that 0.775 is too much.
    scale = {"scale": "0.7749", "isExact": True, "quantities": [30, 61, 69]}
    assert refused["largestScale"] == scale
    assert "2 of 3 parts cannot be had, so none is booked" in refused["message"]
    assert "part 0: 40 on a → x over 2026-11-01 to 2026-11-30, of which 10 are missing" in refused["message"]
    assert (await dry_run(harness, parts))["largestScale"] == scale


async def test_faults_are_at_the_part_and_field_concerned(harness: SchemaHarness) -> None:
    parts = [*by_month(10, 10), *by_month(10), *by_month(10, delivery="nowhere")]
    refused = await book(harness, BY_ANNA, parts)
    assert refused["code"] == "INVALID_INPUT"
    assert places(refused) == ["parts.2.start", "parts.3.delivery"]
    assert places(await dry_run(harness, [])) == ["parts"]


async def test_contracts_of_a_profile_are_found_together(harness: SchemaHarness) -> None:
    booked = (await book(harness, BY_ANNA, by_month(10, 20, 30)))["bookings"]
    ids = [one["contract"]["id"] for one in booked]
    alone = (await book(harness, BY_ANNA, by_month(5)))["bookings"][0]["contract"]["id"]
    for viewer in (BY_ANNA, OPERATING, REGULATING):
        found = (await harness.ask(viewer, TOGETHER, id=ids[1]))["contract"]["bookedTogether"]
        assert [one["id"] for one in found] == ids
    own = (await harness.ask(BY_ANNA, TOGETHER, id=alone))["contract"]["bookedTogether"]
    assert [one["id"] for one in own] == [alone]
    single = await harness.market_fixture.book(ANNA, quantity=1)
    query = "{ contracts(own: true) { edges { node { code bookedTogether { id } } } } }"
    rows = (await harness.ask(BY_ANNA, query))["contracts"]["edges"]
    assert {row["node"]["code"]: len(row["node"]["bookedTogether"]) for row in rows}[single.code] == 0


async def test_a_long_profile_asks_the_database_no_more_than_a_short_one(harness: SchemaHarness) -> None:
    async def asked(count: int) -> int:
        parts = [
            {**by_month(1)[0], "start": f"2026-11-{day:02}", "end": f"2026-11-{day + 1:02}"}
            for day in range(1, count + 1)
        ]

        async def act() -> None:
            assert (await book(harness, BY_ANNA, parts))["__typename"] == "BookProfilePayload"

        return await statements(act)

    await asked(2)
    assert await asked(20) == await asked(2)
