"""An operator closes an edge for a day: commands, API and worker of a running Linepack say what is short."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from examples.client import Client
from tests.acceptance.demo.trading import SHIPPERS
from tests.acceptance.installation import Installation

from server.demo.parties import PASSWORD

pytestmark = pytest.mark.anyio

SOLD = """
query Sold($running: PeriodInput!) {
  contracts(network: "gaslib-40", period: $running, first: 100) {
    edges { node { firmness rights { route { delivery { code } } } } }
  }
  network(code: "gaslib-40") { edges { code tail { code } head { code } } }
}
"""
CLOSE = """
mutation Close($input: SetOverlayInput!) {
  setOverlay(input: $input) { __typename ... on Problem { message } }
}
"""
SHORTFALLS = """
query Shortfalls($period: PeriodInput!) {
  shortfalls(network: "gaslib-40", period: $period) {
    cuts { units edges { edge { code } } periods { start end } contracts { code units holder { code } } }
  }
}
"""
NOTICES = """
subscription Notices($after: Cursor) {
  shortfallNotices(after: $after) { ... on ShortfallNotice { holder { code } lines { units } } }
}
"""


async def test_a_closed_edge_is_reported_wherever_it_is_asked_for(demo: Installation) -> None:
    day = (datetime.now(UTC) + timedelta(days=60)).date()
    period = {"start": day.isoformat(), "end": (day + timedelta(days=1)).isoformat()}
    async with Client(demo.url) as operator:
        await operator.sign_in("operator@demo.test", PASSWORD)
        sold = await operator.execute(SOLD, {"running": period})
        delivered = [
            right["route"]["delivery"]
            for contract in sold["contracts"]["edges"]
            if contract["node"]["firmness"] == "FIRM"
            for right in contract["node"]["rights"]
        ]
        exit_ = next(point for point in delivered if point is not None)
        edges = sold["network"]["edges"]
        closed = {edge["code"] for edge in edges if exit_ in (edge["tail"], edge["head"])}
        for edge in closed:
            overlay = {
                "network": "gaslib-40",
                "edge": edge,
                "kind": "MAINTENANCE",
                "period": period,
                "factor": 0.0,
                "reason": "pigging",
                "idempotencyKey": str(uuid4()),
            }
            answer = (await operator.execute(CLOSE, {"input": overlay}))["setOverlay"]
            assert answer["__typename"] == "OverlayPayload", answer
        found = (await operator.execute(SHORTFALLS, {"period": period}))["shortfalls"]["cuts"]
        short = next(cut for cut in found if {edge["edge"]["code"] for edge in cut["edges"]} <= closed)
        assert (short["periods"], short["units"] > 0) == ([period], True)
        holders = {contract["holder"]["code"] for cut in found for contract in cut["contracts"]}
        for login in SHIPPERS:
            async with Client(demo.url) as shipper:
                await shipper.sign_in(login, PASSWORD)
                seen = (await shipper.execute(SHORTFALLS, {"period": period}))["shortfalls"]["cuts"]
                own = {contract["holder"]["code"] for cut in seen for contract in cut["contracts"]}
                code = login.partition("@")[2].partition(".")[0].upper()
                assert own == holders & {code}
                if own:
                    notice = await shipper.first(NOTICES, {"after": "0"})
                    assert notice["shortfallNotices"]["holder"]["code"] == code
    listed = demo.command("shortfalls", "gaslib-40", "--start", period["start"], "--end", period["end"])
    assert listed.returncode == 0, listed.stdout + listed.stderr
    for contract in short["contracts"]:
        assert contract["code"] in listed.stdout
    assert f"{short['units']:,} of the" in listed.stdout
    reconciled = demo.command("reconcile")
    assert reconciled.returncode == 0, reconciled.stdout + reconciled.stderr
    assert "No differences." in reconciled.stdout
    assert "Sold beyond capacity: gaslib-40: " in reconciled.stdout
