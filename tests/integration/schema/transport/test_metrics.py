"""What the platform publishes about operations: how long each kind took, and whether it was answered."""

import pytest
from prometheus_client import REGISTRY
from tests.integration.schema.transport.security_client import SecurityClient

pytestmark = pytest.mark.anyio


def answers(kind: str, outcome: str) -> float:
    labels = {"kind": kind, "outcome": outcome}
    return REGISTRY.get_sample_value("linepack_operation_seconds_count", labels) or 0.0


@pytest.mark.parametrize(
    ("query", "outcome"),
    [("{ ping }", "answered"), ("{ who }", "refused"), ("{ nothing }", "refused"), ("{ broken }", "refused")],
)
async def test_an_operation_is_measured_once(client: SecurityClient, query: str, outcome: str) -> None:
    before = answers("query", outcome)
    await client.ask(query)
    assert answers("query", outcome) == before + 1


async def test_what_is_no_operation_is_not_measured(client: SecurityClient) -> None:
    before = [answers("query", outcome) for outcome in ("answered", "refused")]
    for nonsense in ("{", "fragment F on Query { ping }", ""):
        await client.post({"query": nonsense})
    assert [answers("query", outcome) for outcome in ("answered", "refused")] == before
