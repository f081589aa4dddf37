"""What is public of an installation whose database and Redis are away: no fault of the server."""

import httpx2
import pytest
from pydantic import SecretStr
from starlette.types import Receive, Scope, Send
from tests.identities import SECRET

from linepack.settings import Settings
from server.services import open_services
from server.web.app import create

AWAY = Settings(
    database_url="postgresql://u@127.0.0.1:1/d",
    redis_url="redis://127.0.0.1:1",
    jwt_secret=SecretStr(SECRET),
)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/log/ledger/checkpoint", 503),
        ("/log/ledger/key", 503),
        ("/log/ledger/tile/0/000", 503),
        ("/log/ledger/tile/0/x", 404),
        ("/readyz", 503),
        ("/healthz", 200),
    ],
)
async def test_while_the_database_is_away_its_answers_say_so(path: str, status: int) -> None:
    application = create(AWAY)
    async with open_services(AWAY) as services:

        async def opened(scope: Scope, receive: Receive, send: Send) -> None:
            await application({**scope, "state": {"services": services}}, receive, send)

        transport = httpx2.ASGITransport(app=opened)
        async with httpx2.AsyncClient(transport=transport, base_url="http://linepack.example") as client:
            assert (await client.get(path)).status_code == status
