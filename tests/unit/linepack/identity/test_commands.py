from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from linepack.access import PartyKind, Role, Scope
from linepack.identity.commands import (
    NewApiKey,
    NewParty,
    NewUser,
    key_faults,
    overlap_faults,
    party_faults,
    user_faults,
)
from linepack.identity.model import OidcSubject
from linepack.ids import PartyId
from linepack.problems import Fault

NOW = datetime(2027, 1, 1, tzinfo=UTC)
PARTY = PartyId(UUID(int=1))
USER = NewUser(PARTY, "desk@shipper.example", "Desk", frozenset({Role.SHIPPER}), "correct horse battery")
KEY = NewApiKey(
    PARTY, "desk robot", frozenset({Role.SHIPPER}), frozenset({Scope.READ}), NOW + timedelta(days=90)
)


def places(faults: list[Fault]) -> list[str]:
    return [fault.place for fault in faults]


def test_good_commands_have_no_faults() -> None:
    assert party_faults(NewParty("21X-SHIPPER-A", "Shipper A", PartyKind.SHIPPER)) == []
    assert user_faults(USER, PartyKind.SHIPPER) == []
    assert key_faults(KEY, PartyKind.SHIPPER, now=NOW) == []
    assert overlap_faults(timedelta(days=7)) == []


@pytest.mark.parametrize("code", ["", "A", "with space", "x" * 41, "-dash-first", "tab\t", "ünïcode"])
def test_a_bad_code_is_refused(code: str) -> None:
    assert places(party_faults(NewParty(code, "Shipper", PartyKind.SHIPPER))) == ["code"]


@pytest.mark.parametrize("name", ["", "  ", "x" * 201, "two\nlines", "null\0"])
def test_a_bad_name_is_refused(name: str) -> None:
    assert places(party_faults(NewParty("CODE", name, PartyKind.SHIPPER))) == ["name"]


def test_every_fault_of_a_user_is_listed_at_once() -> None:
    bad = NewUser(PARTY, "no address", "", frozenset({Role.ADMIN}), "short")
    assert places(user_faults(bad, PartyKind.SHIPPER)) == ["name", "roles", "email", "password"]


@pytest.mark.parametrize("email", ["", "a", "@b", "a@", "a b@c", "a@b\n", "x" * 65 + "@b", "a@" + "b" * 260])
def test_a_bad_email_is_refused(email: str) -> None:
    assert places(user_faults(replace(USER, email=email), PartyKind.SHIPPER)) == ["email"]


def test_a_user_needs_a_password_or_a_provider() -> None:
    without = replace(USER, password=None)
    assert places(user_faults(without, PartyKind.SHIPPER)) == ["password"]
    known_elsewhere = replace(without, foreign=OidcSubject("https://login.example", "alice"))
    assert user_faults(known_elsewhere, PartyKind.SHIPPER) == []


@pytest.mark.parametrize(
    ("kind", "role"),
    [
        (PartyKind.SHIPPER, Role.OPERATOR),
        (PartyKind.SHIPPER, Role.ADMIN),
        (PartyKind.OPERATOR, Role.SHIPPER),
        (PartyKind.OPERATOR, Role.BILLING),
        (PartyKind.REGULATOR, Role.BILLING),
        (PartyKind.PLATFORM, Role.SHIPPER),
    ],
)
def test_a_role_that_the_party_cannot_have_is_refused(kind: PartyKind, role: Role) -> None:
    faults = user_faults(replace(USER, roles=frozenset({role})), kind)
    assert [str(fault) for fault in faults] == [f"roles: a party of kind {kind} has no {role}"]


def test_a_key_has_no_more_scopes_than_its_roles_open() -> None:
    command = replace(KEY, scopes=frozenset({Scope.READ, Scope.OPERATE, Scope.ADMINISTER}))
    assert [str(fault) for fault in key_faults(command, PartyKind.SHIPPER, now=NOW)] == [
        "scopes: the roles of the key do not open ADMINISTER, OPERATE"
    ]


def test_a_key_administers_no_company() -> None:
    command = replace(
        KEY, roles=frozenset({Role.SHIPPER, Role.COMPANY_ADMIN}), scopes=frozenset({Scope.MANAGE})
    )
    assert [str(fault) for fault in key_faults(command, PartyKind.SHIPPER, now=NOW)] == [
        "roles: a key has no COMPANY_ADMIN: only people keep accounts"
    ]


@pytest.mark.parametrize("term", [timedelta(0), timedelta(days=-1), timedelta(days=366, seconds=1)])
def test_a_key_expires_within_a_year(term: timedelta) -> None:
    command = replace(KEY, expires_at=NOW + term)
    assert places(key_faults(command, PartyKind.SHIPPER, now=NOW)) == ["expiresAt"]


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=31)])
def test_an_overlap_is_at_most_a_month(overlap: timedelta) -> None:
    assert places(overlap_faults(overlap)) == ["overlapDays"]


def test_a_command_does_not_show_its_password_when_printed() -> None:
    assert "correct horse" not in repr(USER)
