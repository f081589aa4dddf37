from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from tests.unit.capacity.contracts.samples import (
    NOON,
    OTHER,
    SHIPPER,
    YEAR,
    Leg,
    bundled,
    contract,
    cost,
    multi_point,
    path,
    storage,
)

from capacity.contracts.algebra.split import kept, split
from capacity.contracts.codec import contract_from_json, contract_to_json
from capacity.contracts.contract import Contract, routes
from capacity.contracts.errors import NotDivisible
from capacity.contracts.model import (
    Band,
    Binding,
    ContractNetwork,
    ContractNode,
    ContractNodeKind,
    EdgeRole,
    IntegralKind,
    IntegralQuantity,
    Interval,
)
from capacity.contracts.pricing.calculation import PricingContext
from capacity.contracts.pricing.price import BlockTiers, Flat, LargerOf, PriceProcedure, SeasonFactor, Tier
from capacity.contracts.rules import network_faults
from capacity.rights.model import MovementCause, Route
from linepack.gasday import Period
from linepack.ids import ContractId

D = Decimal
FEBRUARY = Period(date(2027, 2, 1), date(2027, 3, 1))
TIERS = BlockTiers((Tier(D(60), D(3)), Tier(None, D(2))))
DAY = PricingContext(date(2027, 2, 1))


def released(
    parent: Contract,
    quantity: int,
    *,
    passed_on: int = 0,
    period: Period = FEBRUARY,
    price: PriceProcedure | None = None,
) -> Contract:
    return split(
        parent,
        child_id=ContractId(UUID(int=2000)),
        holder_id=OTHER,
        quantity=quantity,
        period=period,
        cause=MovementCause.RELEASE,
        created_at=NOON,
        passed_on=passed_on,
        price=price,
    )


def full_cost(network: ContractNetwork) -> Decimal:
    return cost(network, {edge.id: edge.quantity for edge in network.edges}, DAY)


def test_a_child_is_the_parents_part_in_other_hands() -> None:
    parent = contract()

    child = released(parent, 15)

    assert (child.holder_id, child.quantity, child.period) == (OTHER, 15, FEBRUARY)
    assert (child.parent_id, child.cause) == (parent.id, MovementCause.RELEASE)
    assert child.code != parent.code
    assert child.routes() == [(Route("r", "d"), 15)]
    assert routes(kept(parent, 85)) == [(Route("r", "d"), 85)]


def test_a_part_bears_its_share_of_what_the_whole_costs() -> None:
    # 100 units: 60 × 3 + 40 × 2 = 260; 50 of them cost half, the other 50 as much
    parent = contract(path("r", "d", 100, TIERS))
    child = released(parent, 50)

    assert full_cost(child.network) == 130
    assert full_cost(kept(parent, 50)) == 130
    assert network_faults(child.network) == []


def test_what_was_passed_on_before_does_not_change_the_price_of_a_part() -> None:
    parent = contract(path("r", "d", 100, TIERS))

    first, second = released(parent, 30), released(parent, 50, passed_on=30)

    assert full_cost(first.network) == 78
    assert full_cost(second.network) == 130
    assert full_cost(kept(parent, 20)) == 52
    assert released(parent, 50).network == second.network


def test_a_part_of_a_part_has_the_same_price() -> None:
    part = released(contract(path("r", "d", 100, TIERS)), 50)

    child = released(part, 20)

    assert child.network.edges[0].bands[0].price == part.network.edges[0].bands[0].price
    assert full_cost(child.network) == 52


def test_all_of_a_contract_keeps_its_price_as_it_is_written() -> None:
    parent = contract(path("r", "d", 100, TIERS))

    assert released(parent, 100).network == parent.network


def test_a_price_in_proportion_to_the_quantity_needs_no_share() -> None:
    seasonal = SeasonFactor(Flat(D(3)), tuple(D(2) for _ in range(12)))

    child = released(contract(path("r", "d", 100, seasonal)), 50)

    assert child.network.edges[0].bands == (Band(D(0), D(50), seasonal),)


def test_a_child_may_pay_its_own_price() -> None:
    parent = contract(path("r", "d", 100, TIERS))

    assert full_cost(released(parent, 50, price=Flat(D("0.5"))).network) == 25
    assert full_cost(kept(parent, 50)) == 130


def test_units_without_a_price_of_their_own_have_a_share() -> None:
    # the larger of 260 and 250
    child = released(contract(path("r", "d", 100, LargerOf(TIERS, Flat(D("2.5"))))), 50)

    assert full_cost(child.network) == 130


def test_bands_cut_by_an_earlier_rule_are_shared_together() -> None:
    # 10 units at 3 and 40 at 2 cost 110; 20 of 50 cost 44
    whole = path("r", "d", 50, Flat(D(3)))
    cut = (Band(D(0), D(10), Flat(D(3))), Band(D(10), D(50), Flat(D(2))))
    parent = contract(replace(whole, edges=(replace(whole.edges[0], bands=cut),)), quantity=50)

    child = released(parent, 20)

    assert full_cost(child.network) == 44
    assert len(child.network.edges[0].bands) == 1
    assert full_cost(kept(parent, 30)) == 66
    assert contract_from_json(contract_to_json(child)) == child


def test_bands_for_different_gas_stay_apart_at_one_price() -> None:
    # Units above 60 hold at a lower pressure; the child takes the top 50: 10 of the first and all 40.
    high, low = Interval(D(50), D(80)), Interval(D(30), D(80))
    whole = path("r", "d", 100, Flat(D(3)))
    bands = (Band(D(0), D(60), Flat(D(3)), high), Band(D(60), D(100), Flat(D(2)), low))
    parent = contract(replace(whole, edges=(replace(whole.edges[0], bands=bands),)))

    child = released(parent, 50)

    widths = [(band.width, band.pressure_bar) for band in child.network.edges[0].bands]
    assert widths == [(10, high), (40, low)]
    assert full_cost(child.network) == 130


def test_a_bundle_gives_the_same_of_each_edge() -> None:
    parent = contract(bundled("r", "d", 100, entry_price=Flat(D(1)), exit_price=Flat(D(1))))

    assert released(parent, 33).routes() == [(Route(None, "d"), 33), (Route("r", None), 33)]


def test_a_bundle_at_its_own_price_pays_it_once_for_each_unit() -> None:
    parent = contract(bundled("r", "d", 100, entry_price=Flat(D(1)), exit_price=Flat(D(2))))

    child = released(parent, 30, price=Flat(D("0.5")))

    assert full_cost(child.network) == 15
    assert full_cost(released(child, 10, price=Flat(D("0.7"))).network) == 7
    assert full_cost(released(child, 10).network) == 5


def test_routes_side_by_side_at_an_own_price_pay_it_for_each_of_their_units() -> None:
    legs = [Leg(Route("a", "d"), 60, Flat(D(1))), Leg(Route("b", "d"), 40, Flat(D(2)))]

    assert full_cost(released(contract(multi_point(legs)), 50, price=Flat(D("0.5"))).network) == 25


def test_a_multi_point_contract_gives_in_proportion_to_the_last_unit() -> None:
    legs = [Leg(Route("a", "d"), 53, Flat(D(1))), Leg(Route("b", "d"), 24, Flat(D(1)))]
    parent = contract(multi_point([*legs, Leg(Route("c", "d"), 23, Flat(D(1)))]))

    assert released(parent, 8).routes() == [
        (Route("a", "d"), 4),
        (Route("b", "d"), 2),
        (Route("c", "d"), 2),
    ]


def test_an_edge_without_a_share_is_left_out() -> None:
    legs = [Leg(Route("a", "d"), 53, Flat(D(1))), Leg(Route("b", "d"), 47, Flat(D(1)))]

    child = released(contract(multi_point(legs)), 1)

    assert child.routes() == [(Route("a", "d"), 1)]
    assert network_faults(child.network) == []


def test_a_part_too_small_to_hold_together_is_refused() -> None:
    legs = [Leg(Route("a", "b"), 50, Flat(D(1))), Leg(Route("b", "c"), 1, Flat(D(1)))]
    parent = contract(multi_point([*legs, Leg(Route("c", "d"), 49, Flat(D(1)))]))

    with pytest.raises(NotDivisible, match="2 units are too few for each of its edges"):
        released(parent, 2)


def test_a_storage_contract_gives_injection_and_withdrawal_in_proportion() -> None:
    network = storage(
        "s",
        injection=50,
        withdrawal=100,
        storage_max=900,
        injection_price=Flat(D(1)),
        withdrawal_price=Flat(D(1)),
    )

    assert released(contract(network), 10).routes() == [(Route(None, "s"), 5), (Route("s", None), 10)]


def test_integral_quantities_divide_by_quantity_and_days_from_what_is_unused() -> None:
    integrals = (
        IntegralQuantity(IntegralKind.MDQ, YEAR, maximum=D(100)),
        IntegralQuantity(IntegralKind.ANNUAL, YEAR, maximum=D(36_500), used=D(0)),
        IntegralQuantity(IntegralKind.TAKE_OR_PAY, YEAR, minimum=D(30_000), used=D(11_750)),
        IntegralQuantity(IntegralKind.MHQ, Period(date(2027, 3, 1), date(2027, 4, 1)), maximum=D(5)),
    )
    parent = contract(replace(path("r", "d", 100, Flat(D(1))), integrals=integrals))

    child = released(parent, 20)

    # February is 28 of 365 days, 20 of 100 units: 36,500 × 0.2 × 28/365 = 560; 18,250 × 0.2 × 28/365 = 280
    given = {one.kind: one for one in child.network.integrals}
    assert given[IntegralKind.MDQ].maximum == 20
    assert given[IntegralKind.ANNUAL].maximum == 560
    assert given[IntegralKind.TAKE_OR_PAY].minimum == 280
    assert IntegralKind.MHQ not in given
    assert {one.period for one in child.network.integrals} == {FEBRUARY}


def test_broken_quantities_of_accounts_divide_too() -> None:
    booked = path("r", "d", 100, Flat(D(1)))
    account = replace(
        booked.edges[0], id="account", role=EdgeRole.ACCOUNTING, bands=(Band(D(0), D("2.5"), Flat(D(2))),)
    )
    parent = contract(replace(booked, edges=(*booked.edges, account)))

    child = released(parent, 20)

    assert child.network.edge("account").quantity == D("0.5")
    assert kept(parent, 80).edge("account").quantity == 2


def test_edges_without_bands_go_to_both() -> None:
    booked = path("r", "d", 100, Flat(D(1)))
    dispatch = replace(booked.edges[0], id="call", role=EdgeRole.COMMUNICATION, bands=())

    parent = contract(replace(booked, edges=(*booked.edges, dispatch)))

    assert released(parent, 20).network.edge("call") == dispatch
    assert kept(parent, 80).edge("call") == dispatch


@pytest.mark.parametrize(
    ("quantity", "passed_on", "message"),
    [
        (101, 0, "100 of its 100 units are left, and 101 were asked"),
        (50, 60, "40 of its 100 units are left, and 50 were asked"),
        (0, 0, "a part has a unit or more, not 0"),
    ],
)
def test_more_than_is_left_is_refused(quantity: int, passed_on: int, message: str) -> None:
    with pytest.raises(NotDivisible, match=message):
        released(contract(), quantity, passed_on=passed_on)


def test_days_beyond_the_contract_are_refused() -> None:
    with pytest.raises(NotDivisible, match="it runs 2027-01-01 to 2027-12-31, and 2027-12-31 to 2028-01-01"):
        released(contract(), 10, period=Period(date(2027, 12, 31), date(2028, 1, 2)))


def test_a_bound_element_is_to_be_unfolded_first() -> None:
    booked = path("r", "d", 100, Flat(D(1)))
    bound = replace(booked.edges[0], binding=Binding(booked, "point:r", "point:d"))

    with pytest.raises(NotDivisible, match="unfold it first"):
        released(contract(replace(booked, edges=(bound,))), 10)


def test_everything_left_passes_with_the_partner() -> None:
    holder = ContractNode("holder", ContractNodeKind.PARTNER, party_id=SHIPPER)
    booked = path("r", "d", 100, Flat(D(1)))
    link = replace(booked.edges[0], id="link", role=EdgeRole.COMMUNICATION, tail="holder", bands=())
    parent = contract(ContractNetwork((*booked.nodes, holder), (*booked.edges, link)))

    child = released(parent, 60, passed_on=40)

    assert child.quantity == 60
    assert child.network.node("holder").party_id == OTHER
