"""Which periods are products, and what keeps a booking from being one that is on sale."""

from datetime import date, timedelta
from typing import Any

import pytest

from capacity.rights.model import Firmness, RouteKind
from linepack.gasday import Period
from linepack.ids import NetworkId, new_id
from linepack.problems import InvalidInput
from market.commands.validation import Faults
from market.products.model import ProductRules, Runtime

TODAY = date(2026, 9, 15)


def rules(**changes: Any) -> Any:
    return ProductRules(NetworkId(new_id()), date(2026, 1, 1), **changes)


def places(checked: Any, **product: Any) -> Any:
    faults = Faults()
    defaults = {"kind": RouteKind.PATH, "firmness": Firmness.FIRM, "today": TODAY}
    checked.check(faults, **{**defaults, **product})
    try:
        faults.raise_all()
    except InvalidInput as problem:
        return [fault.place for fault in problem.faults]
    return []


@pytest.mark.parametrize(
    ("start", "end", "runtime"),
    [
        (date(2026, 10, 1), date(2027, 10, 1), Runtime.YEARLY),
        (date(2027, 1, 1), date(2028, 1, 1), Runtime.ANY),
        (date(2027, 1, 1), date(2027, 4, 1), Runtime.QUARTERLY),
        (date(2026, 11, 1), date(2027, 2, 1), Runtime.ANY),
        (date(2028, 2, 1), date(2028, 3, 1), Runtime.MONTHLY),
        (date(2026, 12, 1), date(2027, 1, 1), Runtime.MONTHLY),
        (date(2026, 12, 31), date(2027, 1, 1), Runtime.DAILY),
        (date(2026, 12, 2), date(2027, 1, 2), Runtime.ANY),
    ],
)
def test_runtime_of_a_period_in_a_gas_year_from_october(start: Any, end: Any, runtime: Any) -> None:
    assert rules().runtime(Period(start, end)) is runtime


def test_gas_year_may_start_in_another_month() -> None:
    assert rules(gas_year_month=1).runtime(Period(date(2027, 1, 1), date(2028, 1, 1))) is Runtime.YEARLY


def test_any_period_is_sold_unless_rules_say_otherwise() -> None:
    assert places(rules(), period=Period(TODAY, TODAY + timedelta(17))) == []


def test_period_that_is_no_product_on_sale_is_refused() -> None:
    monthly = rules(runtimes=frozenset({Runtime.MONTHLY}))
    assert places(monthly, period=Period(date(2026, 11, 1), date(2026, 12, 1))) == []
    assert places(monthly, period=Period(date(2026, 11, 1), date(2026, 11, 2))) == ["end"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(9999, 10, 1), date(9999, 10, 2)),
        (date(9999, 12, 30), date(9999, 12, 31)),
        (date(1, 1, 1), date(1, 1, 2)),
    ],
)
def test_days_outside_the_calendar_are_faults(start: Any, end: Any) -> None:
    faults = Faults()
    assert faults.period(start, end) is None
    with pytest.raises(InvalidInput) as refused:
        faults.raise_all()
    assert [fault.place for fault in refused.value.faults] == ["start", "end"]


def test_every_reason_is_given_at_once() -> None:
    strict = rules(
        runtimes=frozenset({Runtime.MONTHLY}),
        firmness=frozenset({Firmness.FIRM}),
        route_kinds=frozenset({RouteKind.ENTRY, RouteKind.EXIT}),
        lead_days=3,
        horizon_days=30,
    )
    period = Period(TODAY + timedelta(2), TODAY + timedelta(31))
    assert places(strict, firmness=Firmness.INTERRUPTIBLE, period=period) == [
        "receipt",
        "firmness",
        "start",
        "end",
        "end",
    ]
