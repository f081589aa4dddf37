"""The people of the demo have a password that stands in the README."""

from dataclasses import replace

import pytest
from pydantic import SecretStr
from tests.identities import SECRET
from tests.integration.schema.transport.security_client import SecurityClient

from linepack.settings import Settings
from server.demo.loading import DemoRefused, load_demo

pytestmark = pytest.mark.anyio


async def test_the_demo_is_refused_in_production(client: SecurityClient) -> None:
    settings = Settings(environment="production", jwt_secret=SecretStr(SECRET))
    with pytest.raises(DemoRefused):
        await load_demo(replace(client.services, settings=settings))
