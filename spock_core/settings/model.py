"""Every setting, once. Flags, environment, `.env` and a TOML file are views of this model."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from spock_core.domain.errors import UsageError
from spock_core.domain.text import redact_url
from spock_core.settings.toml_file import TomlFile
from spock_core.settings.types import Address, Codes, Names, WebAddress

KIS_MASTER_URL = "https://new.real.download.dws.co.kr/common/master"
KIS_API_URL = "https://openapi.koreainvestment.com:9443"
PREFIX = "SPOCK_"
SECRETS = ("kis_app_key", "kis_app_secret")
"""Settings that no output may show, and that are no flags: every user of a machine sees those."""
SANDBOX_DATABASE = "sqlite:///spock-sandbox.db"


class Settings(BaseSettings):
    """What a user can choose. A description here is the help of the flag and the docs."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", extra="ignore", frozen=True, validate_default=False
    )

    regions: Codes = Field(("ALL",), description="Regions to work on, in this order, or ALL.")
    force_refresh: bool = Field(
        False, description="Fetch and confirm everything anew, whatever its age."
    )
    max_age_days: int = Field(
        30,
        ge=1,
        le=36_500,
        description="Confirm anew what was last confirmed more than this many days ago.",
    )
    dry_run: bool = Field(
        False, description="Say what would be done; write nothing and ask nobody."
    )
    max_retries: int = Field(
        3, ge=1, description="How often a question that met an outage is asked again."
    )
    retry_delay: float = Field(
        5.0,
        ge=0,
        allow_inf_nan=False,
        description="Seconds before the first retry; doubles each time, plus jitter.",
    )
    parallel: bool = Field(
        False,
        description="Read lists and ask questions with several workers at once, within the same "
        "request budget.",
    )
    max_workers: int = Field(
        5,
        ge=1,
        le=10,
        description="Most workers with --parallel; no more are started than there is work for.",
    )
    progress_bar: bool = Field(
        False, description="Show stocks done, rate and time left (needs spock-core[progress])."
    )
    prometheus_port: int | None = Field(
        None,
        ge=1024,
        le=65535,
        description="Serve metrics on this port while the run lasts; 8003 is recommended (needs "
        "spock-core[metrics]).",
    )
    prometheus_address: str = Field(
        "127.0.0.1",
        min_length=1,
        description="Address to serve metrics on; only this machine sees the default.",
    )
    prometheus_linger: float = Field(
        0.0,
        ge=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds to go on serving metrics after the run, so that a last scrape sees "
        "its result.",
    )
    pushgateway_url: WebAddress | None = Field(
        None,
        description="Push the metrics to this Pushgateway when the run has ended (needs "
        "spock-core[metrics]).",
    )
    metrics_textfile: Path | None = Field(
        None,
        description="Write the metrics to this file when the run has ended, for node_exporter's "
        "textfile collector; its name must end in .prom (needs spock-core[metrics]).",
    )
    verbose: bool = Field(False, description="Debug log on the console, and tracebacks.")
    log_file: Path | None = Field(None, description="Append the debug log to this file.")
    report_file: Path | None = Field(None, description="Write the run's report to this file.")
    database: str = Field(
        "sqlite:///spock.db",
        description="Where the register is: any SQLAlchemy URL; SQLite and PostgreSQL are tested. "
        f"With --sandbox the default is {SANDBOX_DATABASE}.",
    )
    database_timeout: float = Field(
        30.0,
        ge=0,
        le=3_600,
        allow_inf_nan=False,
        description="Seconds to wait for another program that holds an SQLite register.",
    )
    wait: bool = Field(
        False, description="Where another run is at work on the register, wait for its end."
    )
    sources: Names = Field(
        ("ALL",),
        description="Sources to use, or ALL: kis, issuer, yahoo-screener, yahoo-profile, and what "
        "plugins bring. With kis alone nobody but KIS is asked.",
    )
    overrides: Path | None = Field(
        None,
        description="Your own corrections, a .csv or .toml file of region, ticker, field, value "
        "and reason: they win over all sources. Without a file those read before still hold.",
    )
    sandbox: bool = Field(
        False, description="Work on a made-up universe served on loopback: no key, no internet."
    )
    sandbox_size: int = Field(
        18_944, ge=100, le=2_000_000, description="Stocks in the made-up universe of all regions."
    )
    sandbox_seed: int = Field(1, ge=0, description="Another seed makes up another universe.")
    json_output: bool = Field(
        False,
        validation_alias=AliasChoices("SPOCK_JSON", "json_output"),
        description="Print the run as one JSON document; everything else goes to stderr.",
    )
    fail_under: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Exit with 1 when the share of stocks that did not fail is below this (0 to "
        "1). A stock that no source knows has not failed.",
    )
    accept_shrunk: bool = Field(
        False, description="Believe lists that lost more than a fifth of their instruments."
    )
    yahoo_url: WebAddress | None = Field(
        None,
        description="One base address in place of all of Yahoo's hosts, path and query kept: for a "
        "test server or a mirror.",
    )
    yahoo_rate: float = Field(
        2.0,
        gt=0,
        le=1000,
        allow_inf_nan=False,
        description="Most wire requests a second to Yahoo, over all workers. The rate falls at "
        "once when Yahoo asks for it, and climbs back step by step.",
    )
    profile_budget: int = Field(
        500,
        ge=0,
        description="Most stocks a day that Yahoo is asked about one by one, the oldest first.",
    )
    kis_master_url: Address = Field(
        KIS_MASTER_URL,
        min_length=1,
        description="Folder of the KIS master files: a web address, a file: URL or a path.",
    )
    lists_url: Address | None = Field(
        None,
        min_length=1,
        description="One folder in place of the addresses of all CSV lists, for a test server or a "
        "mirror: a web address, a file: URL or a path. A list's file is its MIC: xtai.csv.",
    )
    kis_api_url: WebAddress = Field(
        KIS_API_URL,
        description="Base address of KIS's REST API, for what needs a key: a test server, or paper "
        "trading.",
    )
    kis_app_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SPOCK_KIS_APP_KEY", "KIS_APP_KEY", "kis_app_key"),
        description="Key of KIS's REST API. Nothing of the five regions needs one.",
    )
    kis_app_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SPOCK_KIS_APP_SECRET", "KIS_APP_SECRET", "kis_app_secret"),
        description="Secret of that key.",
    )
    kis_app_key_file: Path | None = Field(
        None, description="File that holds the key, as containers and systemd credentials give it."
    )
    kis_app_secret_file: Path | None = Field(None, description="File that holds the secret.")
    cache_folder: Path = Field(
        default_factory=lambda: user_cache_path("spock"),
        description="Folder of what is kept between runs and can be lost: the token of KIS's API.",
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags first, then the environment, then `.env`, then the TOML file."""
        return init_settings, env_settings, dotenv_settings, TomlFile(settings_cls)

    def public(self) -> dict[str, Any]:
        """All settings as plain values, without secrets: a run keeps them."""
        values = self.model_dump(mode="json")
        values["database"] = redact_url(self.database)
        values["kis_master_url"] = redact_url(self.kis_master_url)
        for name in ("yahoo_url", "pushgateway_url", "lists_url"):
            values[name] = redact_url(values[name]) if values[name] else None
        values["kis_api_url"] = redact_url(self.kis_api_url)
        for name in SECRETS:
            values[name] = None if values[name] is None else "given"
        return values


def load_settings(flags: dict[str, Any]) -> Settings:
    """The settings, with the flags that were given. Raises `UsageError`, naming what is wrong."""
    try:
        settings = Settings(**flags)
    except ValidationError as error:
        raise UsageError(_first_fault(error, flags)) from error
    except (UnicodeDecodeError, OSError) as error:
        raise UsageError(f"settings in .env cannot be read: {error}") from error
    if settings.sandbox and "database" not in settings.model_fields_set:
        settings = settings.model_copy(update={"database": SANDBOX_DATABASE})
    return settings


def flag_of(name: str) -> str:
    """The flag of a setting: `max_age_days` is `--max-age-days`."""
    return "--json" if name == "json_output" else "--" + name.replace("_", "-")


def variable_of(name: str) -> str:
    """The environment variable of a setting."""
    return "SPOCK_JSON" if name == "json_output" else PREFIX + name.upper()


def _first_fault(error: ValidationError, flags: dict[str, Any]) -> str:
    fault = error.errors()[0]
    name = str(fault["loc"][0])
    if name in flags:
        where = flag_of(name)
    elif any(key.upper() == variable_of(name) for key in os.environ):
        where = variable_of(name)
    else:
        where = f"{name} (in .env or the settings file)"
    said = fault["input"]
    said = " ".join(map(str, said)) if isinstance(said, tuple | list) else said
    said = "(hidden)" if name in SECRETS else redact_url(str(said))
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where} {said}: {message[0].lower()}{message[1:]}"
