"""All settings: names, types, defaults and help texts. Flags, environment and docs follow it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from spock_core.domain.errors import UsageError
from spock_core.domain.text import redact_url, sanitize
from spock_core.settings.given import PlaceSource, all_places
from spock_core.settings.plugin_settings import extended, is_hidden
from spock_core.settings.setting import Setting
from spock_core.settings.types import Address, Budget, Codes, Names, Seconds, WebAddress

KIS_MASTER_URL = "https://new.real.download.dws.co.kr/common/master"
KIS_API_URL = "https://openapi.koreainvestment.com:9443"
SANDBOX_DATABASE = "sqlite:///spock-sandbox.db"


class Settings(BaseSettings):
    """The user's settings. A field's description is the help text of its flag."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True, validate_default=False)

    regions: Codes = Field(("ALL",), description="Regions to work on, in this order, or ALL.")
    force_refresh: bool = Field(
        False, description="Fetch and confirm all stocks again, whatever their age."
    )
    max_age_days: int = Field(
        30,
        ge=1,
        le=36_500,
        description="Confirm stocks again that were last confirmed more than this many days ago.",
    )
    dry_run: bool = Field(
        False, description="Show what would be done; write nothing and make no requests."
    )
    max_retries: int = Field(
        3, ge=1, le=1_000_000, description="How often a request that an outage failed is retried."
    )
    retry_delay: Seconds = Field(
        5.0,
        description="Seconds before the first retry; doubles each time, plus jitter.",
    )
    parallel: bool = Field(
        False,
        description="Read lists and make requests with several workers at once, within the same "
        "rate limit.",
    )
    max_workers: int = Field(
        5,
        ge=1,
        le=10,
        description="Maximum number of workers with --parallel; no more are started than there "
        "are tasks.",
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
        description="Address to serve metrics on; the default is reachable from this machine only.",
    )
    prometheus_linger: Seconds = Field(
        0.0,
        description="Seconds to keep serving metrics after the run, so that a last scrape sees "
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
    verbose: bool = Field(False, description="Show the debug log and tracebacks on the console.")
    log_file: Path | None = Field(None, description="Append the debug log to this file.")
    report_file: Path | None = Field(None, description="Write the run's report to this file.")
    database: str = Field(
        "sqlite:///spock.db",
        description="SQLAlchemy URL of the register; SQLite and PostgreSQL are tested. "
        f"With --sandbox the default is {SANDBOX_DATABASE}.",
    )
    database_timeout: Seconds = Field(
        30.0,
        description="Seconds to wait for a register that another program has locked, and for a "
        "database server to take the connection.",
    )
    wait: bool = Field(
        False, description="If another run works on one of the regions, wait until it has ended."
    )
    sources: Names = Field(
        ("ALL",),
        description="Sources to use, or ALL: kis, issuer, yahoo-screener, yahoo-profile, and those "
        "of plugins. With kis alone, requests go to KIS only.",
    )
    opt_in: Names = Field(
        (),
        description="Sources to use besides those that are on by default; their terms are in the "
        "documentation.",
    )
    overrides: Path | None = Field(
        None,
        description="Your own corrections, a .csv or .toml file of region, ticker, field, value "
        "and reason; they win over all sources. Without a file, those last read stay in force.",
    )
    sandbox: bool = Field(
        False, description="Use a made-up universe served on loopback: no key, no internet."
    )
    sandbox_size: int = Field(
        18_944, ge=100, le=2_000_000, description="Stocks in the made-up universe of all regions."
    )
    sandbox_seed: int = Field(
        1, ge=0, le=2**63 - 1, description="Seed of the made-up universe; each gives another one."
    )
    json_output: bool = Field(
        False,
        description="Print one JSON document; everything else goes to stderr.",
    )
    fail_under: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Exit with 1 if the share of stocks that did not fail is below this (0 to 1). "
        "A stock that no source knows has not failed.",
    )
    fail_under_coverage: float | None = Field(
        None,
        ge=0,
        le=1,
        description="Exit with 1 if the share of a region's stocks that have a sector in the "
        "register is below this (0 to 1).",
    )
    fail_over_age: float | None = Field(
        None,
        ge=0,
        le=36_500,
        allow_inf_nan=False,
        description="Exit with 1 if a region last succeeded more than this many days ago.",
    )
    accept_shrunk: bool = Field(
        False, description="Accept lists and tables that changed more than can be true."
    )
    yahoo_url: WebAddress | None = Field(
        None,
        description="Base address in place of all of Yahoo's hosts, for a test server or a mirror.",
    )
    yahoo_rate: float = Field(
        2.0,
        ge=0.01,
        le=1000,
        allow_inf_nan=False,
        description="Maximum HTTP requests a second to Yahoo, over all workers, 0.01 or more. The "
        "rate falls at once when Yahoo throttles, and rises again step by step.",
    )
    profile_budget: Budget = Field(
        500,
        description="Maximum number of stocks a day (UTC) whose profile is fetched from Yahoo, the "
        "oldest first.",
    )
    kis_api_budget: Budget = Field(
        1_000,
        description="Maximum number of stocks a day (UTC) asked about at KIS's REST API.",
    )
    kis_master_url: Address = Field(
        KIS_MASTER_URL,
        min_length=1,
        description="Folder of the KIS master files: a web address, a file: URL or a path.",
    )
    lists_url: Address | None = Field(
        None,
        min_length=1,
        description="Folder that replaces the addresses of all CSV lists, for a test server or a "
        "mirror: a web address, a file: URL or a path. A list's file is its name in lower case: "
        "xtai.csv.",
    )
    tables_url: Address | None = Field(
        None,
        min_length=1,
        description="Folder that replaces the addresses of all table sources, for a test server, a "
        "mirror or files of your own: a web address, a file: URL or a path. A table's file has its "
        "documented name.",
    )
    kis_api_url: WebAddress = Field(
        KIS_API_URL,
        description="Base address of KIS's REST API, for a test server or paper trading.",
    )
    kis_app_key: SecretStr | None = Field(
        None,
        description="Key of KIS's REST API. The five built-in regions need none.",
    )
    kis_app_secret: SecretStr | None = Field(
        None, description="Secret of the key of KIS's REST API."
    )
    kis_app_key_file: Path | None = Field(
        None,
        description="File that contains the key, for containers and systemd credentials.",
    )
    kis_app_secret_file: Path | None = Field(
        None,
        description="File that contains the secret, for containers and systemd credentials.",
    )
    cache_folder: Path = Field(
        default_factory=lambda: user_cache_path("spock"),
        description="Folder for data that can be fetched again: the token of KIS's REST API.",
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
        """Returns the sources in order of precedence: flags, environment, `.env`, TOML file.

        Raises `UsageError` for a setting that does not exist and a file that cannot be read.
        """
        places = all_places(init_settings(), frozenset(settings_cls.model_fields))
        return tuple(PlaceSource(settings_cls, place) for place in places)

    def public(self) -> dict[str, Any]:
        """Returns all settings as JSON values, without secrets, passwords and names of
        persons; stored with a run."""
        values = self.model_dump(mode="json")
        for name, value in values.items():
            if isinstance(value, str) and "://" in value:
                values[name] = redact_url(value)
            if getattr(self, name) is not None and is_hidden(type(self).model_fields[name]):
                values[name] = "given"  # the value is not stored
        return values


def load_settings(arguments: Mapping[str, Any], declared: Iterable[Setting] = ()) -> Settings:
    """Returns the settings; `arguments` has the values of flags, or of arguments from Python.

    `declared` are those of plugins. Arguments take precedence over the environment, the environment
    over `.env`, and `.env` over the TOML file. Raises `UsageError` for a setting that does not
    exist or is invalid; the message says where it is given.
    """
    model = extended(Settings, declared)
    try:
        settings = model(**arguments)
    except ValidationError as error:
        raise UsageError(_first_message(error, arguments, model)) from error
    if settings.sandbox and "database" not in settings.model_fields_set:
        settings = settings.model_copy(update={"database": SANDBOX_DATABASE})
    return settings


def settings_of_missing_plugins(declared: Iterable[Setting] = ()) -> list[str]:
    """Returns a warning for each setting of a plugin that is known and not installed."""
    places = all_places({}, frozenset(extended(Settings, declared).model_fields))
    return [
        f"{name} is a setting of {plugin}, which is not installed: it has no effect"
        for place in places
        for name, plugin in sorted(place.of_missing_plugins.items())
    ]


def _first_message(
    error: ValidationError, arguments: Mapping[str, Any], model: type[Settings]
) -> str:
    details = error.errors()[0]
    name = str(details["loc"][0])
    places = all_places(arguments, frozenset(model.model_fields))
    origin = next(place.found[name].origin for place in places if name in place.found)
    value = details["input"]
    value = " ".join(map(str, value)) if isinstance(value, tuple | list) else value
    value = "(hidden)" if is_hidden(model.model_fields[name]) else sanitize(redact_url(str(value)))
    message = details["msg"].removeprefix("Value error, ")
    return f"{origin} {value}: {message[0].lower()}{message[1:]}"
