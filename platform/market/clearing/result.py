"""What comes out of a clearing: awards, prices, payments, and the certificates that they hold together.

Quantities are whole commercial units on every gas day of a bid's period. Prices are exact fractions of money
per unit and gas day. Payments are for the whole period, rounded to the cent one by one; the operator gets
what is left of them, so that nothing is lost between the parties.
"""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from capacity.feasibility.checking.checked_verdict import CheckedDecision
from capacity.feasibility.verdicts.explanation import CutEdge
from capacity.networks.policy import Level
from linepack.gasday import Period
from linepack.money import Money
from market.clearing.model import Bid


@dataclass(frozen=True, slots=True)
class PriceOfLimit:
    """A limit that is used up on some gas days, and what one unit more of it is worth a day.

    `edges` are those of a full cut, each in the direction in which it is full. `capacity` is what it carries
    and `load` what all rights ask of it after the clearing, in the count of the limit.
    """

    text: str
    periods: tuple[Period, ...]
    days: int
    edges: tuple[CutEdge, ...]
    price: Fraction
    capacity: int
    load: int


@dataclass(frozen=True, slots=True)
class PriceOfEdge:
    """The price of an edge in one direction on some gas days: the sum over the used-up limits it is in."""

    edge_id: str
    tail: str
    head: str
    periods: tuple[Period, ...]
    price: Fraction


@dataclass(frozen=True, slots=True)
class MoreAt:
    """What a bid would have been awarded more at another limit price, everything else alike."""

    price: Decimal
    units: int


@dataclass(frozen=True, slots=True)
class Award:
    """What one bid was awarded, at which price a unit and gas day, and why not more.

    `payment` is what a buyer pays, or a seller gets, before `uplift`: money back to a buyer, or more for a
    seller, that would lose by the price because it was kept in whole. `rate` is what is paid or got per unit
    and gas day in the end. `more_at` is None where all was
    awarded, where it was not sought, and where no price would help.
    """

    bid: Bid
    quantity: int
    path_price: Fraction
    rate: Decimal
    payment: Money
    uplift: Money
    text: str
    more_at: MoreAt | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """Where the money goes: paid − uplift for buyers = received + uplift for sellers + the operator's.

    `rent` is what the used-up limits' room earned and `reserve` the operator's reserve price, both exact;
    the operator's receipts differ from them by uplift and by the rounding of payments.
    """

    paid: Money
    received: Money
    uplift: Money
    operator: Money
    rent: Fraction
    reserve: Fraction


@dataclass(frozen=True, slots=True)
class RevenueAdequacy:
    """That prices cover all rights: the value of what used-up limits carry, and of the rights on them.

    Both are exact sums of price × units × gas days. Rights after the clearing are worth no more than the
    capacity, because no limit carries more than it can.
    """

    value_of_capacity: Fraction
    value_of_rights: Fraction

    @property
    def holds(self) -> bool:
        """Whether payments cover what is outstanding."""
        return self.value_of_rights <= self.value_of_capacity


@dataclass(frozen=True, slots=True)
class Clearing:
    """The result of one draft.

    `surplus` is what awards are worth by the bids' own limits, less the operator's reserve price; no award is
    worth more than `bound`. `input_hash` identifies the draft: the same one clears to the same result.
    """

    level: Level
    awards: tuple[Award, ...]
    surplus: Fraction
    bound: Fraction
    limits: tuple[PriceOfLimit, ...]
    edges: tuple[PriceOfEdge, ...]
    settlement: Settlement
    adequacy: RevenueAdequacy
    decisions: tuple[CheckedDecision, ...]
    input_hash: str
    solver: str
    solver_version: str

    @property
    def gap(self) -> Fraction:
        """By how much a better award could be worth more, as far as was proved."""
        return self.bound - self.surplus

    @property
    def is_proved(self) -> bool:
        """Whether all rights after the clearing were proved and checked."""
        return all(decision.is_feasible for decision in self.decisions)
