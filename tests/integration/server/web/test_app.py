"""What a browser is told with every answer: trust nothing but the page's own styles and scripts."""

import base64
import hashlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx2
import pytest
from pydantic import SecretStr
from redis.asyncio import Redis
from starlette.types import Receive, Scope, Send
from tests.identities import SECRET, make_identity

from capacity.networks.policy import Level, Policy
from capacity.publication.catalogue import load
from capacity.publication.service import ImportNetwork, import_network
from linepack.access import PartyKind, platform_principal
from linepack.commands.handling import Context
from linepack.commands.unit_of_work import UnitOfWork
from linepack.database.connections import Database
from linepack.identity.commands import NewParty
from linepack.identity.service import create_party
from linepack.money import Currency
from linepack.settings import Settings
from server.page.pressure_cache import PressureCache
from server.services import open_services
from server.web.app import create

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(
    database: Database, redis: Redis, database_url: str, valkey_url: str
) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an installation with the Belgian network."""
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
    settings = Settings(database_url=database_url, redis_url=valkey_url, jwt_secret=SecretStr(SECRET))
    application = create(settings)
    async with open_services(settings) as services:

        async def opened(scope: Scope, receive: Receive, send: Send) -> None:
            state = {"services": services, "pressures": PressureCache(services.verifiers)}
            await application({**scope, "state": state}, receive, send)

        transport = httpx2.ASGITransport(app=opened)
        async with httpx2.AsyncClient(transport=transport, base_url="http://linepack.example") as client:
            yield client


def hashed(tag: str, html: str) -> list[str]:
    """Return the sources that a policy must name for the inline elements of a page."""
    contents = re.findall(rf"<{tag}[^>]*>(.*?)</{tag}>", html, re.DOTALL)
    return [
        f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()}'"
        for content in contents
    ]


async def test_the_page_may_use_its_own_style_and_nothing_else(browser: httpx2.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.status_code == 200
    directives = page.headers["content-security-policy"].split("; ")
    [style] = hashed("style", page.text)
    assert f"style-src {style}" in directives
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= set(directives)
    assert not any(directive.startswith("script-src") for directive in directives)
    assert hashed("script", page.text) == []


async def test_the_explorer_may_run_its_own_script_and_call_its_own_server(
    browser: httpx2.AsyncClient,
) -> None:
    page = await browser.get("/graphql/explorer")
    directives = page.headers["content-security-policy"].split("; ")
    [style], [script] = hashed("style", page.text), hashed("script", page.text)
    assert {f"style-src {style}", f"script-src {script}", "connect-src 'self'"} <= set(directives)


async def test_readiness_says_which_solver_works_and_why(browser: httpx2.AsyncClient) -> None:
    ready = (await browser.get("/readyz")).json()
    assert (ready["database"], ready["redis"]) == (True, True)
    name, version = ready["solver"].split()
    assert name in {"HiGHS", "Gurobi"}
    assert version[0].isdigit()
    assert ready["solver_reason"]


async def test_settlement_shows_in_readiness_and_figures_without_a_worker(
    browser: httpx2.AsyncClient,
) -> None:
    ready = (await browser.get("/readyz")).json()
    assert (ready["settled_through"], ready["settlement_parked"]) == ({"capacity": 0, "market": 0}, 0)
    figures = (await browser.get("/metrics")).text
    assert "linepack_settlement_parked 0.0" in figures
    # The network was imported, and nobody settles.
    [behind] = re.findall(r"^linepack_settlement_behind_seconds (\S+)$", figures, re.MULTILINE)
    assert float(behind) > 0


@pytest.mark.parametrize(
    "path",
    ["/", "/networks/none", "/nothing", "/healthz", "/readyz", "/metrics", "/graphql", "/graphql/schema"],
)
async def test_every_answer_has_the_safe_headers(browser: httpx2.AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
