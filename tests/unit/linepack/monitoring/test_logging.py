import json

import pytest
import structlog

from linepack.monitoring.logging import bind_request, configure_logging


@pytest.fixture(autouse=True)
def _defaults_afterwards() -> object:
    yield
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def test_production_logs_are_json_with_the_request_id(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(production=True)
    bind_request("r-1")
    structlog.get_logger().info("contract_booked", quantity=5)

    line = json.loads(capsys.readouterr().err)
    assert {k: line[k] for k in ("event", "level", "quantity", "request_id")} == {
        "event": "contract_booked",
        "level": "info",
        "quantity": 5,
        "request_id": "r-1",
    }


def test_development_logs_are_for_reading_and_without_debugging(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logging(production=False)
    structlog.get_logger().debug("unseen")
    structlog.get_logger().info("contract_booked")

    written = capsys.readouterr().err
    assert "contract_booked" in written
    assert "unseen" not in written
