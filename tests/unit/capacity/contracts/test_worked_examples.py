"""The worked examples T002-1, T002-2 and T002-3 of the contract-network literature, figure by figure.

T002-1: supply A 0-100 at 20 and 100-150 at 24, supply B 0-80 at 22, transport T 0-150 at 1 (40-70 bar) and
150-260 at 1.5 (45-70 bar). T002-2: demands 90, 70 and 50; metered 210, 190 and 240; take-or-pay 36,500.
T002-3: calorific values 10.0 to 11.2, reference 10.4.
"""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from scipy.optimize import linprog
from tests.unit.capacity.contracts.samples import cost

from capacity.contracts.algebra.plan import invoice, plan
from capacity.contracts.algebra.reduction import Order, distribute, reduce
from capacity.contracts.errors import BeyondBands
from capacity.contracts.model import (
    Band,
    ContractEdge,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
    Interval,
)
from capacity.contracts.pricing.calculation import PricingContext, format_decimal
from capacity.contracts.pricing.price import CalorificAdjusted, Flat, TakeOrPay, amount, evaluate
from linepack.gasday import Period

D = Decimal
DAY = PricingContext(date(2027, 1, 15))
SUPPLY = ContractNode("SupA", ContractNodeKind.PARTNER)
STATION = ContractNode("Stn", ContractNodeKind.METER)


def band(low: int, high: int, price: str, pressure: tuple[int, int] | None = None) -> Band:
    interval = None if pressure is None else Interval(D(pressure[0]), D(pressure[1]))
    return Band(D(low), D(high), Flat(D(price)), interval)


def supplies(head: str) -> tuple[ContractEdge, ContractEdge]:
    a = ContractEdge("A", EdgeRole.ACCOUNTING, "SupA", head, (band(0, 100, "20"), band(100, 150, "24")), 0)
    b = ContractEdge("B", EdgeRole.ACCOUNTING, "SupA", head, (band(0, 80, "22"),), 1)
    return a, b


def supply_and_transport() -> ContractNetwork:
    bands = (band(0, 150, "1", (40, 70)), band(150, 260, "1.5", (45, 70)))
    transport = ContractEdge("T", EdgeRole.ACCOUNTING, "Hub", "Stn", bands)
    hub = ContractNode("Hub", ContractNodeKind.HUB)
    return ContractNetwork((SUPPLY, hub, STATION), (*supplies("Hub"), transport))


def test_parallel_supply_in_series_with_transport_reduces_to_the_published_bands() -> None:
    network = supply_and_transport()

    reduction = reduce(network, role=EdgeRole.ACCOUNTING, order=Order.MERIT, at=DAY)

    (edge,) = reduction.network.edges
    assert [(b.low, b.high, amount(b.price, D(1), DAY)) for b in edge.bands] == [
        (0, 100, D(21)),
        (100, 150, D(23)),
        (150, 180, D("23.5")),
        (180, 230, D("25.5")),
    ]
    assert edge.bands[2].pressure_bar == Interval(D(45), D(70))
    assert edge.bands[0].pressure_bar == Interval(D(40), D(70))


@pytest.mark.parametrize(
    ("quantity", "published"), [(0, 0), (90, 1890), (150, 3250), (190, 4210), (210, 4720), (230, 5230)]
)
def test_reduced_cost_is_the_published_one_and_that_of_a_linear_programme(
    quantity: int, published: int
) -> None:
    reduction = reduce(supply_and_transport(), role=EdgeRole.ACCOUNTING, order=Order.MERIT, at=DAY)
    (edge,) = reduction.network.edges

    reduced = cost(reduction.network, {edge.id: D(quantity)}, DAY)
    programme = linprog(
        c=[20, 24, 22, 1, 1.5],
        A_eq=np.array([[1, 1, 1, 0, 0], [0, 0, 0, 1, 1]]),
        b_eq=[quantity, quantity],
        bounds=[(0, 100), (0, 50), (0, 80), (0, 150), (0, 110)],
    )

    assert reduced == published
    assert programme.fun == pytest.approx(published)


def test_expanding_210_gives_a_130_b_80_and_transport_210() -> None:
    reduction = reduce(supply_and_transport(), role=EdgeRole.ACCOUNTING, order=Order.MERIT, at=DAY)
    (edge,) = reduction.network.edges

    flows = distribute(reduction, {edge.id: D(210)})

    assert flows == {"A": D(130), "B": D(80), "T": D(210)}
    assert cost(supply_and_transport(), flows, DAY) == 4720


def test_quantity_231_is_beyond_the_reduced_bands() -> None:
    reduction = reduce(supply_and_transport(), role=EdgeRole.ACCOUNTING, order=Order.MERIT, at=DAY)
    (edge,) = reduction.network.edges

    with pytest.raises(BeyondBands) as refused:
        distribute(reduction, {edge.id: D(231)})

    assert refused.value.most == 230


def test_demands_of_three_clients_are_planned_together_at_4480() -> None:
    # 100 × 20 + 80 × 22 + 30 × 24 = 2,000 + 1,760 + 720
    clients = [
        ContractNode(f"C{n}", ContractNodeKind.METER, demand=D(demand))
        for n, demand in enumerate((90, 70, 50), start=1)
    ]
    service = [
        ContractEdge(f"S{c.id}", EdgeRole.ACCOUNTING, "Hub", c.id, (band(0, 90, "0"),)) for c in clients
    ]
    hub = ContractNode("Hub", ContractNodeKind.HUB)
    network = ContractNetwork((SUPPLY, hub, *clients), (*supplies("Hub"), *service))

    planned = plan(network, role=EdgeRole.ACCOUNTING, at=DAY)

    assert planned.steps.amount == 4480
    assert planned.flows == {"A": D(130), "B": D(80), "SC1": D(90), "SC2": D(70), "SC3": D(50)}


@pytest.mark.parametrize(("metered", "due", "overrun"), [(210, 4480, 0), (190, 4000, 0), (240, 5320, 10)])
def test_metered_quantity_is_invoiced_over_the_bands_and_overrun_at_one_and_a_half(
    metered: int, due: int, overrun: int
) -> None:
    network = ContractNetwork((SUPPLY, STATION), supplies("Stn"))

    invoiced = invoice(
        network,
        D(metered),
        role=EdgeRole.ACCOUNTING,
        at=DAY,
        overrun_factor=D("1.5"),
        order=Order.MERIT,
    )

    assert (invoiced.steps.amount, invoiced.overrun) == (due, overrun)


def test_planning_and_invoicing_of_one_quantity_agree() -> None:
    station = ContractNode("Stn", ContractNodeKind.METER, demand=D(210))
    network = ContractNetwork((SUPPLY, station), supplies("Stn"))
    arguments = {"role": EdgeRole.ACCOUNTING, "at": DAY, "order": Order.MERIT}

    planned = plan(network, **arguments)  # type: ignore[arg-type]
    invoiced = invoice(network, D(210), overrun_factor=D("1.5"), **arguments)  # type: ignore[arg-type]

    assert planned == invoiced


def test_overrun_shows_its_steps() -> None:
    network = ContractNetwork((SUPPLY, STATION), supplies("Stn"))

    invoiced = invoice(
        network, D(240), role=EdgeRole.ACCOUNTING, at=DAY, overrun_factor=D("1.5"), order=Order.MERIT
    )

    # 100 × 20 + 50 × 24 = 3,200 on A, 80 × 22 = 1,760 on B, 10 × 24 × 1.5 = 360 beyond
    assert str(invoiced.steps).splitlines() == [
        "A, band 1: 100 × 20 = 2,000",
        "A, band 2: 50 × 24 = 1,200",
        "A, 150 units = 3,200",
        "B, band 1: 80 × 22 = 1,760",
        "B, 80 units = 1,760",
        "sum = 4,960",
        "overrun 10 × 24 × 1.5 = 360",
        "sum = 5,320",
    ]


def test_take_or_pay_of_36500_with_34000_taken_is_2500_short() -> None:
    year = Period(date(2027, 1, 1), date(2028, 1, 1))
    price = TakeOrPay(D(36_500), D("0.80"))
    obligation = IntegralQuantity(
        IntegralKind.TAKE_OR_PAY, year, minimum=D(36_500), used=D(34_000), price=price
    )

    shown_working = evaluate(price, obligation.used, DAY)

    assert obligation.deficiency == 2500
    assert str(shown_working).splitlines() == [
        "minimum 36,500 − taken 34,000, short = 2,500",
        "2,500 × 0.8 = 2,000",
    ]


def quality_price() -> CalorificAdjusted:
    return CalorificAdjusted(
        base=Flat(D("44.80")), reference=D("10.4"), low=D("10.0"), high=D("11.2"), outside=Flat(D(40))
    )


def test_calorific_value_within_specification_scales_by_0_990385() -> None:
    at = PricingContext(DAY.day, calorific_value_kwh_per_nm3=D("10.3"))

    priced = evaluate(quality_price(), D(100), at)

    assert str(priced).splitlines() == [
        "100 × 44.8 = 4,480",
        "calorific value 10.3 / 10.4 = 0.990385",
        "4,480 × 0.990385 = 4,436.9248",
    ]
    assert not priced.alerts


def test_calorific_value_out_of_specification_has_its_own_line_and_an_alert() -> None:
    at = PricingContext(DAY.day, calorific_value_kwh_per_nm3=D("9.8"))

    priced = evaluate(quality_price(), D(100), at)

    assert [(line.expression, format_decimal(line.amount)) for line in priced.lines] == [
        ("100 × 40", "4,000"),
        ("out of specification", "4,000"),
    ]
    assert priced.alerts == ("out of specification: calorific value 9.8 is not within 10 to 11.2",)
