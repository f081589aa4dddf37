"""The demo is loaded where nothing is, and says so plainly where it cannot be."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import SecretStr
from tests.identities import SECRET
from tests.integration.market.market_fixture import NETWORK, NOW, OPERATING, OPERATOR
from tests.integration.schema.transport.security_client import SecurityClient

from capacity.publication.service import ImportNetwork, import_network
from linepack.access import PartyKind, platform_principal
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.identity.commands import NewParty
from linepack.identity.model import Party
from linepack.identity.repository import insert_party
from linepack.identity.service import create_party
from linepack.money import Currency
from linepack.settings import Settings
from server.demo import loading
from server.demo.loading import DemoInterrupted, DemoRefused, load_demo
from server.demo.parties import LOGINS

pytestmark = pytest.mark.anyio


async def test_the_demo_is_refused_in_production(client: SecurityClient) -> None:
    """The people of the demo have a password that stands in the README."""
    settings = Settings(environment="production", jwt_secret=SecretStr(SECRET))
    with pytest.raises(DemoRefused):
        await load_demo(replace(client.services, settings=settings))


async def test_the_network_of_the_demo_that_somebody_imported_is_no_interrupted_demo(
    client: SecurityClient,
) -> None:
    network = replace(NETWORK, code=loading.NETWORK)
    async with UnitOfWork(client.services.database) as uow:
        operator = Party(OPERATOR, LOGINS[0].party, "Another operator", PartyKind.OPERATOR)
        await insert_party(uow.connection, operator, now=NOW)
    async with UnitOfWork(client.services.database) as uow:
        command = ImportNetwork(network=network, currency=Currency.EUR)
        await import_network(command, Context(uow=uow, principal=OPERATING, at=NOW))

    assert not await load_demo(client.services)


async def test_a_demo_that_was_cut_off_before_its_first_network_is_named(client: SecurityClient) -> None:
    services, first = client.services, LOGINS[0]
    platform = services.identity.context(platform_principal(now=datetime.now(UTC)))
    await create_party(NewParty(first.party, first.company, first.kind), platform)

    with pytest.raises(DemoInterrupted, match="start again on an empty database"):
        await load_demo(services)
