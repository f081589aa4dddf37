"""Gas days on which edges carry less, and payments that contracts can state."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from tests.unit.market.clearing.samples import NOON, SECONDS, buy, two_by_two

from capacity.networks.model import Overlay, OverlayKind
from capacity.networks.policy import Level
from capacity.solvers.highs import Highs
from linepack.gasday import Period
from linepack.money import Currency
from market.clearing.model import Draft
from market.clearing.outcome import clear
from market.clearing.payments import payment_of, rate_of, uplift_of

BOTH_DAYS = Period(date(2027, 10, 1), date(2027, 10, 3))
FIRST_DAY, SECOND_DAY = (Period(date(2027, 10, day), date(2027, 10, day + 1)) for day in (1, 2))


def test_works_on_one_day_bound_who_bids_for_it() -> None:
    works = Overlay("J-D1", OverlayKind.MAINTENANCE, SECOND_DAY, 0.5)
    bids = (
        buy("1", "R1 D1", 60, "10", period=BOTH_DAYS),
        buy("2", "R2 D1", 50, "9", period=FIRST_DAY),
    )
    for level in (Level.RIGHTS, Level.FLOW, Level.ROBUST):
        draft = Draft(two_by_two(), level, Currency.EUR, Decimal(0), (), bids, (works,))
        found = clear(draft, Highs(), at=NOON, seconds=SECONDS)
        # J → D1 carries 80 and then 40: bid 1 gets 40 on both days, which leaves bid 2 its 40 on the first.
        # It lacks 10, so a unit costs 9 on the first day; bid 1 lacks 20 and pays 20 for both days: 11 on
        # the second.
        assert [award.quantity for award in found.awards] == [40, 40]
        assert found.is_proved
        assert [award.payment.amount for award in found.awards] == [Decimal("800.00"), Decimal("360.00")]
    by_day = {edge.periods: edge.price for edge in found.edges if edge.edge_id == "J-D1"}
    assert by_day == {(FIRST_DAY,): Fraction(9), (SECOND_DAY,): Fraction(11)}


def test_what_is_paid_is_what_a_contract_at_the_rate_costs() -> None:
    bid = buy("1", "R1 D1", 60, "0.3", period=BOTH_DAYS)
    rate = rate_of(Fraction(1, 3))
    assert rate == Decimal("0.333333333")
    # 60 × 2 × 0.333333333 = 39.99999996; at the limit of 0.3 it is 36, and the difference is made up for.
    assert payment_of(bid, rate, 60, Currency.EUR).amount == Decimal("40.00")
    assert uplift_of(bid, rate, 60, Currency.EUR).amount == Decimal("4.00")
    assert uplift_of(bid, Decimal("0.2"), 60, Currency.EUR).amount == 0
