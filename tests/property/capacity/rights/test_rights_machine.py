"""Bookings, trades and holds in any order: what is held, embedded and verified stays one.

On no gas day does a contract pass on and hold back together more than it has.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.unit.capacity.contracts.samples import NOON, bundled, contract, passed_on_within

from capacity.contracts.algebra.split import split
from capacity.contracts.booking import booking
from capacity.contracts.contract import Contract
from capacity.contracts.errors import NotDivisible
from capacity.contracts.pricing.price import Flat
from capacity.rights.balance import Segment, balance
from capacity.rights.holds import standing, used
from capacity.rights.model import Firmness, Hold, HoldCause, Movement, MovementCause, Purpose, Route
from capacity.rights.snapshot import RightsSnapshot
from linepack.gasday import Period
from linepack.ids import ContractId, PartyId
from market.commands.validation import QUANTITY_MAX
from market.errors import NotHeld
from market.holds.free import free_of, require_free

FIRST = date(2027, 1, 1)
DAYS = 20
PRICE = Flat(Decimal(1))
FIRM = Firmness.FIRM

spans = st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)).map(
    lambda ends: Period(FIRST + timedelta(min(ends)), FIRST + timedelta(max(ends) + 1))
)
causes = st.sampled_from([HoldCause.LISTING, HoldCause.RELEASE])
holders = st.integers(1, 4).map(lambda number: PartyId(UUID(int=number)))


class Rights(RuleBasedStateMachine):
    contracts = Bundle("contracts")

    @initialize()
    def begin(self) -> None:
        self.ledger: list[Movement] = []
        self.snapshot = RightsSnapshot()
        self.all: dict[ContractId, Contract] = {}
        self.booked: Counter[tuple[Route, date]] = Counter()
        self.holds: list[Hold] = []
        self.expected: Counter[tuple[Purpose, date]] = Counter()

    @rule(
        target=contracts,
        holder=holders,
        quantity=st.integers(1, 30),
        period=spans,
        route=st.sampled_from([Route("r", "d"), Route("r", None), Route(None, "d"), None]),
    )
    def book(self, holder: PartyId, quantity: int, period: Period, route: Route | None) -> Contract:
        network = (
            bundled("r", "d", quantity, entry_price=PRICE, exit_price=PRICE)
            if route is None
            else booking(route, quantity, PRICE)
        )
        new = replace(
            contract(network, quantity=quantity, number=len(self.all) + 1, period=period), holder_id=holder
        )
        self._append(new, new.movements(new.id))
        for own_route, units in new.routes():
            self.booked.update({(own_route, day): units for day in period})
        return new

    @rule(target=contracts, parent=contracts, holder=holders, quantity=st.integers(1, 30), period=spans)
    def trade(self, parent: Contract, holder: PartyId, quantity: int, period: Period) -> object:
        shared = period.overlap(parent.period)
        if shared is None:
            return multiple()
        passed_on = passed_on_within(shared, self._children(parent))
        held = min(least(self._held(parent, route), shared) for route, _ in parent.routes())
        if quantity <= held and any(self._free_on(parent, day) < quantity for day in shared):
            return multiple()  # `market.rights_transfer.transfer` refuses this; see the rule `hold`
        try:
            child = split(
                parent,
                child_id=ContractId(UUID(int=len(self.all) + 1)),
                holder_id=holder,
                quantity=quantity,
                period=shared,
                cause=MovementCause.RELEASE,
                created_at=NOON,
                passed_on=passed_on,
            )
        except NotDivisible:
            assert quantity > held
            return multiple()
        assert quantity <= held
        self._append(child, child.movements_from(parent, child.id))
        return child

    @rule(
        contract=contracts, quantity=st.integers(1, 30), period=spans, number=st.integers(1, 3), cause=causes
    )
    def hold(self, contract: Contract, quantity: int, period: Period, number: int, cause: HoldCause) -> None:
        purpose = Purpose(cause, UUID(int=contract.id.int * 10 + number))
        shared = period.overlap(contract.period)
        if shared is None:
            return
        enough = all(self._free_on(contract, day) >= quantity for day in shared)
        own = [line for line in standing(self.holds) if line.contract_id == contract.id]
        free = free_of(contract, self._children(contract), own, shared)
        if not enough:
            with pytest.raises(NotHeld):
                require_free(free, quantity)
            return
        require_free(free, quantity)
        self.holds.append(
            Hold(contract.network_id, contract.holder_id, contract.id, None, FIRM, shared, quantity, purpose)
        )
        self.expected.update({(purpose, day): quantity for day in shared})

    @rule(data=st.data(), period=spans, most=st.one_of(st.just(QUANTITY_MAX), st.integers(1, 30)))
    def use_up_hold(self, data: st.DataObject, period: Period, most: int) -> None:
        if not self.holds:
            return
        purpose = data.draw(st.sampled_from(self.holds)).purpose
        own = [line for line in self.holds if line.purpose == purpose]
        self.holds += used(own, [(period, most)])
        for day in period:
            left = self.expected[purpose, day]
            self.expected[purpose, day] -= min(most, left)

    @invariant()
    def what_is_held_is_what_was_taken_and_not_ended(self) -> None:
        found: Counter[tuple[Purpose, date]] = Counter()
        for line in standing(self.holds):
            assert line.quantity > 0
            found.update({(line.purpose, day): line.quantity for day in line.period})
        assert found == +self.expected

    @invariant()
    def passed_on_and_held_is_never_more_than_there_is(self) -> None:
        for one in self.all.values():
            assert all(self._free_on(one, day) >= 0 for day in one.period)

    @invariant()
    def no_party_holds_less_than_nothing(self) -> None:
        for one in self.all.values():
            for segments in balance(m for m in self.ledger if m.contract_id == one.id).values():
                assert all(segment.quantity > 0 for segment in segments)

    @invariant()
    def trades_leave_the_network_as_it_was_booked(self) -> None:
        for offset in range(DAYS):
            day = FIRST + timedelta(offset)
            booked = {route: units for (route, own_day), units in self.booked.items() if own_day == day}
            assert dict(self.snapshot.stack(day, Firmness.FIRM)) == booked

    @invariant()
    def what_contracts_still_have_is_what_is_verified(self) -> None:
        for offset in range(0, DAYS, 5):
            day = FIRST + timedelta(offset)
            together: Counter[Route] = Counter()
            for one in self.all.values():
                for route, _ in one.routes():
                    together[route] += on_day(self._held(one, route), day)
            assert +together == Counter(self.snapshot.stack(day))

    @invariant()
    def a_contract_has_what_it_was_made_with_less_what_it_passed_on(self) -> None:
        for one in self.all.values():
            for day in (one.period.start, one.period.end - timedelta(days=1)):
                today = Period(day, day + timedelta(days=1))
                left = one.quantity - passed_on_within(today, self._children(one))
                assert all(on_day(self._held(one, route), day) == left for route, _ in one.routes())

    def _append(self, new: Contract, movements: list[Movement]) -> None:
        first = len(self.ledger) + 1
        numbered = [replace(one, sequence=number) for number, one in enumerate(movements, start=first)]
        self.ledger += numbered
        self.snapshot = self.snapshot.apply(numbered)
        self.all[new.id] = new
        assert self.snapshot.version == len(self.ledger)

    def _free_on(self, one: Contract, day: date) -> int:
        """Count by hand: quantity, less the parts that run on that day, less what is held then."""
        passed_on = sum(child.quantity for child in self._children(one) if day in child.period)
        own = {line.purpose for line in self.holds if line.contract_id == one.id}
        return one.quantity - passed_on - sum(self.expected[purpose, day] for purpose in own)

    def _children(self, parent: Contract) -> list[Contract]:
        return [one for one in self.all.values() if one.parent_id == parent.id]

    def _held(self, one: Contract, route: Route) -> Sequence[Segment]:
        own = balance(m for m in self.ledger if m.contract_id == one.id)
        return own.get((route, one.firmness), ())


TestRights = Rights.TestCase
TestRights.settings = settings(max_examples=40, stateful_step_count=20, deadline=None)


def least(segments: Iterable[Segment], period: Period) -> int:
    """Return the quantity held on every gas day of `period`."""
    held = [(shared, s.quantity) for s in segments if (shared := s.period.overlap(period)) is not None]
    covered = sum((shared.days for shared, _ in held), start=0)
    return min(quantity for _, quantity in held) if covered == period.days else 0


def on_day(segments: Iterable[Segment], day: date) -> int:
    """Return the quantity held on one gas day."""
    return least(segments, Period(day, day + timedelta(days=1)))
