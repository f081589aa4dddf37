"""What a command on an installation works with: its services, and the principal that it acts as."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from capacity.networks import repository as networks
from capacity.networks.repository import PublishedNetwork
from linepack.access import Principal, Role, platform_principal, scopes_of
from linepack.database.connections import DATABASE_FAULTS, is_away
from linepack.identity import repository as identity
from linepack.identity.authentication import IdentityContext
from linepack.identity.model import Party
from linepack.ids import PartyId
from linepack.monitoring.logging import configure_logging
from linepack.problems import NotFound
from linepack.settings import Settings
from market.context import MarketCaller
from server.cli.answers import Answer
from server.cli.settings import settings_or_exit
from server.errors import DatabaseLost
from server.installation.opening import installation
from server.services import Services, open_services


@dataclass(frozen=True, slots=True)
class Session:
    """The services of an installation, and the platform's own principal."""

    services: Services
    principal: Principal

    def caller(self) -> MarketCaller:
        """Return who runs commands of the market as the platform."""
        return self.services.market.caller(self.principal, self.services.now())

    def caller_for(self, party_id: PartyId, role: Role) -> MarketCaller:
        """Return who runs commands of the market for a party, in one of its roles."""
        return self.services.market.caller(self.acting_for(party_id, role), self.services.now())

    def acting_for(self, party_id: PartyId, role: Role) -> Principal:
        """Return the principal of a command that acts for a party, in one of its roles."""
        roles = frozenset({role})
        mine = self.principal
        return Principal(mine.subject, party_id, roles, scopes_of(roles), mine.expires_at)

    def identity(self) -> IdentityContext:
        """Return what commands on accounts, companies and keys run in."""
        return self.services.identity.context(self.principal)

    async def network(self, code: str) -> PublishedNetwork:
        """Return the network with this code; raises NotFound."""
        async with self.services.database.read() as connection:
            return await networks.by_code(connection, code)

    async def party(self, code: str) -> Party:
        """Return the party with this code; raises NotFound."""
        async with self.services.database.read() as connection:
            party = await identity.party_by_code(connection, code)
        if party is None:
            raise NotFound("party", code)
        return party


Work = Callable[..., Awaitable[Answer]]


def run(work: Work, given: Mapping[str, Any], *, must_exist: bool) -> Answer:
    """Carry out a command on this installation, made unless it `must_exist`, as the platform itself."""
    settings = settings_or_exit()
    configure_logging(production=settings.is_production, level=logging.WARNING)
    return asyncio.run(_run(settings, work, given, must_exist=must_exist))


async def _run(settings: Settings, work: Work, given: Mapping[str, Any], *, must_exist: bool) -> Answer:
    async with (
        installation(settings, must_exist=must_exist) as (complete, _),
        open_services(complete) as services,
    ):
        try:
            return await work(Session(services, platform_principal(now=services.now())), **given)
        except DATABASE_FAULTS as fault:
            is_of_a_file = getattr(fault, "filename", None) is not None
            if is_of_a_file or not is_away(fault):
                raise
            raise DatabaseLost(fault) from fault
