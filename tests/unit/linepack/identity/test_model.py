from datetime import UTC, datetime
from uuid import UUID

import pytest

from linepack.identity.model import (
    PARTY_ROLES,
    ROLE_SCOPES,
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


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.BILLING, Role.REGULATOR, Role.ADMIN])
def test_whoever_oversees_the_market_cannot_trade_in_it(role: Role) -> None:
    overseer = principal(role)
    assert overseer.oversees
    assert not overseer.holds(Scope.BOOK)
    assert not overseer.holds(Scope.TRADE)


def test_require_passes_when_everything_named_is_held() -> None:
    principal(Role.SHIPPER).require(Scope.BOOK, Scope.TRADE, Role.SHIPPER)


def test_require_names_the_first_thing_that_is_missing() -> None:
    with pytest.raises(Forbidden, match="this needs the scope OPERATE"):
        principal(Role.SHIPPER).require(Scope.READ, Scope.OPERATE)
    with pytest.raises(Forbidden, match="this needs the role ADMIN"):
        principal(Role.SHIPPER).require(Role.ADMIN)


def test_a_shipper_sees_its_own_affairs_only() -> None:
    assert principal(Role.SHIPPER).may_see(OWN)
    assert not principal(Role.SHIPPER).may_see(OTHER)
    assert principal(Role.REGULATOR).may_see(OTHER)


def test_the_platform_itself_acts_for_no_party_and_trades_for_none() -> None:
    platform = platform_principal(now=NOW)
    assert platform.holds(Scope.ADMINISTER)
    assert not platform.holds(Scope.BOOK)
    with pytest.raises(Forbidden):
        platform.require_party()
