"""No secret in the logs, whatever happens: signing in, keys, bookings, refusals, and faults of our own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.waiting import TIME_LIMIT_S

REPOSITORY = Path(__file__).parents[4]
FLOW = "tests.integration.schema.transport.logged_flow"
SECRET_LENGTH_MIN = 12
"""Parts of refused tokens that are shorter are no secrets."""


@pytest.mark.parametrize("mode", ["production", "development"])
def test_no_secret_is_logged(database_url: str, valkey_url: str, mode: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", FLOW, database_url, valkey_url, mode],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    logged = done.stderr
    for event in (
        "signed_in",
        "sign_in_refused",
        "api_key_created",
        "bearer_refused",
        "refresh_token_reused",
        "second_factor_refused",
        "fault in a resolver",
    ):
        assert event in logged
    assert "Traceback" in logged or "RuntimeError" in logged
    secrets = {secret for secret in json.loads(done.stdout) if len(secret) >= SECRET_LENGTH_MIN}
    assert len(secrets) > 10
    assert [secret for secret in secrets if secret in logged] == []
