"""How full edges are, through the API: expected and at the worst, by stretches of gas days alike."""

import pytest
from tests.integration.market.market_fixture import ANNA, NOVEMBER, OPERATING, acting_for, key
from tests.integration.schema.columns import rows
from tests.integration.schema.harness import SchemaHarness

pytestmark = pytest.mark.anyio

BY_ANNA = acting_for(ANNA)
USAGE = """query ($start: GasDay!, $end: GasDay!) {
  usage(network: "fork", period: {start: $start, end: $end}) {
    unit cursor edgeCodes stretches { start end } network { code }
    flow capacityForward capacityBackward worstForward worstBackward headroomForward headroomBackward
  }
}"""


async def test_usage_has_the_expected_flow_and_the_worst_with_its_headroom(harness: SchemaHarness) -> None:
    await harness.market_fixture.book(quantity=30, period=NOVEMBER)
    await harness.act(
        OPERATING,
        "setOverlay",
        "",
        network="fork",
        edge="jx",
        kind="MAINTENANCE",
        period={"start": "2026-11-05", "end": "2026-11-06"},
        factor=0.5,
        reason="inspection",
        idempotencyKey=key(),
    )

    found = (await harness.ask(BY_ANNA, USAGE, start="2026-10-20", end="2026-12-01"))["usage"]

    assert found["stretches"] == [
        {"start": start, "end": end}
        for start, end in (
            ("2026-10-20", "2026-11-01"),
            ("2026-11-01", "2026-11-05"),
            ("2026-11-05", "2026-11-06"),
            ("2026-11-06", "2026-12-01"),
        )
    ]
    assert found["edgeCodes"] == ["aj", "bj", "jx", "jy"]
    figures = {
        name: dict(zip(found["edgeCodes"], rows(column, 4), strict=True))
        for name, column in found.items()
        if name in ("flow", "capacityForward", "worstForward", "headroomForward", "headroomBackward")
    }
    assert figures["flow"] == {"aj": [0, 30, 30, 30], "bj": [0] * 4, "jx": [0, 30, 30, 30], "jy": [0] * 4}
    assert figures["capacityForward"]["jx"] == [80, 80, 40, 80]
    assert figures["worstForward"]["jx"] == [0, 30, 30, 30]
    assert figures["headroomForward"]["jx"] == [80, 50, 10, 50]
    assert figures["headroomForward"]["aj"] == [100, 70, 70, 70]
    assert set(figures["headroomBackward"]["aj"]) == {0}, "no edge of it carries anything backward"


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
@pytest.mark.parametrize("field", ["usage", "pressures"])
async def test_a_day_at_the_end_of_the_calendar_is_refused_and_no_fault_of_the_server(
    harness: SchemaHarness, field: str, day: str
) -> None:
    query = f'{{ {field}(network: "fork", period: {{start: "{day}", end: "{day}"}}) {{ rightsVersion }} }}'
    with pytest.raises(AssertionError, match="expected a gas day"):
        await harness.ask(BY_ANNA, query)


async def test_the_last_gas_day_of_the_calendar_is_answered(harness: SchemaHarness) -> None:
    found = (await harness.ask(BY_ANNA, USAGE, start="2999-12-30", end="2999-12-31"))["usage"]
    assert rows(found["flow"], 1) == [[0]] * 4
