from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from linepack.database.connections import database_url
from linepack.settings import Settings
from linepack.transparency.keys import UNUSED_SEED, LogKeys
from linepack.transparency.model import LogName

SECRET = "s" * 32


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "LINEPACK_JWT_SECRET", "LINEPACK_ENVIRONMENT"):
        monkeypatch.delenv(name, raising=False)


def test_without_configuration_everything_is_embedded_and_local() -> None:
    settings = Settings()

    assert (settings.database_url, settings.redis_url, settings.host) == (None, None, "127.0.0.1")
    assert settings.data_dir == Path(".linepack")
    assert not settings.is_production


def test_the_environment_configures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://db/x")
    monkeypatch.setenv("REDIS_URL", "redis://r")
    monkeypatch.setenv("LINEPACK_PORT", "9000")
    settings = Settings()

    assert (settings.database_url, settings.redis_url, settings.port) == (
        "postgresql://db/x",
        "redis://r",
        9000,
    )


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("DATABASE_URL", "mysql://db/x"),
        ("DATABASE_URL", ""),
        ("REDIS_URL", "localhost:6379"),
        ("REDIS_URL", ""),
    ],
)
def test_an_address_of_something_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(ValidationError, match=f"{name}.*\n.*must start with"):
        Settings()


@pytest.mark.parametrize(
    ("name", "url", "reason"),
    [
        ("DATABASE_URL", "postgresql://db:hunter2/x", "write it as postgresql://"),
        ("DATABASE_URL", "postgresql://u@db/x?channel_binding=require", "the parameter channel_binding"),
        ("REDIS_URL", "redis://r:hunter2/0", "write it as redis://"),
    ],
)
def test_an_address_that_cannot_be_read_is_named_without_what_may_be_its_password(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str, reason: str
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(ValidationError) as refused:
        Settings()
    [fault] = refused.value.errors()
    assert fault["loc"] == (name,)
    assert reason in fault["msg"]
    assert "hunter2" not in fault["msg"]


@pytest.mark.parametrize(
    "name", ["LINEPACK_HOST", "LINEPACK_DATA_DIR", "LINEPACK_LISTED_OPERATIONS", "LINEPACK_OIDC_ISSUER"]
)
def test_a_variable_that_is_set_and_empty_means_neither_every_address_nor_the_current_folder(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(ValidationError, match="set and empty"):
        Settings()


@pytest.mark.parametrize("name", ["LINEPACK_SOLVER_BURST_S", "LINEPACK_SOLVER_PER_S"])
def test_a_bucket_has_a_finite_size(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Redis refuses a bucket without end, and every limit would be counted by each process for itself."""
    monkeypatch.setenv(name, "inf")
    with pytest.raises(ValidationError, match="finite number"):
        Settings()


def test_production_needs_a_way_to_verify_tokens() -> None:
    with pytest.raises(ValidationError, match="LINEPACK_JWT_SECRET or LINEPACK_OIDC_ISSUER"):
        Settings(environment="production")
    assert Settings(environment="production", jwt_secret=SECRET).is_production  # type: ignore[arg-type]


def test_a_secret_is_long_and_never_shown() -> None:
    with pytest.raises(ValidationError, match="5 characters, not 32"):
        Settings(jwt_secret="short")  # type: ignore[arg-type]
    shown = repr(Settings(jwt_secret=SECRET, database_url=f"postgresql://u:{SECRET}@h/d"))  # type: ignore[arg-type]
    assert SECRET not in shown


def test_an_identity_provider_is_configured_whole() -> None:
    with pytest.raises(ValidationError, match="LINEPACK_OIDC_ISSUER and LINEPACK_OIDC_AUDIENCE"):
        Settings(oidc_jwks_url="https://idp.example/keys")


@pytest.mark.parametrize(
    "url", ["postgres://u:p@h:1/d", "postgresql://u:p@h:1/d", "postgresql+psycopg://u:p@h:1/d"]
)
def test_any_postgresql_url_gets_the_one_driver(url: str) -> None:
    assert database_url(url).render_as_string(hide_password=False) == "postgresql+asyncpg://u:p@h:1/d"


def test_the_demand_for_encryption_is_written_as_other_programs_write_it() -> None:
    asked = database_url("postgresql://u@h/d?sslmode=verify-full&host=/sockets")
    assert dict(asked.query) == {"ssl": "verify-full", "host": "/sockets"}


def test_other_dialects_are_refused() -> None:
    with pytest.raises(ValueError, match="must be PostgreSQL, not sqlite"):
        database_url("sqlite:///x.db")


def test_solver_and_finder_are_automatic_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LINEPACK_SOLVER", "LINEPACK_FINDER"):
        monkeypatch.delenv(name, raising=False)
    assert (Settings().solver, Settings().finder) == ("auto", "auto")
    monkeypatch.setenv("LINEPACK_SOLVER", "highs")
    monkeypatch.setenv("LINEPACK_FINDER", "none")
    assert (Settings().solver, Settings().finder) == ("highs", "none")
    monkeypatch.setenv("LINEPACK_FINDER", "somebody")
    with pytest.raises(ValidationError, match="'auto', 'none' or 'scip'"):
        Settings()


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"log_key": "short"}, "32 bytes in Base64"),
        ({"log_origin": "a name/log"}, "no space and no plus"),
        ({"log_retired_keys": ("linepack.local/log/ledger+00000000+AQ==",)}, "not an Ed25519 key"),
    ],
)
def test_what_signs_the_logs_is_checked_at_the_start(given: dict[str, Any], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Settings(**given)


def test_keys_of_the_past_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    key = LogKeys(UNUSED_SEED, origin="linepack.local/log").vkey(LogName.LEDGER)
    monkeypatch.setenv("LINEPACK_LOG_RETIRED_KEYS", f"{key}, {key}")
    assert Settings().log_retired_keys == (key, key)
    monkeypatch.setenv("LINEPACK_LOG_RETIRED_KEYS", "abc")
    with pytest.raises(ValidationError, match="LINEPACK_LOG_RETIRED_KEYS"):
        Settings()


def test_origins_and_proxies_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINEPACK_ALLOWED_ORIGINS", "https://app.example, http://localhost:5173")
    monkeypatch.setenv("LINEPACK_TRUSTED_PROXIES", "10.0.0.0/24,::1")
    settings = Settings()
    assert settings.allowed_origins == ("https://app.example", "http://localhost:5173")
    assert settings.trusted_proxies == ("10.0.0.0/24", "::1")


@pytest.mark.parametrize(
    "origin",
    ["*", "null", "app.example", "https://app.example/", "https://App.example", "https://app.example:443"],
)
def test_what_no_browser_sends_as_an_origin_is_refused(origin: str) -> None:
    with pytest.raises(ValidationError, match="no origin as browsers send it"):
        Settings(allowed_origins=(origin,))


@pytest.mark.parametrize("proxy", ["*", "proxy.example", "10.0.0.1/24", ""])
def test_a_proxy_is_named_by_its_address(proxy: str) -> None:
    with pytest.raises(ValidationError, match="no address or network"):
        Settings(trusted_proxies=(proxy,))


def test_a_token_for_figures_is_long() -> None:
    with pytest.raises(ValidationError, match="at least 32 characters"):
        Settings(metrics_token="short")  # type: ignore[arg-type]


def test_others_than_listed_operations_are_refused_only_where_there_are_listed_ones(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValidationError, match="nobody could sign in"):
        Settings(ad_hoc_operations="keys")
    contradictions: tuple[dict[str, Any], ...] = (
        {"ad_hoc_operations": "named_keys"},
        {"ad_hoc_operations": "keys", "ad_hoc_keys": ("abc",)},
        {"ad_hoc_keys": ("abc",)},
    )
    for given in contradictions:
        with pytest.raises(ValidationError, match="go together"):
            Settings(listed_operations=Path("lists"), **given)
    monkeypatch.setenv("LINEPACK_AD_HOC_KEYS", "abc, abd")
    settings = Settings(listed_operations=Path("lists"), ad_hoc_operations="named_keys")
    assert settings.ad_hoc_keys == ("abc", "abd")


CERTIFICATES = {
    "LINEPACK_DASK_CA": "ca.pem",
    "LINEPACK_DASK_CERTIFICATE": "c.pem",
    "LINEPACK_DASK_KEY": "k.pem",
}


@pytest.mark.parametrize(
    ("scheduler", "given", "reason"),
    [
        ("tls://jobs.example:8786", CERTIFICATES, None),
        ("tcp://127.0.0.1:8786", {}, None),
        ("tcp://[::1]:8786", {}, None),
        ("tcp://10.0.0.5:8786", {}, "can run code through it"),
        ("tcp://localhost.example:8786", {}, "can run code through it"),
        ("tcp://0.0.0.0:8786", {}, "can run code through it"),
        ("jobs.example:8786", {}, "write it as tls://host:8786"),
        ("", {}, "write it as tls://host:8786"),
        ("ws://jobs.example:8786", {}, "write it as tls://host:8786"),
        ("tls://jobs.example:8786", {}, "go together"),
        ("tls://jobs.example:8786", {"LINEPACK_DASK_CA": "ca.pem"}, "go together"),
        ("tcp://127.0.0.1:8786", CERTIFICATES, "go together"),
    ],
)
def test_a_scheduler_elsewhere_is_spoken_to_with_certificates_alone(
    monkeypatch: pytest.MonkeyPatch, scheduler: str, given: dict[str, str], reason: str | None
) -> None:
    for name, value in {"LINEPACK_DASK_SCHEDULER": scheduler, **given}.items():
        monkeypatch.setenv(name, value)
    if reason is None:
        assert Settings().dask_scheduler == scheduler
    else:
        with pytest.raises(ValidationError, match=reason):
            Settings()
