"""What parts of a contract are charged, passed on by anybody to anybody, for any days and in any order.

A small world of one booking: parts are assigned, lent and released, and what came of that is passed on again.
It is settled as the ledger settles it; nothing but the database is missing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from itertools import count
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.capacity.contracts.samples import NOON, bundled, contract, passed_on_within, path

from capacity.contracts.algebra.split import kept, split
from capacity.contracts.contract import Contract
from capacity.contracts.pricing.price import (
    BlockTiers,
    Flat,
    LargerOf,
    PriceProcedure,
    SeasonFactor,
    Sum,
    Tier,
)
from capacity.rights.model import MovementCause
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from linepack.money import Currency, Money
from settlement.charges.cost import contract_cost
from settlement.charges.plan import AwardPlan, Basis, BookingPlan, ChargePlan, TradePlan
from settlement.ledger.model import ChargeCode, ChargeLine, LineRef, PostedLine

START = date(2027, 1, 20)
DAYS = 70
CENT = Decimal("0.01")
ROUNDED = Decimal("1e-6")
"""More than the rounding of shares to ten decimals comes to."""
ASSIGNMENT, LOAN, RELEASE = MovementCause.ASSIGNMENT, MovementCause.TRANSFER_OF_USE, MovementCause.RELEASE

rates = st.decimals(-2, 20, places=3)
factors = st.tuples(*[st.decimals(0, 3, places=2)] * 12)


@st.composite
def tiers(draw: st.DrawFn) -> BlockTiers:
    limits = sorted(draw(st.sets(st.integers(1, 99), min_size=1, max_size=3)))
    return BlockTiers((*(Tier(Decimal(n), draw(rates)) for n in limits), Tier(None, draw(rates))))


prices: st.SearchStrategy[PriceProcedure] = st.recursive(
    rates.map(Flat) | tiers(),
    lambda inner: (
        st.builds(SeasonFactor, inner, factors)
        | st.builds(LargerOf, inner, inner)
        | st.lists(inner, min_size=1, max_size=3).map(lambda parts: Sum(tuple(parts)))
    ),
    max_leaves=4,
)
spans = st.tuples(st.integers(0, DAYS - 1), st.integers(1, DAYS)).map(
    lambda found: Period(
        START + timedelta(days=found[0]), START + timedelta(days=min(DAYS, found[0] + found[1]))
    )
)


@st.composite
def bookings(draw: st.DrawFn) -> Contract:
    quantity = draw(st.integers(1, 100))
    price = draw(prices)
    network = path("r", "d", quantity, price)
    if draw(st.booleans()):
        network = bundled("r", "d", quantity, entry_price=price, exit_price=draw(prices))
    return contract(network, quantity=quantity, period=Period(START, START + timedelta(days=DAYS)))


@dataclass
class World:
    """Contracts by id, and the open lines of each."""

    contracts: dict[ContractId, Contract] = field(default_factory=dict)
    open_lines: defaultdict[ContractId, list[PostedLine]] = field(default_factory=lambda: defaultdict(list))
    numbers: "count[int]" = field(default_factory=lambda: count(1))

    def book(self, booking: Contract) -> None:
        self.contracts[booking.id] = booking
        self._post(BookingPlan(booking))

    def pass_on(
        self, parent: Contract, quantity: int, period: Period, kind: MovementCause, rate: Decimal
    ) -> Contract:
        number = next(self.numbers)
        child = split(
            parent,
            child_id=ContractId(UUID(int=number)),
            holder_id=PartyId(UUID(int=10_000 + number)),
            quantity=quantity,
            period=period,
            cause=kind,
            created_at=NOON,
            passed_on=passed_on_within(period, self.children(parent)),
            price=Flat(rate) if kind is not ASSIGNMENT else None,
        )
        self.contracts[child.id] = child
        if kind is RELEASE:
            self._post(AwardPlan(parent, (child,)))
        else:
            self._post(TradePlan(parent, child, rate, Currency.EUR))
        return child

    def children(self, parent: Contract, *kinds: MovementCause) -> list[Contract]:
        found = [one for one in self.contracts.values() if one.parent_id == parent.id]
        return [one for one in found if not kinds or one.cause in kinds]

    def free(self, one: Contract, period: Period) -> int:
        return one.quantity - passed_on_within(period, self.children(one))

    def lines(self, one: Contract) -> list[ChargeLine]:
        return [posted.line for posted in self.open_lines[one.id]]

    def lineage(self, root: Contract) -> list[Contract]:
        """Return the contract and all that came of it by assignment."""
        return [root, *(one for child in self.children(root, ASSIGNMENT) for one in self.lineage(child))]

    def _post(self, plan: ChargePlan) -> None:
        before = list(self.open_lines[plan.open_lines_of]) if plan.open_lines_of else []
        for draft in plan.drafts(Basis(open_lines=before)):
            entry = next(self.numbers)
            reversed_refs = {line.reverses for line in draft.lines}
            for contract_id in {line.contract_id for line in draft.lines}:
                left = [one for one in self.open_lines[contract_id] if one.ref not in reversed_refs]
                self.open_lines[contract_id] = left
            for ordinal, line in enumerate(draft.lines):
                if line.charge_code is ChargeCode.RESERVATION and line.reverses is None:
                    self.open_lines[line.contract_id].append(PostedLine(LineRef(entry, ordinal), line))


@given(bookings(), st.data())
def test_contract_lines_and_workings_agree_whatever_is_passed_on(
    booking: Contract, data: st.DataObject
) -> None:
    world = World()
    world.book(booking)
    roots = {booking.id: by_month(world.lines(booking))}
    for _ in range(data.draw(st.integers(1, 8), label="trades")):
        parent = data.draw(st.sampled_from(list(world.contracts.values())))
        period = data.draw(spans).overlap(parent.period)
        if period is None or (free := world.free(parent, period)) == 0:
            continue
        kinds = [LOAN] if parent.cause is LOAN else [ASSIGNMENT, ASSIGNMENT, LOAN, RELEASE]
        kind = data.draw(st.sampled_from(kinds))
        child = world.pass_on(parent, data.draw(st.integers(1, free)), period, kind, data.draw(rates))
        if kind is RELEASE:
            roots[child.id] = by_month(world.lines(child))

    for one in world.contracts.values():
        if one.cause is not LOAN:
            assert_lines_are_what_the_contract_costs(world, one)
    for root, charged in roots.items():
        lineage = [line for one in world.lineage(world.contracts[root]) for line in world.lines(one)]
        assert by_month(lineage) == charged


@given(bookings(), st.data())
def test_the_order_in_which_parts_pass_changes_nothing(booking: Contract, data: st.DataObject) -> None:
    wanted = data.draw(st.lists(st.tuples(st.integers(1, booking.quantity), spans), min_size=2, max_size=5))
    parts: list[tuple[int, Period]] = []
    for quantity, period in wanted:
        if all(owed_of([*parts, (quantity, period)], day) <= booking.quantity for day in period):
            parts.append((quantity, period))
    numbered = list(enumerate(parts))

    in_order = passed_in(numbered, booking)
    shuffled = passed_in(data.draw(st.permutations(numbered)), booking)

    for number, (child, lines) in in_order.items():
        other, other_lines = shuffled[number]
        assert child.network == other.network
        assert contract_cost(child.network)(child.period) == contract_cost(other.network)(child.period)
        difference = sum_of(lines) - sum_of(other_lines)
        assert abs(difference) < CENT * (len(lines) + len(other_lines)) + ROUNDED


def passed_in(
    parts: Iterable[tuple[int, tuple[int, Period]]], booking: Contract
) -> dict[int, tuple[Contract, list[ChargeLine]]]:
    world = World()
    world.book(booking)
    children = {
        number: world.pass_on(booking, quantity, period, ASSIGNMENT, Decimal(0))
        for number, (quantity, period) in parts
    }
    return {number: (child, world.lines(child)) for number, child in children.items()}


def assert_lines_are_what_the_contract_costs(world: World, one: Contract) -> None:
    owed = Counter[date]()
    for line in world.lines(one):
        owed.update(dict.fromkeys(line.period, line.quantity))
        cost = contract_cost(kept(one, line.quantity))(line.period)
        nearest = Money(cost.amount, Currency.EUR).rounded()
        steps, last = line.working[:-1], line.working[-1]
        assert steps == tuple(map(str, cost.lines))
        assert last.endswith(f"payable {line.amount}")
        assert abs(line.amount.amount - cost.amount) < CENT + ROUNDED
        assert (last == f"payable {line.amount}") == (line.amount == nearest)
    assigned = world.children(one, ASSIGNMENT)
    for day in one.period:
        gone = sum(child.quantity for child in assigned if day in child.period)
        assert owed[day] == one.quantity - gone


def owed_of(parts: Iterable[tuple[int, Period]], day: date) -> int:
    return sum(quantity for quantity, period in parts if day in period)


def by_month(lines: Sequence[ChargeLine]) -> dict[date, Decimal]:
    return {
        month: sum_of([line for line in lines if line.gas_month == month])
        for month in sorted({line.gas_month for line in lines})
    }


def sum_of(lines: Iterable[ChargeLine]) -> Decimal:
    return sum((line.amount.amount for line in lines), start=Decimal(0))
