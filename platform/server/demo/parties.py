"""The companies and users of the demo."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from linepack.access import PARTY_ROLES, PartyKind, Principal, Role, platform_principal, scopes_of
from linepack.identity.commands import NewParty, NewUser
from linepack.identity.model import Party
from linepack.identity.repository import party_by_code
from linepack.identity.service import create_party, create_user
from server.services import Services

PASSWORD = "open-capacity-2027"  # noqa: S105 no secret: it is printed at every start


@dataclass(frozen=True, slots=True)
class Login:
    """A user of the demo."""

    email: str
    party: str
    company: str
    kind: PartyKind
    role: Role
    description: str


SHIPPERS = (
    ("nordwind", "Nordwind Energie"),
    ("alpengas", "Alpengas Handel"),
    ("ostsee", "Ostsee Gas"),
    ("rheinland", "Rheinland Stadtwerke"),
    ("donau", "Donau Trading"),
    ("harz", "Harz Speicher"),
)
LOGINS = (
    Login("operator@demo.test", "NETZ", "Netz Vierzig", PartyKind.OPERATOR, Role.OPERATOR, "runs networks"),
    *(
        Login(
            f"trader@{code}.test", code.upper(), name, PartyKind.SHIPPER, Role.SHIPPER, f"trades for {name}"
        )
        for code, name in SHIPPERS
    ),
    Login(
        "accounts@nordwind.test",
        "NORDWIND",
        "Nordwind Energie",
        PartyKind.SHIPPER,
        Role.COMPANY_ADMIN,
        "keeps the accounts of Nordwind Energie",
    ),
    Login("billing@demo.test", "BILLING", "Billing", PartyKind.BILLING, Role.BILLING, "reads settlements"),
    Login("regulator@demo.test", "REG", "Regulator", PartyKind.REGULATOR, Role.REGULATOR, "sees everything"),
    Login("admin@demo.test", "PLATFORM", "Platform", PartyKind.PLATFORM, Role.ADMIN, "keeps all accounts"),
)


async def are_begun(connection: AsyncConnection) -> bool:
    """Return whether the first company of the demo is there: none of another installation is like it."""
    first = LOGINS[0]
    found = await party_by_code(connection, first.party)
    return found is not None and (found.name, found.kind) == (first.company, first.kind)


async def add_parties(services: Services, now: datetime) -> dict[str, Party]:
    """Add the companies and accounts of `LOGINS`; return the companies by code."""
    platform = platform_principal(now=now)
    parties: dict[str, Party] = {}
    for login in LOGINS:
        party = parties.get(login.party) or await create_party(
            NewParty(login.party, login.company, login.kind), services.identity.context(platform)
        )
        user = NewUser(party.id, login.email, login.company, frozenset({login.role}), PASSWORD)
        await create_user(user, services.identity.context(platform))
        parties[login.party] = party
    return parties


def principal_of(party: Party, now: datetime) -> Principal:
    """Return a principal who acts for `party` in all it may do, while the demo is loaded."""
    roles = PARTY_ROLES[party.kind]
    return Principal("demo", party.id, roles, scopes_of(roles), now + timedelta(hours=1))
