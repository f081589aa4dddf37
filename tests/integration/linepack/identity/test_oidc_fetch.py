"""The provider's keys fetched over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.unit.linepack.identity.test_oidc import RSA, jwk, token

from linepack.identity.oidc import OidcTokens, Provider, ProviderKeys, fetch_json
from linepack.limits import JWKS_BYTES_MAX

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def serving(*parts: bytes) -> AsyncIterator[str]:
    """Serve one raw HTTP answer to whoever asks; lends its URL."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def ok(body: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body


async def test_a_token_is_verified_by_keys_from_a_server() -> None:
    document = json.dumps({"keys": [jwk(RSA, "1")]}).encode()
    async with serving(ok(document)) as url:
        provider = Provider(url, "linepack", f"{url}/keys")
        verified = await OidcTokens(provider, ProviderKeys(provider, fetch_json)).verify(token(iss=url))
    assert verified.foreign.subject == "alice"


async def test_a_redirect_is_not_followed() -> None:
    elsewhere = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"
    async with serving(elsewhere) as url:
        with pytest.raises(OSError, match="302"):
            await fetch_json(url)


async def test_an_endless_document_is_cut_off() -> None:
    endless = [b"HTTP/1.1 200 OK\r\n\r\n", *[b"x" * 65_536 for _ in range(JWKS_BYTES_MAX // 1000)]]
    async with serving(*endless) as url:
        with pytest.raises(ValueError, match="too big"):
            await fetch_json(url)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{"])
async def test_what_is_not_json_is_refused(body: bytes) -> None:
    async with serving(ok(body)) as url:
        with pytest.raises(ValueError, match="Expecting"):
            await fetch_json(url)


async def test_a_server_that_fails_is_an_os_error() -> None:
    async with serving(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n") as url:
        with pytest.raises(OSError, match="500"):
            await fetch_json(url)


async def test_a_server_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linepack.identity.oidc.JWKS_WAIT_S", 0.1)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(silent, "127.0.0.1", 0)
    async with server:
        with pytest.raises(OSError, match="ReadTimeout"):
            await fetch_json(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
