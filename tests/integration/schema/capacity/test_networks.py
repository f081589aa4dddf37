"""Networks through the API: what is published, what can be had, and what only an operator may change.

a (entry) --100--> j --80--> x (exit)
b (entry) ---60--> j --50--> y (exit)
"""

import base64
from dataclasses import replace
from typing import Any

import pytest
from tests.integration.market.market_fixture import (
    ANNA,
    BERT,
    NETWORK,
    NOVEMBER,
    OPERATING,
    OTHER_OPERATOR,
    acting_for,
    key,
)
from tests.integration.schema.harness import SchemaHarness, places

from capacity.networks.formats import geojson, native
from linepack.access import Role

pytestmark = pytest.mark.anyio

BY_ANNA = acting_for(ANNA)
OTHER_OPERATING = acting_for(OTHER_OPERATOR, Role.OPERATOR)
AVAILABILITY = """
query ($start: GasDay!, $end: GasDay!, $route: RouteInput!) {
  availability(network: "fork", route: $route, period: {start: $start, end: $end}) {
    unit route { kind }
    stretches { period { start days } technical bookedFirm bookedInterruptible available level notOnSale }
  }
}
"""


async def close_half(harness: SchemaHarness, start: str, end: str) -> dict[str, Any]:
    """Halve the edge to x for some days."""
    return await harness.act(
        OPERATING,
        "setOverlay",
        "... on OverlayPayload { overlay { id edge { code } kind factor reason period { days } } }",
        network="fork",
        edge="jx",
        kind="MAINTENANCE",
        period={"start": start, "end": end},
        factor=0.5,
        reason="inspection",
        idempotencyKey=key(),
    )


def file(content: bytes, name: str) -> dict[str, str]:
    return {"name": name, "content": base64.b64encode(content).decode()}


async def test_availability_is_what_bookings_and_maintenance_leave(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=30, period=NOVEMBER)
    await close_half(harness, "2026-11-10", "2026-11-20")
    asked = {"start": "2026-10-20", "end": "2026-12-01", "route": {"receipt": "a", "delivery": "x"}}
    found = (await harness.ask(BY_ANNA, AVAILABILITY, **asked))["availability"]
    assert (found["unit"], found["route"]["kind"]) == ("KWH_PER_H", "PATH")
    figures = [
        (row["period"]["start"], row["period"]["days"], row["technical"], row["bookedFirm"], row["available"])
        for row in found["stretches"]
    ]
    assert figures == [
        ("2026-10-20", 12, 80, 0, 80),
        ("2026-11-01", 9, 80, 30, 50),
        ("2026-11-10", 10, 40, 30, 10),
        ("2026-11-20", 11, 80, 30, 50),
    ]
    assert {row["level"] for row in found["stretches"]} == {"FLOW"}


async def test_gas_days_that_cannot_be_booked_offer_nothing_and_say_why(harness: SchemaHarness) -> None:
    await harness.act(
        OPERATING,
        "setProductRules",
        "",
        network="fork",
        validFrom="2026-10-01",
        runtimes=["ANY"],
        firmness=["FIRM"],
        routeKinds=["PATH"],
        leadDays=2,
        horizonDays=31,
    )
    asked = {"start": "2026-09-01", "end": "2026-12-01", "route": {"receipt": "a", "delivery": "x"}}
    found = (await harness.ask(BY_ANNA, AVAILABILITY, **asked))["availability"]
    assert [
        (row["period"]["start"], row["technical"], row["available"], row["notOnSale"])
        for row in found["stretches"]
    ] == [
        ("2026-09-01", 80, 0, "TOO_LATE"),
        ("2026-10-03", 80, 80, None),
        ("2026-11-01", 80, 0, "TOO_EARLY"),
    ]


async def test_a_published_network_shows_its_elements_and_rules(harness: SchemaHarness) -> None:
    await close_half(harness, "2026-11-10", "2026-11-20")
    query = """{
      networks { code name unit revision }
      network(code: "fork") {
        currency clock { zone startHour } policy { firmLevel interruptibleLevel } operator { code }
        nodes { code role mayEnter mayExit }
        edges { code kind tail { code } head { code } capacityForward }
        overlays { edge { code } factor period { start days } } attribution notes
      }
      tariffs(network: "fork") { kind firmness price { ... on FlatPrice { pricePerUnitDay } } }
      productRules(network: "fork", day: "2026-11-01") { runtimes leadDays }
    }"""
    shown = await harness.ask(BY_ANNA, query)
    network = shown["network"]
    assert shown["networks"] == [{"code": "fork", "name": "Fork", "unit": "KWH_PER_H", "revision": 1}]
    assert network["clock"] == {"zone": "Europe/Berlin", "startHour": 6}
    assert network["policy"] == {"firmLevel": "FLOW", "interruptibleLevel": "RIGHTS"}
    assert network["operator"] == {"code": "P4"}
    assert [node["code"] for node in network["nodes"] if node["mayEnter"]] == ["a", "b"]
    assert network["edges"][2] == {
        "code": "jx",
        "kind": "PIPE",
        "tail": {"code": "j"},
        "head": {"code": "x"},
        "capacityForward": 80,
    }
    assert network["overlays"] == [
        {"edge": {"code": "jx"}, "factor": 0.5, "period": {"start": "2026-11-10", "days": 10}}
    ]
    assert {(row["kind"], row["firmness"]) for row in shown["tariffs"]} == {
        ("PATH", "FIRM"),
        ("PATH", "INTERRUPTIBLE"),
    }
    assert shown["productRules"]["leadDays"] == 0


@pytest.mark.parametrize(
    ("write", "name"),
    [(native.write, "fork.json"), (geojson.write, "fork.geojson")],
    ids=["native", "geojson"],
)
async def test_an_operator_imports_a_network_and_publishes_its_next_revision(
    harness: SchemaHarness, write: Any, name: str
) -> None:
    network = replace(NETWORK, code="another")
    payload = (
        "... on NetworkPayload { network { code revision policy { firmLevel } edges { capacityForward } } }"
    )
    imported = await harness.act(
        OTHER_OPERATING,
        "importNetwork",
        payload,
        file=file(write(network), name),
        currency="USD",
        firmLevel="FLOW",
    )
    assert imported["network"]["revision"] == 1
    assert imported["network"]["policy"] == {"firmLevel": "FLOW"}
    wider = replace(network, edges=tuple(replace(edge, capacity_forward=200) for edge in network.edges))
    published = await harness.act(
        OTHER_OPERATING,
        "publishRevision",
        payload,
        network="another",
        file=file(write(wider), name),
    )
    assert published["network"]["revision"] == 2
    assert {edge["capacityForward"] for edge in published["network"]["edges"]} == {200}
    again = await harness.act(
        OTHER_OPERATING, "importNetwork", "", file=file(write(network), name), currency="USD"
    )
    assert again["__typename"] == "ConflictProblem"


async def test_a_broken_file_is_refused_with_every_fault_and_imports_nothing(harness: SchemaHarness) -> None:
    dangling = replace(
        NETWORK,
        code="broken",
        edges=(replace(NETWORK.edges[0], tail="?"), replace(NETWORK.edges[1], head="!")),
    )
    refused = await harness.act(
        OPERATING,
        "importNetwork",
        "",
        file=file(native.write(dangling), "broken.json"),
        currency="EUR",
    )
    assert refused["__typename"] == "InvalidInputProblem"
    assert len(refused["faults"]) >= 2
    for content, name in (("not base64!", "x.json"), ("aGVsbG8=", "x.pdf")):
        refused = await harness.act(
            OPERATING,
            "importNetwork",
            "",
            file={"content": content, "name": name},
            currency="EUR",
        )
        assert refused["__typename"] == "InvalidInputProblem"
    assert len((await harness.ask(OPERATING, "{ networks { code } }"))["networks"]) == 1


async def test_an_overlay_shows_its_edge_after_a_revision_without_it(harness: SchemaHarness) -> None:
    await close_half(harness, "2026-11-10", "2026-11-20")
    edges = (*NETWORK.edges[:2], replace(NETWORK.edges[2], id="jx2"), NETWORK.edges[3])
    content = native.write(replace(NETWORK, edges=edges))
    published = await harness.act(
        OPERATING,
        "publishRevision",
        "... on NetworkPayload { network { edges { code } overlays { edge { code capacityForward } } } }",
        network="fork",
        file=file(content, "fork.json"),
    )
    network = published["network"]
    assert [edge["code"] for edge in network["edges"]] == ["aj", "bj", "jx2", "jy"]
    assert network["overlays"] == [{"edge": {"code": "jx", "capacityForward": 80}}]


@pytest.mark.parametrize("pressure", [1e300, -1.0])
async def test_a_pressure_that_no_pipeline_has_is_refused_at_its_node(
    harness: SchemaHarness, pressure: float
) -> None:
    nodes = (replace(NETWORK.nodes[0], pressure_max_bar=pressure), *NETWORK.nodes[1:])
    beyond = replace(NETWORK, code="beyond", nodes=nodes)
    refused = await harness.act(
        OPERATING, "importNetwork", "", file=file(native.write(beyond), "beyond.json"), currency="EUR"
    )
    [fault] = refused["faults"]
    assert "node a" in fault["place"]
    assert fault["message"] == f"the highest pressure must be from 0 to 1,000 bar, not {pressure:g}"


async def test_limits_below_the_atmosphere_are_refused_unless_they_are_gauge(harness: SchemaHarness) -> None:
    node = replace(NETWORK.nodes[0], pressure_min_bar=0.1, pressure_max_bar=0.5)
    low = native.write(replace(NETWORK, code="low", nodes=(node, *NETWORK.nodes[1:])))
    given = file(low, "low.json")
    refused = await harness.act(OPERATING, "importNetwork", "", file=given, currency="EUR")
    [fault] = refused["faults"]
    assert "node a" in fault["place"]
    assert fault["message"].endswith("are these gauge pressures?")
    imported = await harness.act(
        OPERATING,
        "importNetwork",
        "... on NetworkPayload { network { code notes } }",
        file={**given, "isGauge": True},
        currency="EUR",
    )
    assert imported["network"]["notes"][-1] == "Pressures of the file are gauge: 1.01325 bar are added."


async def test_overlays_come_and_go_and_belong_to_the_operator(harness: SchemaHarness) -> None:
    put = (await close_half(harness, "2026-11-10", "2026-11-20"))["overlay"]
    assert (put["edge"]["code"], put["kind"], put["reason"], put["period"]["days"]) == (
        "jx",
        "MAINTENANCE",
        "inspection",
        10,
    )
    uninvolved = await harness.act(OTHER_OPERATING, "withdrawOverlay", "", overlayId=put["id"])
    assert uninvolved["__typename"] == "NotFoundProblem"
    gone = await harness.act(
        OPERATING, "withdrawOverlay", "... on OverlayPayload { overlay { id } }", overlayId=put["id"]
    )
    assert gone["overlay"] == {"id": put["id"]}
    shown = await harness.ask(BY_ANNA, '{ network(code: "fork") { overlays { id } } }')
    assert shown["network"]["overlays"] == []


async def test_a_policy_decides_what_is_proved_from_now_on(harness: SchemaHarness) -> None:
    await harness.act(
        OPERATING,
        "setPolicy",
        "",
        network="fork",
        firmLevel="ROBUST",
        interruptibleLevel="FLOW",
    )
    asked = {"start": "2026-11-01", "end": "2026-12-01", "route": {"receipt": "a", "delivery": "x"}}
    found = (await harness.ask(BY_ANNA, AVAILABILITY, **asked))["availability"]
    assert {row["level"] for row in found["stretches"]} == {"ROBUST"}


async def test_a_policy_says_how_long_a_proof_may_take_and_what_undecided_means(
    harness: SchemaHarness,
) -> None:
    shown = "... on NetworkPayload { network { policy { firmLevel deadlineS whenUndecided } } }"
    given = {"network": "fork", "firmLevel": "FLOW", "interruptibleLevel": "FLOW"}
    answer = await harness.act(
        OPERATING, "setPolicy", shown, **given, deadlineS=2.5, whenUndecided="SELL_AT_LEVEL_REACHED"
    )
    assert answer["network"]["policy"] == {
        "firmLevel": "FLOW",
        "deadlineS": 2.5,
        "whenUndecided": "SELL_AT_LEVEL_REACHED",
    }
    answer = await harness.act(OPERATING, "setPolicy", shown, **given)
    assert answer["network"]["policy"] == {
        "firmLevel": "FLOW",
        "deadlineS": 10.0,
        "whenUndecided": "REFUSE",
    }


@pytest.mark.parametrize("seconds", [0, -1, 15.1, 1e300])
async def test_a_deadline_out_of_bounds_is_refused_at_its_place(
    harness: SchemaHarness, seconds: float
) -> None:
    given = {"network": "fork", "firmLevel": "FLOW", "interruptibleLevel": "FLOW"}
    refused = await harness.act(OPERATING, "setPolicy", "", **given, deadlineS=seconds)
    assert refused["__typename"] == "InvalidInputProblem"
    [fault] = refused["faults"]
    assert fault["path"] == ["deadlineS"]
    assert fault["message"].startswith("must be 0.1 to 15 seconds")


async def test_prices_and_products_are_rule_data_of_the_operator(harness: SchemaHarness) -> None:
    tiers = [{"upTo": "10", "pricePerUnitDay": "1"}, {"upTo": None, "pricePerUnitDay": "0.5"}]
    tariff = {
        "network": "fork",
        "kind": "PATH",
        "firmness": "FIRM",
        "receipt": "b",
        "validFrom": "2026-10-01",
    }
    set_tiers = await harness.act(
        OPERATING,
        "setTariff",
        "... on SetTariffPayload { tariff { receipt { code } "
        "price { ... on TieredPrice { tiers { upTo pricePerUnitDay } } } } }",
        **tariff,
        price={"tiered": {"tiers": tiers}},
    )
    assert set_tiers["tariff"] == {"receipt": {"code": "b"}, "price": {"tiers": tiers}}
    falling = {"tiered": {"tiers": [tiers[0], tiers[0]]}}
    broken = await harness.act(OPERATING, "setTariff", "", **tariff, price=falling)
    assert broken["__typename"] == "InvalidInputProblem"
    nowhere = await harness.act(OPERATING, "setTariff", "", **{**tariff, "receipt": "j"}, price=falling)
    assert places(nowhere) == ["price.tiered.tiers.1.upTo", "receipt"]
    uninvolved = await harness.act(
        OTHER_OPERATING, "setTariff", "", **tariff, price={"tiered": {"tiers": tiers}}
    )
    assert uninvolved["__typename"] in ("NotFoundProblem", "ForbiddenProblem")
    rules = await harness.act(
        OPERATING,
        "setProductRules",
        "... on SetProductRulesPayload { productRules { runtimes firmness routeKinds leadDays } }",
        network="fork",
        validFrom="2026-10-01",
        runtimes=["MONTHLY"],
        firmness=["FIRM"],
        routeKinds=["PATH"],
        leadDays=3,
    )
    assert rules["productRules"] == {
        "runtimes": ["MONTHLY"],
        "firmness": ["FIRM"],
        "routeKinds": ["PATH"],
        "leadDays": 3,
    }
    refused = await harness.act(
        acting_for(BERT),
        "bookCapacity",
        "",
        network="fork",
        receipt="a",
        delivery="x",
        start="2026-11-01",
        end="2026-11-08",
        quantity=1,
        idempotencyKey=key(),
    )
    assert places(refused) == ["end"]
