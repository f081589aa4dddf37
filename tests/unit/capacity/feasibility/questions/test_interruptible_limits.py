"""Stated interruptible quantities, counted by hand and against a count of one day at a time."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.capacity.feasibility.samples import DAY, FLOW, NOON, ONE_DAY, days, network, rights, verifier

from capacity.feasibility.checking.verdict_checker import check
from capacity.feasibility.verdicts.certificates import Outcome, SoldOutProof
from capacity.feasibility.verdicts.explanation import Limit, LimitKind
from capacity.feasibility.verdicts.verdict import Request, Verdict
from capacity.networks.interruptible import InterruptibleQuantity
from capacity.networks.model import Overlay, OverlayKind
from capacity.rights.model import Firmness, Route, RouteKind

#   a ──8──→ m ──10──→ d      a, b enter; d, e exit
#   b ──4──→ m ───5──→ e
CROSS = network(
    {"a": "in", "b": "in", "m": "", "d": "out", "e": "out"},
    [("a", "m", 8, 0), ("b", "m", 4, 0), ("m", "d", 10, 0), ("m", "e", 5, 0)],
)
MONTH = days(1, 32)
A_TO_D, A_TO_E, B_TO_D = Route("a", "d"), Route("a", "e"), Route("b", "d")
SHIPPED = Firmness.INTERRUPTIBLE
START = date(2026, 1, 1)


def path(quantity: int | None = None, **changes: Any) -> InterruptibleQuantity:
    return replace(InterruptibleQuantity(RouteKind.PATH, START, quantity=quantity), **changes)


def sold(*granted: tuple[Route, int]) -> list[tuple[Route, int, object, Firmness]]:
    return [(route, quantity, MONTH, SHIPPED) for route, quantity in granted]


def left(statements: list[InterruptibleQuantity], *granted: tuple[Route, int], route: Route = A_TO_D) -> int:
    """What can be had of a route on every day of the month."""
    own = verifier(CROSS, FLOW, interruptible=statements)
    booked = rights(*sold(*granted))  # type: ignore[arg-type]
    return own.largest_throughout(booked, route, MONTH, SHIPPED)


def test_nothing_is_on_sale_that_is_not_stated() -> None:
    verdict = verifier(CROSS, FLOW).verify(rights(), Request(A_TO_D, 1, ONE_DAY, SHIPPED), NOON)

    assert verdict.outcome is Outcome.INFEASIBLE
    [found] = verdict.largest
    assert (found.period, found.quantity, found.bound) == (ONE_DAY, 0, 0)
    assert found.limit == Limit(LimitKind.INTERRUPTIBLE, "no interruptible capacity is on sale")
    assert [one.text for one in verdict.bottlenecks] == [
        "no interruptible capacity is on sale on 14 Jan 2027; 1 of the 1 are missing"
    ]


def test_a_path_counts_what_is_sold_on_it() -> None:
    assert left([path(5)]) == 5
    assert left([path(5)], (A_TO_D, 3)) == 2
    assert left([path(5)], (A_TO_D, 3), (A_TO_E, 3), (B_TO_D, 3)) == 2
    assert left([path(5)], (A_TO_D, 9)) == 0


def test_a_path_of_its_own_comes_before_every_path() -> None:
    own = path(2, receipt="a", delivery="d")
    assert left([path(5), own]) == 2
    assert left([own, path(5)]) == 2
    assert left([path(5), own], route=A_TO_E) == 5


def test_a_point_counts_all_that_begins_or_ends_at_it() -> None:
    entry = InterruptibleQuantity(RouteKind.ENTRY, START, receipt="a", quantity=6)
    exit_ = InterruptibleQuantity(RouteKind.EXIT, START, delivery="d", quantity=7)
    assert left([entry], (A_TO_E, 2)) == 4
    assert left([exit_], (B_TO_D, 4)) == 3
    assert left([path(5), entry, exit_], (A_TO_E, 2), (B_TO_D, 4)) == 3
    assert left([entry], (A_TO_E, 2), route=Route("a", None)) == 4
    assert left([entry], route=B_TO_D) == 0


def test_stating_nothing_of_its_own_falls_back_to_every_path_and_zero_does_not() -> None:
    own = {"receipt": "a", "delivery": "d"}
    assert left([path(5), path(2, **own), path(None, **own)]) == 5
    assert left([path(5), path(0, **own)]) == 0
    assert left([path(5), path(None)]) == 0


def test_a_share_is_of_the_technical_capacity_of_each_day_rounded_down() -> None:
    # a → d carries 8; 0.3 × 8 = 2.4. Halved on three days, a → m carries 4: 1.2.
    works = Overlay("am0", OverlayKind.MAINTENANCE, days(10, 13), 0.5)
    own = verifier(CROSS, FLOW, [works], interruptible=[path(share=Decimal("0.3"))])
    assert own.largest(rights(), A_TO_D, MONTH, SHIPPED) == [
        (days(1, 10), 2),
        (days(10, 13), 1),
        (days(13, 32), 2),
    ]


def test_what_is_stated_is_proved_alone_against_the_edges_too() -> None:
    assert left([path(100)]) == 8
    assert left([path(100)], (A_TO_D, 50)) == 8


def test_a_refusal_says_for_each_spell_how_much_is_left() -> None:
    statements = [path(5), path(3, valid_from=date(2027, 1, 11))]
    booked = rights((A_TO_D, 2, days(5, 20), SHIPPED))
    own = verifier(CROSS, FLOW, interruptible=statements)

    verdict = own.verify(booked, Request(A_TO_D, 4, days(1, 25), SHIPPED), NOON)

    # 5 are stated until the 10th, then 3; 2 are sold from the 5th to the 19th.
    assert [(one.period, one.quantity, one.limit and one.limit.kind) for one in verdict.largest] == [
        (days(1, 5), 5, None),
        (days(5, 11), 3, LimitKind.INTERRUPTIBLE),
        (days(11, 20), 1, LimitKind.INTERRUPTIBLE),
        (days(20, 25), 3, LimitKind.INTERRUPTIBLE),
    ]
    assert verdict.largest_throughout == 1
    assert [
        (one.periods, one.capacity, one.demand, one.shortfall, one.limit) for one in verdict.bottlenecks
    ] == [
        ((days(5, 11),), 5, 6, 1, A_TO_D),
        ((days(11, 20),), 3, 6, 3, A_TO_D),
        ((days(20, 25),), 3, 4, 1, A_TO_D),
    ]
    assert verdict.bottlenecks[1].text == (
        "of 3 kWh/h interruptible on sale for a → d, 1 are left on 11 Jan to 19 Jan 2027; "
        "3 of the 4 are missing"
    )
    decision = own.decide(booked, Request(A_TO_D, 4, days(1, 25), SHIPPED), NOON)
    assert (decision.outcome, decision.proofs) == (Outcome.INFEASIBLE, verdict.proofs)
    assert own.verify(booked, Request(A_TO_D, 1, days(1, 25), SHIPPED), NOON).is_feasible


def test_availability_shows_what_is_stated_sold_and_left() -> None:
    booked = rights((A_TO_D, 2, days(10, 20), SHIPPED), (A_TO_E, 1, MONTH, SHIPPED))
    entry = InterruptibleQuantity(RouteKind.ENTRY, START, receipt="a", quantity=100)
    own = verifier(CROSS, FLOW, interruptible=[path(5), entry])
    found = own.availability(booked, A_TO_D, MONTH)
    assert [
        (one.period, one.interruptible_stated, one.booked_interruptible, one.interruptible_left)
        for one in found
    ] == [(days(1, 10), 5, 0, 5), (days(10, 20), 5, 2, 3), (days(20, 32), 5, 0, 5)]
    # Beyond what a → d carries, 8, nothing is left to be had.
    ample = verifier(CROSS, FLOW, interruptible=[path(50)]).availability(booked, A_TO_D, ONE_DAY)
    assert [(one.interruptible_stated, one.interruptible_left) for one in ample] == [(50, 8)]


@pytest.mark.parametrize("point", ["a", "d"])
def test_what_is_left_of_a_path_is_no_more_than_its_points_let_through(point: str) -> None:
    limit: dict[str, Any] = {"entry_capacity": 6} if point == "a" else {"exit_capacity": 6}
    nodes = tuple(replace(node, **limit) if node.id == point else node for node in CROSS.nodes)
    own = verifier(replace(CROSS, nodes=nodes), FLOW, interruptible=[path(50)])

    # The edges from a to d carry 8, the point lets 6 through.
    [found] = own.availability(rights(), A_TO_D, ONE_DAY)
    assert (found.technical, found.interruptible_stated, found.interruptible_left) == (8, 50, 6)
    assert own.decide(rights(), Request(A_TO_D, 6, ONE_DAY, SHIPPED), NOON).is_feasible
    assert not own.decide(rights(), Request(A_TO_D, 7, ONE_DAY, SHIPPED), NOON).is_feasible


ROUTES = [A_TO_D, A_TO_E, B_TO_D, Route("b", "e"), Route("a", None), Route("b", None)]
ROUTES += [Route(None, "d"), Route(None, "e")]
TECHNICAL = {A_TO_D: 8, A_TO_E: 5, B_TO_D: 4, Route("b", "e"): 4, Route("a", None): 8, Route("b", None): 4}
TECHNICAL |= {Route(None, "d"): 10, Route(None, "e"): 5}
"""By hand: the narrowest edge on the way; the entries together would bring 12 to d, whose edge carries 10."""


def counted(
    statements: list[InterruptibleQuantity],
    booked: list[tuple[Route, int, int, int]],
    route: Route,
    day: date,
) -> int:
    """What is left on one gas day: written anew, statement by statement and right by right."""
    results = []
    for receipt, delivery in {(route.receipt, None), (None, route.delivery), (route.receipt, route.delivery)}:
        if receipt is None and delivery is None:
            continue
        kind = RouteKind.EXIT if receipt is None else RouteKind.ENTRY if delivery is None else RouteKind.PATH
        chosen = None
        for points in ((receipt, delivery), (None, None)):
            latest = None
            for one in statements:
                is_about = one.kind is kind and (one.receipt, one.delivery) == points
                if (
                    is_about
                    and one.valid_from <= day
                    and (latest is None or one.valid_from >= latest.valid_from)
                ):
                    latest = one
            if latest is not None and (latest.quantity is not None or latest.share is not None):
                chosen = latest
                break
        if chosen is None:
            continue
        taken = sum(
            quantity
            for other, quantity, first, last in booked
            if date(2027, 1, first) <= day < date(2027, 1, last)
            and (receipt is None or other.receipt == receipt)
            and (delivery is None or other.delivery == delivery)
        )
        on_sale = chosen.quantity
        if on_sale is None:
            assert chosen.share is not None
            on_sale = int(TECHNICAL[Route(receipt, delivery)] * chosen.share)
        results.append(max(on_sale - taken, 0))
    return min(min(results, default=0), TECHNICAL[route])


@pytest.mark.parametrize("seed", range(60))
def test_any_statements_and_rights_are_counted_day_by_day(seed: int) -> None:
    chance = random.Random(seed)
    statements = []
    for _ in range(chance.randint(1, 8)):
        about = chance.choice(ROUTES)
        points: dict[str, Any] = {}
        if chance.random() < 0.6:
            points = {"receipt": about.receipt, "delivery": about.delivery}
        measure: dict[str, Any] = chance.choice(
            [{"quantity": chance.randint(0, 12)}, {"share": Decimal(chance.randint(0, 10)) / 10}, {}]
        )
        since = chance.choice([START, START, date(2027, 1, chance.randint(1, 31))])
        statements.append(InterruptibleQuantity(about.kind, since, **points, **measure))
    booked = []
    for _ in range(chance.randint(0, 6)):
        first = chance.randint(1, 29)
        booked.append((chance.choice(ROUTES), chance.randint(1, 5), first, chance.randint(first + 1, 31)))
    route = chance.choice(ROUTES)

    own = verifier(CROSS, FLOW, interruptible=statements)
    held = rights(*((one, quantity, days(first, last), SHIPPED) for one, quantity, first, last in booked))
    found = own.largest(held, route, MONTH, SHIPPED)

    by_day = [quantity for period, quantity in found for _ in period]
    expected = [counted(statements, booked, route, DAY.replace(day=1) + timedelta(days=i)) for i in range(31)]
    assert by_day == expected
    shown = own.availability(held, route, MONTH)
    assert [one.interruptible_left for one in shown for _ in one.period] == expected


def test_a_year_in_which_every_day_differs_in_every_figure_is_shown_day_by_day() -> None:
    year = days(1, 366)
    granted = [
        (A_TO_D, 1 + (i + shift) % 2, days(i, i + 1), firmness)
        for i in range(1, 366)
        for shift, firmness in ((0, Firmness.FIRM), (1, SHIPPED))
    ]
    found = verifier(CROSS, FLOW, interruptible=[path(5)]).availability(
        rights(*granted),
        A_TO_D,
        year,
    )

    # 8 can be sold; firm 2, 1, 2, … and interruptible 1, 2, 1, … of the 5 stated are.
    shown = [(one.period, one.available, one.booked_firm, one.interruptible_left) for one in found]
    assert shown == [
        (days(i, i + 1), 8 - firm, firm, 5 - (3 - firm)) for i in range(1, 366) for firm in [1 + i % 2]
    ]


def test_a_refusal_counts_what_is_sold_and_the_checker_counts_it_again() -> None:
    booked = rights(*sold((A_TO_D, 3), (B_TO_D, 9)))  # type: ignore[arg-type]
    own = verifier(CROSS, FLOW, interruptible=[path(5)])
    verdict = own.decide(booked, Request(A_TO_D, 3, MONTH, SHIPPED), NOON)

    assert verdict.outcome is Outcome.INFEASIBLE
    # 5 are stated for each path; 3 of them are sold on a to d, so that 2 of the 3 asked for are left.
    [proof] = verdict.proofs
    assert (proof.periods, proof.certificate) == ((MONTH,), SoldOutProof(A_TO_D, stated=5, sold=3))
    plain = Verdict.from_json(verdict.to_json())
    assert check(CROSS, (), booked, plain) == []
    for false in (
        SoldOutProof(A_TO_D, stated=5, sold=4),
        SoldOutProof(A_TO_D, stated=6, sold=3),
        SoldOutProof(B_TO_D, stated=9, sold=9),
        SoldOutProof(None, stated=0, sold=1),
    ):
        forged = replace(plain, proofs=(replace(proof, certificate=false),))
        assert check(CROSS, (), booked, forged) != [], false
    for periods in ((), (days(35, 36),)):
        forged = replace(plain, proofs=(replace(proof, periods=periods),))
        assert check(CROSS, (), booked, forged) != [], periods
    firm = replace(plain, request=replace(plain.request, firmness=Firmness.FIRM))
    assert check(CROSS, (), booked, firm) != []
