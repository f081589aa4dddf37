"""An installation with one network, as a client of its application meets it under any settings."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime

import httpx2
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from starlette.types import Receive, Send
from starlette.types import Scope as Connection
from tests.identities import SECRET, make_identity

from capacity.networks.policy import Level, Policy
from capacity.publication.catalogue import load
from capacity.publication.service import ImportNetwork, import_network
from linepack.access import PartyKind, platform_principal
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.authentication import Authenticator
from linepack.identity.commands import NewParty
from linepack.identity.service import create_party
from linepack.money import Currency
from linepack.settings import Settings
from server.services import open_services
from server.web.app import create

Opening = Callable[[Settings], AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
async def identity(database: Database, redis: Redis) -> Authenticator:
    """Identity in an installation with the Belgian network."""
    now = datetime.now(UTC)
    platform = platform_principal(now=now)
    identity = make_identity(database, redis)
    operator = await create_party(NewParty("NETZ", "Netz", PartyKind.OPERATOR), identity.context(platform))
    policy = Policy(Level.FLOW, Level.FLOW)
    async with UnitOfWork(database) as uow:
        belgian = ImportNetwork(
            network=load("belgian"), currency=Currency.EUR, policy=policy, operator_id=operator.id
        )
        await import_network(belgian, Context(uow=uow, principal=platform, at=now))
    return identity


@pytest.fixture
def opening(identity: Authenticator, database_url: str, valkey_url: str) -> Opening:
    """Opens a client of the installation under other settings."""

    @asynccontextmanager
    async def open_with(given: Settings) -> AsyncIterator[httpx2.AsyncClient]:
        servers = {"database_url": database_url, "redis_url": valkey_url, "jwt_secret": SecretStr(SECRET)}
        settings = given.model_copy(update=servers)
        application = create(settings)
        async with open_services(settings) as services:

            async def opened(scope: Connection, receive: Receive, send: Send) -> None:
                await application({**scope, "state": {"services": services}}, receive, send)

            transport = httpx2.ASGITransport(app=opened)
            async with httpx2.AsyncClient(transport=transport, base_url="http://linepack.example") as client:
                yield client

    return open_with
