from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linepack.access import PartyKind, Principal, Role, Scope, platform_principal, scopes_of
from linepack.identity.administration.rules import (
    Administration,
    administering_role,
    keeps,
    require_grantable,
    require_kept,
    require_resettable,
)
from linepack.identity.errors import LastAdministrator
from linepack.identity.model import Account, OidcSubject
from linepack.ids import PartyId, UserId
from linepack.problems import Forbidden, InvalidInput, NotFound

NOW = datetime(2027, 1, 1, tzinfo=UTC)
OWN, OTHER, OFFICE = (PartyId(UUID(int=number)) for number in (1, 2, 3))
ADMIN_ID, PERSON_ID = UserId(UUID(int=11)), UserId(UUID(int=12))


def account(*roles: Role, user_id: UserId = PERSON_ID, party_id: PartyId = OWN) -> Account:
    return Account(
        id=user_id,
        party_id=party_id,
        email=f"{user_id}@shipper.example",
        name="Person",
        roles=frozenset(roles or {Role.SHIPPER}),
        foreign=None,
        created_at=NOW,
        credentials_changed_at=NOW,
    )


def principal(*roles: Role, user_id: UserId | None = ADMIN_ID, party_id: PartyId = OWN) -> Principal:
    held = frozenset(roles)
    return Principal("test", party_id, held, scopes_of(held), NOW + timedelta(hours=1), user_id=user_id)


COMPANY = principal(Role.COMPANY_ADMIN)
INSTALLATION = principal(Role.ADMIN, party_id=OFFICE)


def administration(by: Principal = COMPANY, *administrators: UserId) -> Administration:
    return Administration(by, PartyKind.SHIPPER, frozenset(administrators or {ADMIN_ID}))


CHANGES: dict[str, Callable[[Administration, Account], object]] = {
    "disable": lambda by, one: by.disabled(one, at=NOW),
    "enable": lambda by, one: by.enabled(one),
    "roles": lambda by, one: by.with_roles(one, frozenset({Role.MARKETER})),
    "reset": lambda by, one: require_resettable(by.principal, one),
}


def test_a_company_keeps_its_own_people_and_the_installation_all() -> None:
    assert [keeps(COMPANY, one) for one in (OWN, OTHER)] == [True, False]
    assert [keeps(INSTALLATION, one) for one in (OWN, OTHER, OFFICE)] == [True] * 3
    assert not keeps(principal(Role.SHIPPER), OWN)
    assert not keeps(principal(Role.REGULATOR, party_id=OFFICE), OWN)


@pytest.mark.parametrize("change", CHANGES)
def test_a_person_of_another_company_is_not_found(change: str) -> None:
    with pytest.raises(NotFound) as refused:
        CHANGES[change](administration(), account(party_id=OTHER))
    assert refused.value.message == f"no user {PERSON_ID}"


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SHIPPER, Role.MARKETER, Role.COMPANY_ADMIN}))
@pytest.mark.parametrize("change", CHANGES)
def test_who_has_a_role_that_a_company_does_not_give_is_beyond_its_administrators(
    change: str, role: Role
) -> None:
    with pytest.raises(Forbidden):
        CHANGES[change](administration(), account(Role.SHIPPER, role))


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SHIPPER, Role.MARKETER, Role.COMPANY_ADMIN}))
def test_a_role_that_reaches_beyond_the_company_cannot_be_given(role: Role) -> None:
    with pytest.raises(InvalidInput):
        require_grantable(COMPANY, PartyKind.SHIPPER, frozenset({role}))
    # Not even where a party could have it.
    for kind in PartyKind:
        with pytest.raises((InvalidInput, Forbidden)):
            require_grantable(COMPANY, kind, frozenset({role}))


def test_the_installation_gives_every_role_that_the_party_may_have() -> None:
    require_grantable(INSTALLATION, PartyKind.OPERATOR, frozenset({Role.OPERATOR}))
    require_grantable(INSTALLATION, PartyKind.PLATFORM, frozenset({Role.ADMIN}))
    with pytest.raises(InvalidInput):
        require_grantable(INSTALLATION, PartyKind.SHIPPER, frozenset({Role.OPERATOR}))
    with pytest.raises(InvalidInput):
        require_grantable(INSTALLATION, PartyKind.SHIPPER, frozenset())


def test_nobody_gives_themselves_a_role_but_may_give_one_up() -> None:
    own = account(Role.COMPANY_ADMIN, Role.MARKETER, user_id=ADMIN_ID)
    by = administration(COMPANY, ADMIN_ID, PERSON_ID)
    with pytest.raises(Forbidden):
        by.with_roles(own, frozenset({Role.COMPANY_ADMIN, Role.SHIPPER}))
    lowered = by.with_roles(own, frozenset({Role.MARKETER}))
    assert lowered == replace(own, roles=frozenset({Role.MARKETER}))


def test_nobody_resets_their_own_password_or_that_of_who_has_none_here() -> None:
    with pytest.raises(Forbidden):
        require_resettable(COMPANY, account(user_id=ADMIN_ID))
    with pytest.raises(Forbidden):
        require_resettable(COMPANY, replace(account(), foreign=OidcSubject("https://login.example", "x")))
    require_resettable(COMPANY, account())


@pytest.mark.parametrize("change", ["disable", "roles"])
def test_the_last_administrator_of_a_company_stays_one(change: str) -> None:
    own = account(Role.COMPANY_ADMIN, Role.MARKETER, user_id=ADMIN_ID)
    with pytest.raises(LastAdministrator):
        CHANGES[change](administration(COMPANY, ADMIN_ID), own)
    CHANGES[change](administration(COMPANY, ADMIN_ID, PERSON_ID), own)
    CHANGES[change](administration(INSTALLATION, ADMIN_ID), own)


def test_the_installations_last_administrator_stays_one_whoever_asks() -> None:
    last = account(Role.ADMIN, party_id=OFFICE)
    for by in (INSTALLATION, platform_principal(now=NOW)):
        office = Administration(by, PartyKind.PLATFORM, frozenset({PERSON_ID}))
        with pytest.raises(LastAdministrator):
            office.disabled(last, at=NOW)
        replace(office, administrators=frozenset({PERSON_ID, ADMIN_ID})).disabled(last, at=NOW)


def test_what_is_so_already_stays_as_it_is() -> None:
    gone = replace(account(Role.COMPANY_ADMIN), disabled_at=NOW)
    assert administration().disabled(gone, at=NOW + timedelta(days=1)) == gone
    assert administration().enabled(account()) == account()


def test_a_disabled_account_is_enabled_as_it_was() -> None:
    gone = administration().disabled(account(), at=NOW)
    assert gone == replace(account(), disabled_at=NOW)
    assert administration().enabled(gone) == account()


def test_a_key_that_only_manages_the_platform_gives_and_changes_nothing() -> None:
    roles = frozenset({Role.ADMIN})
    key = Principal("key:x", OFFICE, roles, frozenset({Scope.MANAGE}), NOW)
    assert administering_role(key) is Role.COMPANY_ADMIN
    with pytest.raises(Forbidden):
        require_kept(key, account(Role.ADMIN, party_id=OFFICE))
    with pytest.raises(Forbidden):
        require_grantable(key, PartyKind.PLATFORM, roles)
