from datetime import UTC, datetime
from uuid import UUID

import pytest

from linepack.access import (
    GIVEN_BY_COMPANIES,
    PARTY_ROLES,
    ROLE_SCOPES,
    PartyKind,
    Principal,
    Role,
    Scope,
    platform_principal,
    scopes_of,
)
from linepack.ids import PartyId
from linepack.problems import Forbidden

NOW = datetime(2027, 1, 1, tzinfo=UTC)
OWN = PartyId(UUID(int=1))
OTHER = PartyId(UUID(int=2))


def principal(*roles: Role) -> Principal:
    held = frozenset(roles)
    return Principal("user:1", OWN, held, scopes_of(held), NOW)


def test_every_role_opens_reading_and_belongs_to_one_kind_of_party_at_least() -> None:
    assert set(ROLE_SCOPES) == set(Role)
    assert all(Scope.READ in scopes for scopes in ROLE_SCOPES.values())
    assert frozenset().union(*PARTY_ROLES.values()) == set(Role)


@pytest.mark.parametrize(
    "role", [Role.OPERATOR, Role.BILLING, Role.REGULATOR, Role.COMPANY_ADMIN, Role.ADMIN]
)
def test_whoever_keeps_order_in_the_market_cannot_trade_in_it(role: Role) -> None:
    keeper = principal(role)
    assert not keeper.holds(Scope.BOOK)
    assert not keeper.holds(Scope.TRADE)


def test_no_role_that_a_company_gives_reaches_beyond_the_company() -> None:
    given = principal(*GIVEN_BY_COMPANIES)
    assert not given.oversees
    assert not given.scopes & {Scope.OPERATE, Scope.ADMINISTER}
    assert PARTY_ROLES[PartyKind.SHIPPER] == GIVEN_BY_COMPANIES


def test_require_passes_when_everything_named_is_held() -> None:
    principal(Role.SHIPPER).require(Scope.BOOK, Scope.TRADE, Role.SHIPPER)


def test_require_names_the_first_thing_that_is_missing() -> None:
    with pytest.raises(Forbidden, match="this needs the scope OPERATE"):
        principal(Role.SHIPPER).require(Scope.READ, Scope.OPERATE)
    with pytest.raises(Forbidden, match="this needs the role ADMIN"):
        principal(Role.SHIPPER).require(Role.ADMIN)


def test_a_shipper_sees_its_own_affairs_only() -> None:
    assert principal(Role.SHIPPER).sees(OWN, OTHER, operator_id=OTHER)
    assert not principal(Role.SHIPPER).sees(OTHER, operator_id=OTHER)
    assert not principal(Role.SHIPPER).sees(OTHER, operator_id=OWN)


def test_an_operator_sees_what_happens_on_its_own_networks_only() -> None:
    assert principal(Role.OPERATOR).sees(OTHER, operator_id=OWN)
    assert not principal(Role.OPERATOR).sees(OTHER, operator_id=OTHER)
    assert not principal(Role.OPERATOR).sees(OTHER)
    assert not principal(Role.OPERATOR).oversees


@pytest.mark.parametrize("role", [Role.BILLING, Role.REGULATOR, Role.ADMIN])
def test_whoever_oversees_the_market_sees_every_affair(role: Role) -> None:
    assert principal(role).sees(OTHER, operator_id=OTHER)


def test_nobody_who_may_act_for_an_operator_oversees_the_market() -> None:
    assert not any(principal(role).oversees for role in PARTY_ROLES[PartyKind.OPERATOR])


def test_one_who_acts_for_no_party_sees_nobodys_affairs() -> None:
    nobody = Principal("key:1", None, frozenset({Role.OPERATOR}), frozenset({Scope.READ}), NOW)
    assert not nobody.sees(None, operator_id=None)


def test_the_platform_itself_acts_for_no_party_and_trades_for_none() -> None:
    platform = platform_principal(now=NOW)
    assert platform.holds(Scope.ADMINISTER)
    assert not platform.holds(Scope.BOOK)
    with pytest.raises(Forbidden):
        platform.require_party()
