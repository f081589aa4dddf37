"""The web frontend as it is served: its document at every screen's address, and assets that browsers keep."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from server.web.frontend import BASE, frontend_routes

pytestmark = pytest.mark.anyio

DOCUMENT = f"<!doctype html><head>{BASE}</head><script type=module src=./assets/a-1.js></script>"
EXPLORER_DOCUMENT = f"<!doctype html><head>{BASE}</head><script type=module src=./assets/e-3.js></script>"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A frontend as its build leaves it."""
    assets = tmp_path / "assets"
    assets.mkdir()
    (tmp_path / "index.html").write_text(DOCUMENT)
    (tmp_path / "explorer.html").write_text(EXPLORER_DOCUMENT)
    (assets / "a-1.js").write_text("export {};")
    (assets / "inter-2.woff2").write_bytes(b"wOF2")
    (assets / "codicon-4.ttf").write_bytes(b"true")
    return tmp_path


def client(built: Path, *, root_path: str = "", has_explorer: bool = False) -> httpx2.AsyncClient:
    application = Starlette(routes=frontend_routes(built, has_explorer=has_explorer))
    transport = httpx2.ASGITransport(app=application, root_path=root_path)
    return httpx2.AsyncClient(transport=transport, base_url="http://linepack.example")


@pytest.fixture
async def browser(built: Path) -> AsyncIterator[httpx2.AsyncClient]:
    async with client(built) as opened:
        yield opened


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sign-in",
        "/account",
        "/administration?view=keys",
        "/settlement?month=2027-01-01",
        "/networks/gaslib-40",
        "/networks/gaslib-40/portfolio?a=b",
    ],
)
async def test_every_screen_is_the_same_document(browser: httpx2.AsyncClient, path: str) -> None:
    page = await browser.get(path)
    assert (page.status_code, page.text) == (200, DOCUMENT)
    assert page.headers["content-type"].startswith("text/html")
    again = await browser.get(path, headers={"if-none-match": page.headers["etag"]})
    assert again.status_code == 304


async def test_it_runs_its_own_scripts_and_none_inline(browser: httpx2.AsyncClient) -> None:
    directives = (await browser.get("/")).headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'"} <= set(
        directives
    )
    assert not any("unsafe" in directive for directive in directives)


async def test_assets_are_kept_for_ever_and_others_are_not_found(browser: httpx2.AsyncClient) -> None:
    script = await browser.get("/assets/a-1.js")
    assert (script.status_code, script.text) == (200, "export {};")
    assert script.headers["content-type"].startswith("text/javascript")
    assert "immutable" in script.headers["cache-control"]
    assert (await browser.get("/assets/inter-2.woff2")).headers["content-type"] == "font/woff2"
    assert (await browser.get("/assets/codicon-4.ttf")).headers["content-type"] == "font/ttf"
    for path in (
        "/assets/a-0.js",
        "/assets/..%2findex.html",
        "/assets/../index.html",
        "/index.html",
        "/explorer.html",
        "/graphql/explorer",
        "/nothing",
    ):
        assert (await browser.get(path)).status_code == 404, path


async def test_below_a_path_the_document_says_so(built: Path) -> None:
    async with client(built, root_path="/gas&power") as opened:
        page = await opened.get("/gas&power/networks/gaslib-40")
        assert '<base href="/gas&amp;power/" />' in page.text
        assert (await opened.get("/gas&power/assets/a-1.js")).status_code == 200


async def test_where_the_api_may_be_explored_every_document_names_the_page(built: Path) -> None:
    async with client(built, root_path="/gas", has_explorer=True) as opened:
        page = await opened.get("/gas/graphql/explorer")
        assert (page.status_code, "./assets/e-3.js" in page.text) == (200, True)
        for document in (page, await opened.get("/gas/account")):
            assert '<base href="/gas/" /><link rel="service-doc" href="graphql/explorer" />' in document.text


async def test_the_explorer_may_write_styles_but_runs_the_scripts_of_the_build_alone(built: Path) -> None:
    async with client(built, has_explorer=True) as opened:
        explorer, screen = [
            (await opened.get(path)).headers["content-security-policy"].split("; ")
            for path in ("/graphql/explorer", "/account")
        ]
    assert {"script-src 'self'", "worker-src 'self'", "connect-src 'self'", "default-src 'none'"} <= set(
        explorer
    )
    assert [one for one in explorer if "unsafe" in one] == ["style-src 'self' 'unsafe-inline'"]
    assert not any("unsafe" in directive for directive in screen)


async def test_where_none_was_built_it_says_how(tmp_path: Path) -> None:
    async with client(tmp_path) as opened:
        page = await opened.get("/")
        assert page.status_code == 404
        assert "make frontend" in page.text
