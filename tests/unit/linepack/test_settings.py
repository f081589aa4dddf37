from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from linepack.database.connections import database_url
from linepack.settings import Settings

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


@pytest.mark.parametrize(("name", "url"), [("DATABASE_URL", "mysql://db/x"), ("REDIS_URL", "localhost:6379")])
def test_an_address_of_something_else_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, url: str
) -> None:
    monkeypatch.setenv(name, url)
    with pytest.raises(ValidationError, match=f"{name}.*\n.*must start with"):
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
