"""Configuration: what differs between installations, read from the environment.

Variables are named `LINEPACK_…` after the fields of `Settings`, but for the customary `DATABASE_URL` and
`REDIS_URL`.
"""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from redis.asyncio.connection import parse_url

from linepack.database.connections import database_url
from linepack.identity.second_factor.sealing import Sealing
from linepack.limits import JWT_SECRET_LENGTH_MIN, METRICS_TOKEN_LENGTH_MIN
from linepack.transparency.keys import UNUSED_SEED, LogKeys

_SCHEMES = {"database_url": ("postgresql", "postgres"), "redis_url": ("redis", "rediss", "unix")}
_ORIGIN = re.compile(r"(https?)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:[0-9]+)?")
_SCHEDULER = re.compile(r"(tls|tcp)://([a-z0-9.-]+|\[[0-9a-f:]+\]):[0-9]{1,5}")
_DEFAULT_PORTS = {("http", ":80"), ("https", ":443")}


def _require_redis_address(url: str) -> None:
    """Raise ValueError, which quotes nothing, unless `url` can be read."""
    try:
        parse_url(url)
    except ValueError:
        raise ValueError("write it as redis://:password@host:6379/0") from None


def _is_loopback(host: str) -> bool:
    """Return whether an address, not a name, is one of this machine alone."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _separated(value: object) -> object:
    return [one.strip() for one in value.split(",") if one.strip()] if isinstance(value, str) else value


Separated = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_separated)]
"""Texts, in the environment separated by commas."""


class Settings(BaseSettings):
    """One installation's configuration; invalid or missing values are all named when the process starts."""

    model_config = SettingsConfigDict(
        env_prefix="LINEPACK_", env_file=None, extra="ignore", frozen=True, populate_by_name=True
    )

    environment: Literal["development", "production"] = "development"
    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL", repr=False)
    """None starts the embedded PostgreSQL under `data_dir`."""
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL", repr=False)
    """None starts the embedded Valkey under `data_dir`."""
    data_dir: Path = Path(".linepack")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    api_processes: int = Field(default=1, ge=1, le=64)
    jwt_issuer: str = "linepack"
    jwt_audience: str = "linepack"
    jwt_secret: SecretStr | None = None
    """Signs access tokens. None makes a secret under `data_dir`, which only one machine can share."""
    second_factor_key: SecretStr | None = None
    """Encrypts second factors: 32 bytes in Base64. None makes a key under `data_dir`, which one machine can
    share; with another key the second factors of before are void."""
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks_url: str | None = None
    """None finds the address of the provider's keys by discovery from its issuer."""
    log_origin: str = "linepack.local/log"
    """The public name of the transparency logs: the address of `/log` without `https://`."""
    log_key: SecretStr | None = None
    """Signs the logs: 32 bytes in Base64. None makes a key under `data_dir`, which one machine can share."""
    log_retired_keys: Separated = ()
    """The verifier keys of the past, under which checkpoints were signed that are still shown."""
    solver: Literal["auto", "highs", "gurobi"] = "auto"
    """`auto` is Gurobi where its licence is found, else HiGHS; `gurobi` proves nothing without a licence."""
    finder: Literal["auto", "none", "scip"] = "auto"
    """What searches for modes beside the built-in search, for pressures; SCIP needs the extra `scip`."""
    job_processors: int | None = Field(default=None, ge=1, le=1024)
    """Processes of this machine that compute the parts of a job that splits; None: one for each processor,
    at most eight."""
    dask_scheduler: str | None = None
    """The Dask scheduler whose workers compute the parts of jobs instead, such as `tls://jobs.example:8786`."""
    dask_ca: Path | None = None
    """The authority whose certificates the scheduler and its workers show, a file in PEM."""
    dask_certificate: Path | None = None
    dask_key: Path | None = None
    """What a job shows them: certificate and key, files in PEM."""
    allowed_origins: Separated = ()
    """Other origins whose pages may call the API and open websockets, such as `https://app.example`."""
    listed_operations: Path | None = None
    """The folder with the lists of operations that clients ask for by id."""
    ad_hoc_operations: Literal["everyone", "keys", "named_keys"] = "everyone"
    """Who may send operations that are not listed: everyone, all API keys, or those of `ad_hoc_keys`."""
    ad_hoc_keys: Separated = ()
    """The prefixes of the keys that may."""
    trusted_proxies: Separated = ()
    """Addresses and networks of the proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."""
    root_path: str = Field(default="", pattern=r"^(/[^/?#]+)*$")
    """The path below which a proxy shows the platform, such as `/linepack`; the proxy takes it off."""
    metrics_token: SecretStr | None = None
    """The bearer for `/metrics` and the details of `/readyz`; None shows them, except in production."""
    cost_burst: int = Field(default=200_000, ge=1)
    """Points a party may spend at once, and get back at `cost_per_s`."""
    cost_per_s: int = Field(default=5_000, ge=1)
    solver_burst_s: float = Field(default=120.0, gt=0, allow_inf_nan=False)
    """Seconds of proofs that a party may use at once, and get back at `solver_per_s`."""
    solver_per_s: float = Field(default=0.5, gt=0, allow_inf_nan=False)

    @property
    def is_production(self) -> bool:
        """Whether the public can reach this installation."""
        return self.environment == "production"

    @field_validator(
        "host",
        "data_dir",
        "listed_operations",
        "oidc_issuer",
        "oidc_audience",
        "dask_ca",
        "dask_certificate",
        "dask_key",
        mode="before",
    )
    @classmethod
    def _check_not_empty(cls, value: object) -> object:
        """Refuse an empty text, which would mean every address of the machine, or the current folder."""
        if value == "":
            raise ValueError("is set and empty: leave the variable out for the default")
        return value

    @field_validator("database_url", "redis_url")
    @classmethod
    def _check_url(cls, url: str | None, field: ValidationInfo) -> str | None:
        if url is None:
            return None
        schemes = _SCHEMES[str(field.field_name)]
        if url.partition("://")[0].partition("+")[0] not in schemes:
            raise ValueError(f"must start with {' or '.join(f'{scheme}://' for scheme in schemes)}")
        if field.field_name == "database_url":
            database_url(url)
        else:
            _require_redis_address(url)
        return url

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        for origin in origins:
            found = _ORIGIN.fullmatch(origin)
            if found is None or (found[1], found[3]) in _DEFAULT_PORTS:
                raise ValueError(
                    f"{origin!r} is no origin as browsers send it, such as https://app.example: lower case, "
                    "no path, no default port"
                )
        return origins

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, proxies: tuple[str, ...]) -> tuple[str, ...]:
        for proxy in proxies:
            try:
                ipaddress.ip_network(proxy)
            except ValueError:
                raise ValueError(f"{proxy!r} is no address or network, such as 10.0.0.0/24") from None
        return proxies

    @field_validator("metrics_token")
    @classmethod
    def _check_metrics_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and len(token.get_secret_value()) < METRICS_TOKEN_LENGTH_MIN:
            raise ValueError(f"must have at least {METRICS_TOKEN_LENGTH_MIN} characters")
        return token

    @field_validator("second_factor_key")
    @classmethod
    def _check_second_factor_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None:
            Sealing(key.get_secret_value())
        return key

    @field_validator("dask_scheduler")
    @classmethod
    def _check_scheduler(cls, url: str | None) -> str | None:
        """Refuse addresses that everybody in a network could have run code, or could read the rights at."""
        if url is None:
            return None
        found = _SCHEDULER.fullmatch(url)
        if found is None:
            raise ValueError("write it as tls://host:8786")
        if found[1] == "tcp" and not _is_loopback(found[2]):
            raise ValueError(
                "tcp:// is for 127.0.0.1 and [::1] alone: all who reach a scheduler can run code through it, "
                "so that one elsewhere needs tls:// and certificates"
            )
        return url

    @model_validator(mode="after")
    def _check_dask(self) -> "Settings":
        files = (self.dask_ca, self.dask_certificate, self.dask_key)
        is_tls = self.dask_scheduler is not None and self.dask_scheduler.startswith("tls://")
        if any((file is not None) != is_tls for file in files):
            raise ValueError(
                "LINEPACK_DASK_SCHEDULER=tls://… and LINEPACK_DASK_CA, LINEPACK_DASK_CERTIFICATE and "
                "LINEPACK_DASK_KEY go together"
            )
        return self

    @model_validator(mode="after")
    def _check_ad_hoc(self) -> "Settings":
        if self.ad_hoc_operations != "everyone" and self.listed_operations is None:
            raise ValueError(
                f"LINEPACK_AD_HOC_OPERATIONS={self.ad_hoc_operations} needs LINEPACK_LISTED_OPERATIONS: "
                "nobody could sign in"
            )
        if bool(self.ad_hoc_keys) != (self.ad_hoc_operations == "named_keys"):
            raise ValueError("LINEPACK_AD_HOC_OPERATIONS=named_keys and LINEPACK_AD_HOC_KEYS go together")
        return self

    @model_validator(mode="after")
    def _check_log(self) -> "Settings":
        seed = UNUSED_SEED if self.log_key is None else self.log_key.get_secret_value()
        try:
            LogKeys(seed, origin=self.log_origin, retired=self.log_retired_keys)
        except ValueError as fault:
            raise ValueError(
                f"LINEPACK_LOG_ORIGIN, LINEPACK_LOG_KEY, LINEPACK_LOG_RETIRED_KEYS: {fault}"
            ) from None
        return self

    @model_validator(mode="after")
    def _check_secrets(self) -> "Settings":
        if self.is_production and self.jwt_secret is None and self.oidc_issuer is None:
            raise ValueError("production needs LINEPACK_JWT_SECRET or LINEPACK_OIDC_ISSUER")
        if self.jwt_secret is not None:
            length = len(self.jwt_secret.get_secret_value())
            if length < JWT_SECRET_LENGTH_MIN:
                raise ValueError(f"LINEPACK_JWT_SECRET has {length} characters, not {JWT_SECRET_LENGTH_MIN}")
        if (self.oidc_issuer is None) != (self.oidc_audience is None):
            raise ValueError("LINEPACK_OIDC_ISSUER and LINEPACK_OIDC_AUDIENCE go together")
        if self.oidc_jwks_url is not None and self.oidc_issuer is None:
            raise ValueError("LINEPACK_OIDC_JWKS_URL needs LINEPACK_OIDC_ISSUER and LINEPACK_OIDC_AUDIENCE")
        return self
