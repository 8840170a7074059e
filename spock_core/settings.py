"""Every setting, once. Flags, environment, `.env` and a TOML file are views of this model."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from spock_core.errors import UsageError
from spock_core.secrets import hide_password

KIS_MASTER_URL = "https://new.real.download.dws.co.kr/common/master"
PREFIX = "SPOCK_"
CONFIG_VARIABLE = "SPOCK_CONFIG"
DEFAULT_CONFIG = Path("spock.toml")
SANDBOX_DATABASE = "sqlite:///spock-sandbox.db"


def _words(value: Any) -> Any:
    """`US,JP`, `US JP` and `["US", "JP"]` are the same."""
    if isinstance(value, str):
        value = [value]
    if isinstance(value, list | tuple):
        return tuple(w for text in value for w in str(text).replace(",", " ").split())
    return value


def _upper(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word.upper() for word in value)


def _lower_but_all(value: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("ALL" if word.upper() == "ALL" else word.lower() for word in value)


def _address(value: str) -> str:
    scheme = value.partition("://")[0].lower() if "://" in value else ""
    if not scheme:
        if not Path(value).expanduser().is_dir():
            raise ValueError("there is no such folder")
    elif scheme == "file":
        if not value[7:].startswith("/"):
            raise ValueError("a file address must name a folder of this machine: file:///folder")
    elif scheme in ("http", "https"):
        _web_address(value)
    else:
        raise ValueError("must be an http, https or file address, or a folder")
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        parts.port  # noqa: B018  raises for a port that is none
    except ValueError as error:
        raise ValueError("this is not a web address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError("must be an http or https address")
    if not all(0 < len(label) < 64 for label in host.split(".")):
        raise ValueError("this is not a web address")
    if parts.query or parts.fragment:
        raise ValueError("must have no query: names of files and pages are put behind it")
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_words), Field(min_length=1)]
Codes = Annotated[Words, AfterValidator(_upper)]
Names = Annotated[Words, AfterValidator(_lower_but_all)]


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
        description="Serve metrics on this port of the loopback address while the run lasts; "
        "8003 is recommended (needs spock-core[metrics]).",
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
        description="Sources to use, or ALL: kis, yahoo-screener, yahoo-profile, and what plugins "
        "bring. With kis alone nobody but KIS is asked.",
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
    yahoo_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
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
    kis_master_url: Annotated[str, AfterValidator(_address)] = Field(
        KIS_MASTER_URL,
        min_length=1,
        description="Folder of the KIS master files: a web address, a file: URL or a path.",
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
        return init_settings, env_settings, dotenv_settings, _TomlFile(settings_cls)

    def public(self) -> dict[str, Any]:
        """All settings as plain values, without secrets: a run keeps them."""
        values = self.model_dump(mode="json")
        values["database"] = hide_password(self.database)
        values["kis_master_url"] = hide_password(self.kis_master_url)
        values["yahoo_url"] = hide_password(self.yahoo_url) if self.yahoo_url else None
        return values


class _TomlFile(PydanticBaseSettingsSource):
    """The TOML file that `SPOCK_CONFIG` names, else `spock.toml` in the working folder."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """One value; pydantic-settings asks for all of them at once instead."""
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        """All values of the file. A key that is no setting is an error: it would do nothing."""
        named = os.environ.get(CONFIG_VARIABLE)
        path = Path(named) if named else DEFAULT_CONFIG
        if not named and not path.exists():
            return {}
        try:
            values = tomllib.loads(path.read_text("utf-8"))
        except OSError as error:
            raise UsageError(f"settings file {path}: {error.strerror}") from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"settings file {path} is not TOML: {error}") from error
        if "json" in values:
            values["json_output"] = values.pop("json")
        for key in values:
            if key not in Settings.model_fields:
                raise UsageError(f"settings file {path}: there is no setting {key!r}")
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
    said = hide_password(str(said))
    message = fault["msg"].removeprefix("Value error, ")
    return f"{where} {said}: {message[0].lower()}{message[1:]}"
