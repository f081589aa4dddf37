"""What an installation shows over HTTP, to whom, and what browsers are told with it."""

import re
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest
from pydantic import SecretStr
from tests.identities import SECRET, make_identities
from tests.integration.server.web.conftest import Opening

from linepack.access import Scope
from linepack.identity.authentication import Authenticator
from linepack.identity.service import create_api_key
from linepack.settings import Settings
from server.web.frontend import EXPLORER, NOT_BUILT

pytestmark = pytest.mark.anyio
METRICS_TOKEN = "m" * 32


@pytest.fixture
async def browser(opening: Opening) -> AsyncIterator[httpx2.AsyncClient]:
    """A client of an installation in development."""
    async with opening(Settings()) as client:
        yield client


@pytest.fixture
async def bearers(identity: Authenticator) -> dict[Scope, dict[str, str]]:
    """The headers of a billing system's two keys: one may read, one may not."""
    identities = await make_identities(identity)
    alice = identity.context(await identities.sign_in(identities.alice))
    keys = {
        scope: await create_api_key(identities.new_key(identities.shipper, scope), alice)
        for scope in (Scope.READ, Scope.SETTLE)
    }
    return {scope: {"authorization": f"Bearer {key.text}"} for scope, key in keys.items()}


async def test_readiness_says_which_solver_works_and_why(browser: httpx2.AsyncClient) -> None:
    ready = (await browser.get("/readyz")).json()
    assert (ready["database"], ready["redis"]) == (True, True)
    name, version = ready["solver"].split()
    assert name in {"HiGHS", "Gurobi"}
    assert version[0].isdigit()
    assert ready["solver_reason"]
    assert "each job" in ready["parts_of_jobs"]


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


def production(**given: Any) -> Settings:
    return Settings(environment="production", jwt_secret=SecretStr(SECRET), **given)


async def test_in_production_figures_are_for_who_has_the_token(opening: Opening) -> None:
    async with opening(production()) as client:
        assert (await client.get("/metrics")).status_code == 401
        assert (await client.get("/readyz")).json() == {"database": True, "redis": True}
    async with opening(production(metrics_token=SecretStr(METRICS_TOKEN))) as client:
        for given in ({}, {"authorization": "Bearer forged"}, {"authorization": f"Basic {METRICS_TOKEN}"}):
            assert (await client.get("/metrics", headers=given)).status_code == 401
        held = {"authorization": f"Bearer {METRICS_TOKEN}"}
        assert "linepack_settlement_parked" in (await client.get("/metrics", headers=held)).text
        assert "settled_through" in (await client.get("/readyz", headers=held)).json()


async def test_the_api_is_explored_in_development_alone(
    browser: httpx2.AsyncClient, opening: Opening
) -> None:
    page = await browser.get(EXPLORER)
    assert page.status_code == 200 or page.text == NOT_BUILT
    async with opening(production()) as client:
        assert (await client.get(EXPLORER)).text == "Not Found"


ORIGIN = "https://app.example"
PREFLIGHT = {
    "origin": ORIGIN,
    "access-control-request-method": "POST",
    "access-control-request-headers": "authorization,content-type,x-request-id",
}


async def test_a_page_of_an_allowed_origin_may_call_the_api(opening: Opening) -> None:
    async with opening(Settings(allowed_origins=(ORIGIN,))) as client:
        asked = await client.options("/graphql", headers=PREFLIGHT)
        assert asked.status_code == 200
        assert asked.headers["access-control-allow-origin"] == ORIGIN
        assert "authorization" in asked.headers["access-control-allow-headers"]
        assert "access-control-allow-credentials" not in asked.headers
        for body, status in (({"query": "{ viewer { roles } }"}, 200), ({"query": "x" * 1_000_001}, 413)):
            answer = await client.post("/graphql", json=body, headers={"origin": ORIGIN})
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "x-request-id" in answer.headers["access-control-expose-headers"]
            assert "Origin" in answer.headers["vary"]
        page = await client.get("/", headers={"origin": ORIGIN})
        assert "access-control-allow-origin" not in page.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "https://app.example.evil.example", "null"])
async def test_a_page_of_another_origin_may_not(opening: Opening, origin: str) -> None:
    async with opening(Settings(allowed_origins=(ORIGIN,))) as client:
        asked = await client.options("/graphql", headers={**PREFLIGHT, "origin": origin})
        answer = await client.post(
            "/graphql", json={"query": "{ viewer { roles } }"}, headers={"origin": origin}
        )
        for one in (asked, answer):
            assert "access-control-allow-origin" not in one.headers


async def test_long_answers_are_compressed_and_streams_are_not(
    browser: httpx2.AsyncClient, bearers: dict[Scope, dict[str, str]]
) -> None:
    query = {"query": "{ __schema { types { name description } } }"}
    answer = await browser.post("/graphql", json=query, headers=bearers[Scope.READ])
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) < len(answer.content) / 3
    streaming = {**bearers[Scope.READ], "accept": "text/event-stream"}
    assert "content-encoding" not in (await browser.post("/graphql", json=query, headers=streaming)).headers
    assert "content-encoding" not in (await browser.get("/healthz")).headers


async def test_a_document_that_the_client_has_already_is_not_sent_again(
    browser: httpx2.AsyncClient, bearers: dict[Scope, dict[str, str]]
) -> None:
    path = "/graphql/schema"
    first = await browser.get(path, headers=bearers[Scope.READ])
    assert first.status_code == 200
    assert "no-cache" in first.headers["cache-control"]
    tag = first.headers["etag"]
    again = await browser.get(path, headers={**bearers[Scope.READ], "if-none-match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    changed = await browser.get(path, headers={**bearers[Scope.READ], "if-none-match": '"other"'})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/networks/none",
        "/assets/none.js",
        "/nothing",
        "/healthz",
        "/readyz",
        "/metrics",
        "/graphql",
        "/graphql/schema",
    ],
)
async def test_every_answer_has_the_safe_headers(browser: httpx2.AsyncClient, path: str) -> None:
    headers = (await browser.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
