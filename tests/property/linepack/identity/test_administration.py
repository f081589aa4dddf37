"""Administrators of two companies and of the installation at random: what must hold whatever they try.

The machine keeps the accounts as a database would; the rules decide. What must hold is said of the accounts
alone, not of the rules: who had which rights before, and who has them after.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from linepack.access import PartyKind, Principal, Role, Scope, scopes_of
from linepack.identity.administration.rules import (
    Administration,
    administering_role,
    require_grantable,
    require_resettable,
)
from linepack.identity.model import Account
from linepack.ids import PartyId, UserId
from linepack.problems import Problem

START = datetime(2027, 1, 1, tzinfo=UTC)
KINDS = {
    PartyId(UUID(int=1)): PartyKind.SHIPPER,
    PartyId(UUID(int=2)): PartyKind.SHIPPER,
    PartyId(UUID(int=3)): PartyKind.PLATFORM,
    PartyId(UUID(int=4)): PartyKind.OPERATOR,
}
FIRST, SECOND, OFFICE, OPERATOR = KINDS
people = st.integers(0, 30)
roles = st.frozensets(st.sampled_from(Role), max_size=3)


class Offices(RuleBasedStateMachine):
    """Two shippers, an operator and the installation, with people who try everything on everybody."""

    def __init__(self) -> None:
        super().__init__()
        self.accounts: list[Account] = []
        self.now = START
        self.deprived: set[PartyId] = set()

    @initialize()
    def begin(self) -> None:
        for party, role in (
            (FIRST, Role.COMPANY_ADMIN),
            (FIRST, Role.COMPANY_ADMIN),
            (SECOND, Role.COMPANY_ADMIN),
            (OFFICE, Role.ADMIN),
            (OFFICE, Role.ADMIN),
            (OPERATOR, Role.OPERATOR),
            (FIRST, Role.SHIPPER),
            (SECOND, Role.MARKETER),
        ):
            self._add(party, frozenset({role}))

    def _add(self, party_id: PartyId, given: frozenset[Role], until: datetime | None = None) -> None:
        number = len(self.accounts)
        self.accounts.append(
            Account(
                id=UserId(UUID(int=100 + number)),
                party_id=party_id,
                email=f"{number}@example.test",
                name="Person",
                roles=given,
                foreign=None,
                created_at=self.now,
                credentials_changed_at=self.now,
                initial_password_until=until,
            )
        )

    def _one(self, number: int) -> int:
        return number % len(self.accounts)

    def _principal(self, account: Account) -> Principal | None:
        """Who acts; None for one who is not let in, or has no scope for it."""
        held = account.roles
        scopes = scopes_of(held)
        if not self._is_able(account) or Scope.MANAGE not in scopes:
            return None
        until = self.now + timedelta(hours=1)
        return Principal("test", account.party_id, held, scopes, until, user_id=account.id)

    @staticmethod
    def _is_able(account: Account) -> bool:
        return account.disabled_at is None and account.initial_password_until is None

    def _able(self, party_id: PartyId, role: Role) -> frozenset[UserId]:
        return frozenset(
            one.id
            for one in self.accounts
            if one.party_id == party_id and role in one.roles and self._is_able(one)
        )

    def _try(self, actor: int, on: int, change: Callable[[Administration, Account], Account]) -> None:
        by, place = self._principal(self.accounts[self._one(actor)]), self._one(on)
        if by is None:
            return
        before = self.accounts[place]
        role = administering_role(by)
        office = Administration(by, KINDS[before.party_id], self._able(before.party_id, role))
        try:
            after = change(office, before)
        except Problem:
            return
        self.accounts[place] = after
        self._check(by, before, after)

    def _check(self, by: Principal, before: Account, after: Account) -> None:
        """What one change must not have done."""
        is_admin = Role.ADMIN in by.roles
        gained = after.roles - before.roles
        if after != before:
            assert is_admin or by.party_id == before.party_id, "reached another company"
            assert is_admin or before.roles | after.roles <= {
                Role.SHIPPER,
                Role.MARKETER,
                Role.COMPANY_ADMIN,
            }, "touched more rights than a company's"
        assert not (by.user_id == after.id and gained), "raised itself"
        if is_admin and KINDS[before.party_id] is PartyKind.SHIPPER:
            self.deprived.add(before.party_id)

    @rule(minutes=st.integers(1, 60))
    def pass_time(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(actor=people, on=people)
    def disable(self, actor: int, on: int) -> None:
        self._try(actor, on, lambda office, one: office.disabled(one, at=self.now))

    @rule(actor=people, on=people)
    def enable(self, actor: int, on: int) -> None:
        self._try(actor, on, lambda office, one: office.enabled(one))

    @rule(actor=people, on=people, given=roles)
    def change_roles(self, actor: int, on: int, given: frozenset[Role]) -> None:
        self._try(actor, on, lambda office, one: office.with_roles(one, given))

    @rule(actor=people, on=people)
    def reset(self, actor: int, on: int) -> None:
        def change(office: Administration, one: Account) -> Account:
            require_resettable(office.principal, one)
            return replace(one, initial_password_until=self.now + timedelta(days=7))

        self._try(actor, on, change)

    @rule(actor=people, given=roles)
    def invite(self, actor: int, given: frozenset[Role]) -> None:
        by = self._principal(self.accounts[self._one(actor)])
        if by is None or by.party_id is None or len(self.accounts) > 20:
            return
        try:
            require_grantable(by, KINDS[by.party_id], given)
        except Problem:
            return
        assert Role.ADMIN in by.roles or not given & {Role.ADMIN, Role.OPERATOR, Role.BILLING, Role.REGULATOR}
        self._add(by.party_id, given, until=self.now + timedelta(days=7))

    @rule(on=people)
    def sign_in_at_first(self, on: int) -> None:
        place = self._one(on)
        if self.accounts[place].disabled_at is None:
            self.accounts[place] = replace(self.accounts[place], initial_password_until=None)

    @invariant()
    def somebody_can_always_administer(self) -> None:
        if self.accounts:
            assert self._able(OFFICE, Role.ADMIN), "the installation has no administrator"
        for party in (FIRST, SECOND):
            if self.accounts and party not in self.deprived:
                assert self._able(party, Role.COMPANY_ADMIN), "a company has no administrator"

    @invariant()
    def nobody_has_a_role_that_the_party_does_not_have(self) -> None:
        for one in self.accounts:
            assert one.roles <= {
                PartyKind.SHIPPER: {Role.SHIPPER, Role.MARKETER, Role.COMPANY_ADMIN},
                PartyKind.PLATFORM: {Role.ADMIN},
                PartyKind.OPERATOR: {Role.OPERATOR},
            }.get(KINDS[one.party_id], set())


TestOffices = Offices.TestCase
TestOffices.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)
