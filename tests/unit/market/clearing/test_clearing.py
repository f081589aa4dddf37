"""Clearings by hand, figure by figure, and against an independent modelling."""

import os
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import networkx as nx
import numpy as np
import pytest
from tests.unit.capacity.feasibility.pressures.test_pressure_prover import FORK, KG_10
from tests.unit.market.clearing.oracle import best_surplus
from tests.unit.market.clearing.samples import (
    NOON,
    SECONDS,
    awards,
    buy,
    cleared,
    draft,
    edge,
    held,
    network_of,
    random_draft,
    sell,
    two_by_two,
    worked_example,
)

from capacity.feasibility.verdicts.certificates import Outcome
from capacity.feasibility.verdicts.verdict import Request
from capacity.networks.policy import Level
from capacity.rights.model import Firmness
from capacity.solvers.gurobi import Gurobi
from capacity.solvers.highs import Highs
from capacity.solvers.licence import wheels_licence
from linepack.gasday import Period
from linepack.problems import InvalidInput
from market.clearing.model import Draft, Side
from market.clearing.outcome import clear
from market.clearing.proving import Provers, rights_after
from market.clearing.result import Clearing

INSTANCES = int(os.environ.get("CLEARINGS", "30"))
"""Random clearings that are modelled a second time; `CLEARINGS=100` is the long form."""
SHIPPED = "gaslib-40", "gaslib-135", "gaslib-582"
OF_CAPACITIES = Level.RIGHTS, Level.FLOW, Level.ROBUST


def prices(found: Clearing) -> list[Fraction]:
    return [one.path_price for one in found.awards]


def edge_prices(found: Clearing) -> dict[str, Fraction]:
    return {one.edge_id: one.price for one in found.edges}


@pytest.mark.parametrize("level", OF_CAPACITIES)
def test_the_worked_example_clears_as_by_hand(level: Level) -> None:
    # R1→J 100, R2→J 60, J→D1 80, J→D2 70. Marginal are bids 1, 3 and 4: r1 + d1 = 10, d1 = 9, d2 = 5,
    # so r1 = 1; bid 2 pays 1 + 5 = 6 of its 8. Surplus 400 + 480 + 360 + 50; payments 400 + 360 + 360 + 50.
    found = cleared(worked_example(level=level))

    assert awards(found) == [40, 60, 40, 10]
    assert (found.surplus, found.gap) == (1290, 0)
    assert prices(found) == [10, 6, 9, 5]
    assert [one.payment.amount for one in found.awards] == [400, 360, 360, 50]
    assert found.settlement.operator.amount == found.settlement.paid.amount == 1170
    assert found.is_proved
    assert found.adequacy.holds
    if level is not Level.RIGHTS:
        assert edge_prices(found) == {"R1-J": 1, "J-D1": 9, "J-D2": 5}


def test_a_minimum_changes_the_award_and_is_paid_for_by_uplift() -> None:
    # Bid 4 in with 15: bid 2 gives way on J→D2, bid 1 takes what is free on R1→J, bid 3 gives way on J→D1.
    # d2 is now what bid 2 gives for it, 8 − 1 = 7: bid 4 pays 15 × 7 and gets back what is beyond 15 × 5.
    found = cleared(worked_example(minimum=15))

    assert awards(found) == [45, 55, 35, 15]
    assert (found.surplus, found.gap) == (1280, 0)
    assert edge_prices(found) == {"R1-J": 1, "J-D1": 9, "J-D2": 7}
    assert [one.uplift.amount for one in found.awards] == [0, 0, 0, 30]
    assert found.settlement.operator.amount == 450 + 440 + 315 + 105 - 30


def test_one_unit_more_adds_the_price_of_its_edge() -> None:
    assert cleared(worked_example(to_d1=81)).surplus == 1290 + 9


def test_a_bid_is_told_at_what_price_it_would_have_had_more() -> None:
    # One unit more for bid 3 takes one from bid 1, worth 10. One more for bid 1 takes one from bid 3 (9) and
    # one from bid 2 (8), whose place on J→D2 bid 4 takes (5): 9 + 8 − 5 = 12.
    found = cleared(worked_example())

    told = [(one.more_at.price, one.more_at.units) if one.more_at else None for one in found.awards]
    assert told == [(Decimal("12.01"), 20), None, (Decimal("10.01"), 10), (Decimal("7.01"), 20)]
    assert found.awards[2].text == "40 of 50 at 9: edge J → D1 is full"
    for place, more in enumerate(told):
        if more is not None:
            one = worked_example()
            bids = list(one.bids)
            bids[place] = replace(bids[place], price=more[0])
            again = cleared(replace(one, bids=tuple(bids)))
            assert again.awards[place].quantity == found.awards[place].quantity + more[1]


def test_a_single_edge_is_a_uniform_price_auction() -> None:
    # 100 to be had. By price: 40 at 7, 50 at 6; 30 at 4 get the 10 left and set the price; 20 at 3 get none.
    line = network_of(edge("R", "D", 100))
    found = cleared(
        draft(
            line,
            buy("a", "R D", 50, "6"),
            buy("b", "R D", 20, "3"),
            buy("c", "R D", 40, "7"),
            buy("d", "R D", 30, "4"),
        )
    )

    assert awards(found) == [50, 0, 40, 10]
    assert prices(found) == [4, 4, 4, 4]


def test_without_excess_demand_a_single_edge_costs_the_reserve_price() -> None:
    line = network_of(edge("R", "D", 100))

    found = cleared(draft(line, buy("a", "R D", 50, "6"), buy("b", "R D", 50, "4"), reserve="1.5"))

    assert awards(found) == [50, 50]
    assert prices(found) == [Fraction(3, 2)] * 2
    assert (found.settlement.rent, found.settlement.reserve) == (0, 150)


def test_bids_below_the_reserve_price_get_nothing() -> None:
    line = network_of(edge("R", "D", 100))

    assert awards(cleared(draft(line, buy("a", "R D", 50, "1.4"), reserve="1.5"))) == [0]


def test_bids_alike_share_in_proportion_to_what_they_asked_for() -> None:
    # 10 between 20, 10 and 1: 6.45, 3.23 and 0.32 are 6, 3 and 0, and the unit left goes to the first.
    line = network_of(edge("R", "D", 10))

    found = cleared(
        draft(line, *(buy(name, "R D", size, "5") for name, size in zip("abc", (20, 10, 1), strict=True)))
    )

    assert awards(found) == [7, 3, 0]


def test_among_equals_on_different_paths_earlier_bids_go_first() -> None:
    network = network_of(edge("R1", "J", 50), edge("R2", "J", 50), edge("J", "D", 60))
    bids = buy("a", "R1 D", 50, "5"), buy("b", "R2 D", 50, "5")

    assert awards(cleared(draft(network, *bids))) == [50, 10]
    assert awards(cleared(draft(network, *reversed(bids)))) == [50, 10]


def test_a_seller_gives_up_a_path_that_lets_another_one_through() -> None:
    # J→D1 is full of A's right. B bids 9 for R2→D1, A asks 4 for R1→D1: 30 move, and as B wants more, at 9.
    # The operator gets nothing: no capacity was free.
    found = cleared(
        draft(
            two_by_two(),
            sell("A", "R1 D1", 30, "4"),
            buy("B", "R2 D1", 40, "9"),
            rights=(held("A", "R1 D1", 80),),
        )
    )

    assert awards(found) == [30, 30]
    assert found.surplus == 30 * (9 - 4)
    assert [one.payment.amount for one in found.awards] == [270, 270]
    assert found.settlement.operator.amount == 0


def test_the_operator_sells_on_a_path_only_what_sellers_there_do_not() -> None:
    # On R1→D1 A gives up 30 at 2; B wants 50 and gives 6. The operator asks 5 for the other 20, which sets
    # the price for all: A gets 5 for each of its 30.
    found = cleared(
        draft(
            two_by_two(),
            sell("A", "R1 D1", 30, "2"),
            buy("B", "R1 D1", 50, "6"),
            rights=(held("A", "R1 D1", 30),),
            reserve="5",
        )
    )

    assert awards(found) == [30, 50]
    assert prices(found) == [5, 5]
    assert found.settlement.operator.amount == found.settlement.reserve == 100
    assert found.surplus == 50 * 6 - 30 * 2 - 20 * 5


def test_a_counter_flow_makes_room_at_flow_and_none_at_robust() -> None:
    network = network_of(edge("S1", "S2", 10, 10))
    bids = buy("there", "S1 S2", 25, "5"), buy("back", "S2 S1", 10, "1")

    at_flow = cleared(draft(network, *bids, level=Level.FLOW))
    at_robust = cleared(draft(network, *bids, level=Level.ROBUST))

    # A path of its own never carries more than the edge: the technical limit of S1 → S2 is 10.
    assert awards(at_flow) == awards(at_robust) == [10, 10]


def test_who_makes_room_by_a_counter_flow_is_paid_for_it() -> None:
    # Entries and exits on either side of an edge of 10. "c" back lets 5 more through: "a" and "b" share 15,
    # b's 4 is the price of the edge, and c gets it. At ROBUST nothing is netted.
    network = network_of(
        *(edge(entry, "J", 50) for entry in ("R1", "R2")),
        *(edge("K", exit_, 50) for exit_ in ("D1", "D2")),
        *(edge("R3", "K", 50), edge("J", "D3", 50), edge("J", "K", 10, 10)),
    )
    bids = buy("a", "R1 D1", 10, "5"), buy("b", "R2 D2", 10, "4"), buy("c", "R3 D3", 5, "0")

    netted = cleared(draft(network, *bids, level=Level.FLOW))
    apart = cleared(draft(network, *bids))

    assert (awards(netted), prices(netted)) == ([10, 5, 5], [4, 4, -4])
    assert [one.payment.amount for one in netted.awards] == [40, 20, -20]
    assert (awards(apart)[:2], prices(apart)) == ([10, 0], [4, 4, 0])


def test_a_bid_that_depends_on_another_is_in_only_with_it() -> None:
    line = network_of(edge("R", "D", 100))
    alone = buy("a", "R D", 10, "1"), buy("b", "R D", 90, "5", only_if="a"), buy("c", "R D", 100, "4.9")

    # c alone is 490; b needs one unit of a, and 9 are left for c: 1 + 450 + 44.1.
    found = cleared(draft(line, *alone))
    assert awards(found) == [1, 90, 9]
    assert found.surplus == Fraction("495.1")

    never = replace(alone[0], minimum=10, price=Decimal("0.1"))
    # a in whole: 1 + 450 = 451 < 490.
    assert awards(cleared(draft(line, never, *alone[1:]))) == [0, 0, 100]


def test_a_bid_is_one_quantity_on_every_gas_day_of_its_period() -> None:
    # Two days of 10 units, and 3 a day for "long" on both.
    line = network_of(edge("R", "D", 10))
    days = [Period(date(2027, 10, day), date(2027, 10, day + 1)) for day in (1, 2)]
    both = Period(days[0].start, days[1].end)
    found = cleared(
        draft(
            line,
            buy("long", "R D", 10, "3", period=both),
            buy("first", "R D", 10, "4", period=days[0]),
            buy("second", "R D", 4, "3.5", period=days[1]),
        )
    )

    # A unit of long is worth 6, of first and second together 7.5: those have 4, long the other 6. That is
    # 36 + 16 + 14; long alone would be 60, without it 40 + 14.
    assert awards(found) == [6, 4, 4]
    assert found.surplus == 66


def test_rights_beyond_capacity_are_refused_with_the_cut() -> None:
    beyond = draft(
        two_by_two(), buy("a", "R1 D1", 5, "1"), rights=(held("A", "R1 D2", 60), held("B", "R2 D2", 15))
    )

    with pytest.raises(InvalidInput, match="5 of what is outstanding on 2027-10-01 cannot be transported"):
        cleared(beyond)


def test_the_same_draft_clears_to_the_same_result() -> None:
    one = random_draft("gaslib-40", 5, Level.ROBUST, indivisible=True)

    assert cleared(one) == cleared(one)


def test_gurobi_and_highs_clear_the_worked_example_alike() -> None:
    found = clear(worked_example(minimum=15), Gurobi(wheels_licence()), at=NOON, seconds=SECONDS)

    assert (awards(found), found.surplus, found.solver) == ([45, 55, 35, 15], 1280, "Gurobi")


def instance(seed: int) -> Draft:
    """Every network, level and kind of bid in turn."""
    kinds = list(product((False, True), (Level.FLOW, Level.ROBUST), SHIPPED))
    indivisible, level, code = kinds[seed % len(kinds)]
    return random_draft(code, seed, level, indivisible=indivisible)


@pytest.mark.parametrize("seed", range(INSTANCES))
def test_random_clearings_equal_an_independent_modelling_and_hold_together(seed: int) -> None:
    one = instance(seed)
    found = cleared(one)

    assert float(found.surplus) == pytest.approx(best_surplus(one), rel=1e-9)
    assert found.is_proved
    _requires_whole_units_and_minimums(found)
    _requires_money_to_add_up(found)
    if not any(bid.minimum or bid.only_if for bid in one.bids):
        assert found.gap == 0
        assert found.settlement.uplift.amount == 0
        _requires_nobody_to_want_another_quantity(found)
    if one.level is Level.ROBUST and not one.reserve_price and all(limit.edges for limit in found.limits):
        _requires_paths_to_cost_the_sum_along_them(one, found)


def _requires_whole_units_and_minimums(found: Clearing) -> None:
    by_id = {one.bid.id: one for one in found.awards}
    for one in found.awards:
        assert one.quantity == 0 or one.bid.minimum <= one.quantity <= one.bid.quantity
        assert one.quantity == 0 or one.bid.only_if is None or by_id[one.bid.only_if].quantity


def _requires_money_to_add_up(found: Clearing) -> None:
    settlement = found.settlement
    paid = sum(one.payment.amount for one in found.awards if one.bid.side is Side.BUY)
    received = sum(one.payment.amount for one in found.awards if one.bid.side is Side.SELL)
    uplift = sum(one.uplift.amount for one in found.awards)
    assert settlement.operator.amount == paid - received - uplift
    exact = settlement.rent + settlement.reserve
    assert abs(Fraction(paid - received) - exact) <= Fraction(len(found.awards), 200)
    assert found.adequacy.value_of_rights == found.adequacy.value_of_capacity
    assert settlement.rent >= 0


def _requires_nobody_to_want_another_quantity(found: Clearing) -> None:
    for one in found.awards:
        gain = one.bid.side.sign * (Fraction(one.bid.price) - one.path_price)
        assert gain <= 0 or one.quantity == one.bid.quantity
        assert gain >= 0 or one.quantity == 0


def _requires_paths_to_cost_the_sum_along_them(one: Draft, found: Clearing) -> None:
    """The least sum of edge prices along any way is what the path costs, day by day."""
    graph = nx.DiGraph()
    for own in one.network.edges:
        graph.add_edges_from([(own.tail, own.head), (own.head, own.tail)])
    days = {day: graph.copy() for award in found.awards for day in award.bid.period}
    for priced in found.edges:
        for day in (day for period in priced.periods for day in period):
            days[day].edges[priced.tail, priced.head]["price"] = priced.price
    for award in found.awards:
        ends = award.bid.route.receipt, award.bid.route.delivery
        sums = [
            nx.dijkstra_path_length(
                days[day], *ends, weight=lambda _, __, edge: edge.get("price", Fraction(0))
            )
            for day in award.bid.period
        ]
        assert award.path_price * award.bid.period.days == sum(sums)


@pytest.mark.parametrize("seed", [3, 4])
def test_room_on_a_full_edge_is_worth_its_price(seed: int) -> None:
    one = random_draft("gaslib-40", seed, Level.ROBUST, indivisible=False)
    found = cleared(one)
    ways = {(edge.edge_id, edge.tail, edge.head) for limit in found.limits for edge in limit.edges}
    assert ways

    for way in ways:
        worth = sum(
            limit.price * limit.days
            for limit in found.limits
            if way in [(edge.edge_id, edge.tail, edge.head) for edge in limit.edges]
        )
        assert cleared(_with_one_more(one, *way)).surplus - found.surplus == worth


def _with_one_more(one: Draft, edge_id: str, tail: str, head: str) -> Draft:
    """Return the draft with a unit more on an edge, one way."""
    edges = []
    for own in one.network.edges:
        is_wider = own.id == edge_id
        forward = (own.capacity_forward or 0) + (is_wider and (own.tail, own.head) == (tail, head))
        backward = (own.capacity_backward or 0) + (is_wider and (own.head, own.tail) == (tail, head))
        edges.append(replace(own, capacity_forward=forward, capacity_backward=backward) if is_wider else own)
    return replace(one, network=replace(one.network, edges=tuple(edges)))


def test_every_award_at_robust_passes_the_verifier_and_its_checker() -> None:
    one = random_draft("gaslib-40", 4, Level.ROBUST, indivisible=False)

    _requires_every_award_to_verify(one, cleared(one))


def test_what_pressures_leave_is_near_the_best_verified_and_stated_with_its_gap() -> None:
    # Two pipes in a row with β = 0.2 from 60 bar to at least 40, another exit half way. With b's 30 kg/s,
    # 0.2 ((a + 30)² + a²) ≤ 60² − 40² leaves a = √4775 − 15 = 54.1014 kg/s; less for b does not pay: a would
    # gain 0.6 of it. By capacities alone a has the 70 kg/s that b leaves of the 100 of the first pipe.
    per_kg_per_s = KG_10 / 10
    one = draft(
        FORK,
        buy("a", "in out", 10 * KG_10, "5"),
        buy("b", "in near", 3 * KG_10, "6"),
        level=Level.HYDRAULIC,
    )

    found = cleared(one)

    best = (5 * (4775**0.5 - 15) + 6 * 30) * per_kg_per_s
    assert 0.98 * best <= found.surplus <= best
    assert float(found.bound) == pytest.approx((5 * 70 + 6 * 30) * per_kg_per_s, abs=5)
    assert [limit.text for limit in found.limits] == ["pressure is at its limit"]
    _requires_every_award_to_verify(one, found)


def _requires_every_award_to_verify(one: Draft, found: Clearing) -> None:
    assert found.is_proved
    verifier = Provers(one, Highs()).verifier
    rights = rights_after(one, np.array(awards(found)))
    for award in found.awards:
        bid = award.bid
        if award.quantity and bid.side is Side.BUY:
            beside = rights.given(bid.route, Firmness.FIRM, bid.period, -award.quantity)
            request = Request(bid.route, award.quantity, bid.period)
            decision = verifier.decide(beside, request, NOON, seconds=SECONDS)
            assert (decision.outcome, decision.level) == (Outcome.FEASIBLE, one.level)
