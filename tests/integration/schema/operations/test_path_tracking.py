"""Tracking through the API: two supplies that meet, a ring with two ways, and days with nothing to track.

    north --20 km--> meeting --20 km--> town        in --> left  --> out
    south --20 km--> meeting                        in --> right --> out

North sends 600 kWh/h, of which 300 stay at the meeting; south sends 400, all to the town. At 10 kWh/Nm³ these
are the 60, 40, 30 and 70 Nm³/h of the seeds' worked example T002-7.
"""

from datetime import date, timedelta
from typing import Any

import pytest
from tests.integration.market.market_fixture import ANNA, NOW, OPERATING, acting_for, key
from tests.integration.schema.harness import SchemaHarness, by_code, statements

from capacity.feasibility.pressures.pressure_prover import PressurePicture
from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.views import Views
from capacity.networks.model import Edge, EdgeKind, Network, Node, NodeRole, OverlayKind
from capacity.networks.policy import Level, Policy
from capacity.publication.service import ImportNetwork, import_network
from linepack.access import Principal, Role
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.gasday import GasDayClock
from linepack.money import Currency
from linepack.units import CommercialUnit, GasQuality
from operations.gas_quality.mixing import LoopWithoutInflow

pytestmark = pytest.mark.anyio

TRACK = """
query (
  $network: String!, $day: GasDay!, $from: String!, $to: String!, $via: [String!]! = [],
  $supplies: [SupplyInput!]! = [], $edgeCosts: [EdgeCostInput!]! = []
) {
  trackPath(
    network: $network, day: $day, from: $from, to: $to, via: $via, supplies: $supplies, edgeCosts: $edgeCosts
  ) {
    __typename
    ... on TrackPathPayload {
      day unit currency
      nodes {
        node { code } distanceKm pressureBar calorificValueKwhPerNm3 unitCostPerMwh
        supplyShares { node { code } byVolume byEnergy }
      }
      edges { edges { code } lengthKm flow }
    }
    ... on Problem { code message path }
    ... on AmbiguousPathProblem { fromNode { code } toNode { code } candidates { code } }
    ... on NoPathProblem { fromNode { code } toNode { code } }
    ... on LoopWithoutInflowProblem { loop { code } }
    ... on NoStateProblem { outcome reason shortage { node { code } } }
    ... on InvalidInputProblem { faults { path place message } }
  }
}
"""
DAY = "2026-11-05"
NORTH = {"node": "north", "calorificValueKwhPerNm3": 10.0, "pricePerMwh": 20.0}
SOUTH = {"node": "south", "calorificValueKwhPerNm3": 11.0, "pricePerMwh": 25.0}


def network_of(code: str, roles: dict[str, NodeRole], pipes: dict[str, tuple[str, str]]) -> Network:
    return Network(
        code=code,
        name=code.title(),
        unit=CommercialUnit.KWH_PER_H,
        quality=GasQuality(10.0, 0.8),
        clock=GasDayClock("Europe/Berlin", 6),
        nodes=tuple(Node(node, role, "", 30.0, 60.0) for node, role in roles.items()),
        edges=tuple(
            Edge(
                edge,
                EdgeKind.PIPE,
                tail,
                head,
                length_m=20_000.0,
                diameter_mm=200.0,
                roughness_mm=0.05,
                capacity_forward=100_000,
                capacity_backward=100_000,
            )
            for edge, (tail, head) in pipes.items()
        ),
    )


MEETING = network_of(
    "meeting",
    {
        "north": NodeRole.ENTRY,
        "south": NodeRole.ENTRY,
        "meeting": NodeRole.EXIT,
        "town": NodeRole.EXIT,
    },
    {"a": ("north", "meeting"), "b": ("south", "meeting"), "c": ("meeting", "town")},
)
RING = network_of(
    "ring",
    {"in": NodeRole.ENTRY, "left": NodeRole.JUNCTION, "right": NodeRole.JUNCTION, "out": NodeRole.EXIT},
    {"il": ("in", "left"), "lo": ("left", "out"), "ir": ("in", "right"), "or": ("out", "right")},
)
RIGHTS = {
    "meeting": (("north", "meeting", 300), ("north", "town", 300), ("south", "town", 400)),
    "ring": (("in", "out", 1000),),
}


@pytest.fixture
async def booked(harness: SchemaHarness) -> SchemaHarness:
    """The schema with both networks and their rights."""
    for network in (MEETING, RING):
        async with UnitOfWork(harness.market_fixture.database) as uow:
            command = ImportNetwork(
                network=network, currency=Currency.EUR, policy=Policy(Level.FLOW, Level.FLOW)
            )
            await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))
        await harness.act(
            OPERATING,
            "setTariff",
            "... on SetTariffPayload { tariff { id } }",
            network=network.code,
            kind="PATH",
            firmness="FIRM",
            validFrom="2026-10-01",
            price={"flat": {"pricePerUnitDay": "1"}},
        )
        for receipt, delivery, quantity in RIGHTS[network.code]:
            answer = await harness.act(
                acting_for(ANNA),
                "bookCapacity",
                "... on BookCapacityPayload { contract { id } }",
                network=network.code,
                receipt=receipt,
                delivery=delivery,
                start="2026-11-01",
                end="2026-12-01",
                quantity=quantity,
                idempotencyKey=key(),
            )
            assert answer["__typename"] == "BookCapacityPayload", answer
    return harness


async def tracked(
    harness: SchemaHarness, principal: Principal = OPERATING, /, **asked: Any
) -> dict[str, Any]:
    given = {"network": "meeting", "day": DAY, "from": "north", "to": "town", **asked}
    answer: dict[str, Any] = by_code((await harness.ask(principal, TRACK, **given))["trackPath"])
    return answer


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.REGULATOR, Role.ADMIN])
async def test_the_worked_example_gives_its_figures_to_whoever_runs_or_oversees_the_network(
    booked: SchemaHarness, role: Role
) -> None:
    viewer = OPERATING if role is Role.OPERATOR else acting_for(None, role)
    path = await tracked(booked, viewer, supplies=[NORTH, SOUTH])
    assert (path["day"], path["unit"], path["currency"]) == (DAY, "KWH_PER_H", "EUR")
    north, meeting, town = path["nodes"]
    assert [node["node"] for node in path["nodes"]] == ["north", "meeting", "town"]
    assert [node["distanceKm"] for node in path["nodes"]] == [0.0, 20.0, 40.0]
    assert 60.0 >= north["pressureBar"] > meeting["pressureBar"] > town["pressureBar"] >= 30.0
    assert north["supplyShares"] == [{"node": "north", "byVolume": 1.0, "byEnergy": pytest.approx(1.0)}]
    for node in (meeting, town):
        assert node["calorificValueKwhPerNm3"] == pytest.approx(10.4)
        first, second = node["supplyShares"]
        assert (first["node"], second["node"]) == ("north", "south")
        assert (first["byVolume"], second["byVolume"]) == pytest.approx((0.6, 0.4))
        assert first["byEnergy"] == pytest.approx(0.57692, abs=5e-6)
        assert node["unitCostPerMwh"] == pytest.approx(22.11538, abs=5e-6)
    assert path["edges"] == [
        {"edges": ["a"], "lengthKm": 20.0, "flow": 600},
        {"edges": ["c"], "lengthKm": 20.0, "flow": 700},
    ]


@pytest.mark.parametrize("cost", [{"fixedPerHour": 3.5}, {"operatingPerMwh": 3.5 / (70 * 10.4 / 1000)}])
async def test_a_cost_on_the_last_edge_raises_the_unit_cost_behind_it_and_the_money_adds_up(
    booked: SchemaHarness, cost: dict[str, float]
) -> None:
    """In all 12 + 11 + 3.5 EUR/h: 30 Nm³/h taken at the meeting and 70 in the town have cost as much."""
    path = await tracked(booked, supplies=[NORTH, SOUTH], edgeCosts=[{"edge": "c", **cost}])
    _, meeting, town = [node["unitCostPerMwh"] for node in path["nodes"]]
    assert meeting == pytest.approx(22.11538, abs=5e-6)
    assert town == pytest.approx(26.92308, abs=5e-6)
    assert 10.4 / 1000 * (30 * meeting + 70 * town) == pytest.approx(26.50)


async def test_nothing_is_made_up_about_a_supply_that_nobody_described(booked: SchemaHarness) -> None:
    path = await tracked(booked, supplies=[{"node": "north", "pricePerMwh": 20.0}])
    assert [node["unitCostPerMwh"] for node in path["nodes"]] == [pytest.approx(20.0), None, None]
    assert [node["calorificValueKwhPerNm3"] for node in path["nodes"]] == pytest.approx([10.0] * 3)
    assert path["nodes"][2]["supplyShares"][1]["byVolume"] == pytest.approx(0.4)


async def test_a_ring_asks_for_a_node_and_each_candidate_decides(booked: SchemaHarness) -> None:
    asked: dict[str, Any] = {"network": "ring", "from": "in", "to": "out"}
    refusal = await tracked(booked, **asked)
    assert refusal["__typename"] == "AmbiguousPathProblem"
    assert (refusal["code"], refusal["path"]) == ("AMBIGUOUS_PATH", ["via"])
    assert (refusal["fromNode"], refusal["toNode"]) == ("in", "out")
    assert sorted(refusal["candidates"]) == ["left", "right"]
    for node in refusal["candidates"]:
        path = await tracked(booked, **asked, via=[node])
        assert [each["node"] for each in path["nodes"]] == ["in", node, "out"]
        assert [edge["flow"] for edge in path["edges"]] == [500, 500], "both ways are alike"


async def test_against_the_flow_there_is_no_path_and_elsewhere_no_node(booked: SchemaHarness) -> None:
    against = await tracked(booked, **{"from": "town", "to": "south"})
    assert (against["__typename"], against["code"]) == ("NoPathProblem", "NO_PATH")
    assert (against["fromNode"], against["toNode"]) == ("town", "south")
    nowhere = await tracked(booked, to="atlantis")
    assert (nowhere["__typename"], nowhere["message"]) == ("NotFoundProblem", "no node atlantis")
    unknown = await tracked(booked, network="atlantis")
    assert unknown["__typename"] == "NotFoundProblem"


async def test_on_a_day_without_rights_no_gas_flows(booked: SchemaHarness) -> None:
    assert (await tracked(booked, day="2027-11-05"))["__typename"] == "NoPathProblem"


async def test_a_day_whose_rights_cannot_be_transported_has_no_state_to_track(booked: SchemaHarness) -> None:
    """Pressures and flows of the day are bounded; with the last pipe closed nothing reaches the town."""
    await booked.act(
        OPERATING,
        "setOverlay",
        "... on OverlayPayload { overlay { id } }",
        network="meeting",
        edge="c",
        kind=OverlayKind.MAINTENANCE.name,
        period={"start": "2026-11-05", "end": "2026-11-06"},
        factor=0.0,
        idempotencyKey=key(),
    )
    refusal = await tracked(booked)
    assert (refusal["__typename"], refusal["code"]) == ("NoStateProblem", "NO_STATE")
    assert refusal["outcome"] == "INFEASIBLE"
    assert refusal["message"].startswith("no state of the network is known on 2026-11-05")
    assert (await tracked(booked, day="2026-11-06"))["__typename"] == "TrackPathPayload"


async def test_what_is_said_twice_or_of_what_is_not_there_is_refused_by_name(booked: SchemaHarness) -> None:
    twice = await tracked(booked, supplies=[NORTH, NORTH, {"node": "atlantis", "pricePerMwh": 1e9}])
    assert [tuple(fault.values()) for fault in twice["faults"]] == [
        (["supplies"], "supply north", "is described twice"),
        (["supplies"], "supply atlantis", "enters at a node that is not in the network"),
        (["supplies"], "supply atlantis", "its price must be at most 1,000,000, not 1e+09"),
    ]
    costs = await tracked(booked, edgeCosts=[{"edge": "c"}, {"edge": "c"}])
    place = {"path": ["edgeCosts"], "place": "edge c"}
    assert costs["faults"] == [{**place, "message": "its costs are given twice"}]
    bridge = await tracked(booked, edgeCosts=[{"edge": "bridge"}])
    place = {"path": ["edgeCosts"], "place": "edge bridge"}
    assert bridge["faults"] == [{**place, "message": "is not in the network"}]


async def test_shippers_see_where_their_gas_comes_from(booked: SchemaHarness) -> None:
    assert (await tracked(booked, acting_for(ANNA)))["__typename"] == "TrackPathPayload"


async def test_a_network_without_physics_says_what_is_not_known(booked: SchemaHarness) -> None:
    answer = await tracked(booked, network="fork", **{"from": "a", "to": "x"})
    assert answer["__typename"] == "InvalidInputProblem"
    assert "pressures need its length" in answer["message"]


async def test_gas_that_circulates_without_inflow_names_its_loop(
    booked: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No state that the solvers find holds such a loop, so one is put in."""

    def circulating(*_: Any) -> Any:
        raise LoopWithoutInflow(["left", "out", "right"])

    monkeypatch.setattr("schema.operations.path_tracking.provenance", circulating)
    answer = await tracked(booked, network="ring", **{"from": "in", "to": "out"})
    assert (answer["__typename"], answer["code"]) == ("LoopWithoutInflowProblem", "LOOP_WITHOUT_INFLOW")
    assert answer["loop"] == ["left", "out", "right"]


async def test_a_day_that_is_not_decided_in_time_says_so(
    booked: SchemaHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Small networks are always decided in time, so the answer of a large one is put in."""
    reason = "neither a state nor a certificate was found within 8 s"
    undecided = PressurePicture(Outcome.UNDECIDED, reason=reason)
    monkeypatch.setattr(Views, "pressures", lambda *_, **__: undecided)
    answer = await tracked(booked)
    assert (answer["__typename"], answer["outcome"]) == ("NoStateProblem", "UNDECIDED")
    assert (answer["reason"], answer["shortage"]) == (reason, None)
    assert answer["message"] == f"no state of the network is known on {DAY}: {reason}"


async def test_a_path_asks_the_database_no_more_than_the_pressures_it_is_read_from(
    booked: SchemaHarness,
) -> None:
    asked = {"network": "meeting", "day": DAY}
    pressures = """query ($network: String!, $day: GasDay!, $next: GasDay!) {
      pressures(network: $network, period: {start: $day, end: $next}) { unit }
    }"""
    following = str(date.fromisoformat(DAY) + timedelta(days=1))

    async def look_at_pressures() -> None:
        await booked.ask(OPERATING, pressures, **asked, next=following)

    async def look_at_path() -> None:
        await tracked(booked, supplies=[NORTH, SOUTH], edgeCosts=[{"edge": "c"}])

    await look_at_pressures()
    assert await statements(look_at_path) <= await statements(look_at_pressures)
